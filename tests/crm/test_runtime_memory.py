"""The memory that the embedded database takes: a share of the machine's, within bounds, less for tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.runtime import memory

GB = 1024 * memory.MB


@pytest.mark.parametrize(
    ("machine", "shared", "cache"), [(GB // 2, 256, 512), (8 * GB, 2048, 4096), (24 * GB, 4096, 12288)]
)
def test_a_quarter_within_bounds(machine: int, shared: int, cache: int) -> None:
    settings = memory.of_database(machine, durable=True)

    assert settings["shared_buffers"] == f"{shared}MB"
    assert settings["effective_cache_size"] == f"{cache}MB"


def test_servers_of_tests_take_the_least() -> None:
    assert memory.of_database(24 * GB, durable=False)["shared_buffers"] == "256MB"


def test_a_container_has_what_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit, none = tmp_path / "memory.max", tmp_path / "no limit"
    limit.write_text(f"{GB}\n")
    none.write_text("max\n")

    monkeypatch.setattr(memory, "LIMITS", (tmp_path / "missing", none))
    whole = memory.of_machine()
    monkeypatch.setattr(memory, "LIMITS", (none, limit))

    assert memory.of_machine() == min(whole, GB)
