"""The ladder of apps and the rooms inside them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from crm.runtime.places import ROOT
from tests.architecture import source

ROOF = ("crm.urls", "crm.wiring", "crm.wiring_work", "crm.wsgi", "crm.celery")
JUNK_DRAWERS = {"utils", "helpers", "common", "misc", "extras"}


def test_contracts_of_the_ladder_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, "0 broken" in done.stdout) == (0, True), done.stdout


def test_nobody_imports_the_roof() -> None:
    climbing = {
        (file.name, module)
        for file in source.application()
        for module, _ in file.imports()
        if module.startswith(tuple(f"{roof}." for roof in ROOF)) or module in ROOF
    }

    assert {name for name, _ in climbing} == {"crm/wiring.py"}  # the other page is a part of it


def test_there_are_no_junk_drawers() -> None:
    assert [f.name for f in source.application() if JUNK_DRAWERS & set(Path(f.name).with_suffix("").parts)] == []
