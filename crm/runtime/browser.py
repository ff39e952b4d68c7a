"""Finds a Chromium for the browser tests, or gets one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from crm.runtime.problems import Problem

# The shell is Chromium without windows: a fresh page costs it a third of the processor time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FROM_DEBIAN = ["apt-get", "install", "-q", "-y", "--no-install-recommends"]
INSTALLERS = (
    ("apt-get", [["apt-get", "update", "-q"], [*FROM_DEBIAN, "chromium-headless-shell"]]),
    ("apt-get", [[*FROM_DEBIAN, "chromium"]]),
    ("dnf", [["dnf", "install", "-q", "-y", "chromium"]]),
    ("apk", [["apk", "add", "-q", "chromium"]]),
)
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as p\nwith p() as x: print(x.chromium.executable_path)"
)


def ensure() -> str:
    """The path of a Chromium that starts: named by CHROMIUM_PATH, on the PATH, Playwright's, or newly installed."""
    told = os.environ.get("CHROMIUM_PATH", "")
    if told and not _works(told):
        raise Problem(f"CHROMIUM_PATH holds {told!r}; expected the path of a Chromium program that starts.")
    found = told or _find()
    if not found:
        _install()
        found = _find()
    if not found:
        raise Problem(
            "No Chromium was found for the browser tests, and none could be installed. "
            "Install it and set CHROMIUM_PATH, or leave those tests out: make test ARGS='-m \"not browser\"'"
        )
    return found


def _find() -> str:
    for name in NAMES:
        path = shutil.which(name)
        if path and _works(path):
            return path
    path = _output([sys.executable, "-c", ASK_PLAYWRIGHT]).strip()
    return path if path and Path(path).exists() and _works(path) else ""


def _install() -> None:
    """As root with the package manager, otherwise with Playwright. Whether it worked shows in `_find`."""
    print("rapport: No Chromium found; installing one for the browser tests", file=sys.stderr)  # noqa: T201
    if os.geteuid() == 0:
        for program, commands in INSTALLERS:
            if shutil.which(program) and all(_succeeds(command) for command in commands) and _find():
                return
    extra = ["--with-deps"] if os.geteuid() == 0 else []
    _succeeds([sys.executable, "-m", "playwright", "install", *extra, "chromium"])


def _works(path: str) -> bool:
    return "chrom" in _output([path, "--version"]).lower()


def _succeeds(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode == 0  # noqa: S603


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
