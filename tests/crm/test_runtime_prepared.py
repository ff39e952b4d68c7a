"""The note that a database is up to date."""

from pathlib import Path

import pytest

from crm.runtime import prepared
from crm.runtime.places import Places
from crm.runtime.prepared import Prepared


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "talent" / "migrations").mkdir(parents=True)
    (root / ".data" / "postgres").mkdir(parents=True)
    (root / "requirements.lock").write_text("a==1\n")
    monkeypatch.setattr(prepared, "ROOT", root)
    return root


def test_prepared_tells_the_logins_while_nothing_changes(project: Path) -> None:
    note = Prepared(Places.below(project / ".data"))

    before = note.logins()
    note.note("one\ntwo")

    assert (before, note.logins()) == (None, "one\ntwo")


@pytest.mark.parametrize("path", ["talent/migrations/0001_first.py", "requirements.lock", "build/frontend.hash"])
def test_prepared_forgets_when_a_source_changes(project: Path, path: str) -> None:
    note = Prepared(Places.below(project / ".data"))
    note.note("one")

    (project / path).parent.mkdir(exist_ok=True)
    (project / path).write_text("changed")

    assert note.logins() is None
