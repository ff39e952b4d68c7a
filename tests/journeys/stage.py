"""The stage of the journeys: all of Rapport as `make run` starts it; port, database and data folder are its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crm.runtime.parts import LEASH

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_BE_READY = 300  # a deadline, not a goal: the demo alone takes two minutes on a busy machine
# What the surroundings may say about another installation, or about the servers of the tests.
OTHERS = (
    "REDIS_URL",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "BIND",
    "SMTP_HOST",
    "SMTP_USER",
    "SMTP_PASSWORD",
    "SMTP_TLS",
    "RAPPORT_PRODUCTION",
    "DEBUG",
    "PYTEST_CURRENT_TEST",
    "PYTEST_XDIST_WORKER",
)


@dataclass(frozen=True)
class Stage:
    """A running installation."""

    url: str  # without a slash at the end
    data: Path
    log: Path

    @property
    def demo(self) -> str:
        return f"{self.url}/o/demo"


@contextmanager
def running(database_url: str, owner_url: str) -> Iterator[Stage]:
    """Start everything on a migrated database, wait until it is ready, stop everything. The data is thrown away."""
    data = Path(tempfile.mkdtemp(prefix="rapport-stage-"))
    port = _free_port()
    stage = Stage(f"http://localhost:{port}", data, ROOT / "build" / "journey" / "stage.log")
    stage.log.parent.mkdir(parents=True, exist_ok=True)
    addresses = {"DATABASE_URL": database_url, "DATABASE_OWNER_URL": owner_url}
    environment = _environment(DATA_DIR=str(data), PORT=str(port), RAPPORT_DURABLE="0", DEMO_PEOPLE="80", **addresses)
    command = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), sys.executable, "-m", "crm.runtime", "run"]
    with stage.log.open("wb") as log:
        supervisor = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        _wait_until_ready(stage, supervisor)
        yield stage
    finally:
        _stop(supervisor)
        shutil.rmtree(data, ignore_errors=True)


def _environment(**own: str) -> dict[str, str]:
    """Ours without the settings of the tests; an empty variable also wins over the `.env` file of the checkout."""
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return {**kept, **dict.fromkeys(OTHERS, ""), **own}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(stage: Stage, supervisor: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_BE_READY
    while time.monotonic() < deadline and supervisor.poll() is None:
        if _is_ready(stage.url):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The stage did not get ready:\n{stage.log.read_text(errors='replace')[-4000:]}")


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(json.load(answer)["ready"])
    except (urllib.error.URLError, OSError):
        return False


def _stop(supervisor: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C does: the supervisor stops its parts and the embedded servers."""
    if supervisor.poll() is None:
        supervisor.send_signal(signal.SIGINT)
    try:
        supervisor.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(supervisor.pid, signal.SIGKILL)
        supervisor.wait()
