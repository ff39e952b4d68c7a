"""Starting and ending processes that outlive us."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from crm.runtime import accounts, processes

LARGEST_LOG = 10 * 2**20
_launched: list["subprocess.Popen[bytes]"] = []


def launch(command: list[str], *, log: Path, uid: int | None, cwd: Path = Path("/")) -> "subprocess.Popen[bytes]":
    """Start a server in a session of its own, so that Ctrl-C in our terminal is not for it. Output goes to `log`."""
    reap()
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as output:
        server = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            **accounts.identity(uid),
            start_new_session=True,
            umask=0o077,
            env=_plain_environment(),
        )
    _launched.append(server)
    return server


def reap() -> None:
    """Take note of those we started that have ended; until then their process numbers stay taken."""
    _launched[:] = [server for server in _launched if server.poll() is None]


def wait_until(server: "subprocess.Popen[bytes]", ready: Callable[[], bool], deadline: float) -> bool:
    """Wait for `ready`; False when the server ends first or `deadline` (of time.monotonic) passes."""
    while time.monotonic() < deadline:
        if ready():
            return True
        if server.poll() is not None:
            return False
        time.sleep(0.02)
    return False


def end(pid: int, program: str, signals: tuple[signal.Signals, ...], patience: float) -> None:
    """Send the signals one after the other, `patience` seconds apart, until the process has ended; then SIGKILL."""
    for number in (*signals, signal.SIGKILL):
        if not processes.is_alive(pid, program):
            break
        os.kill(pid, number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and processes.is_alive(pid, program):
            reap()
            time.sleep(0.02)
    reap()


def tail(log: Path, lines: int = 30) -> str:
    """The last lines of a log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 200 * lines))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def _plain_environment() -> dict[str, str]:
    """What a server needs to know of our environment: no secrets, and no PG* variable that would redirect it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
