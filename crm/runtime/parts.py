"""One supervised process: its command, its output, its pid file and when it may be started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from crm.runtime import processes
from crm.runtime.places import ROOT

LEASH = Path(__file__).with_name("leash.py")
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
SECONDS_TO_BE_SOUND = 30  # after which the next end counts as the first


@dataclass
class Part:
    """A process that is to run all the time."""

    name: str
    command: list[str]
    pids: Path
    patience: float  # seconds between SIGTERM and SIGKILL
    environment: dict[str, str] = field(default_factory=dict)
    is_errand: bool = False  # runs to its end, once; not kept running
    code: int | None = None  # of its last end
    process: "subprocess.Popen[bytes] | None" = None
    output: "IO[bytes] | None" = None
    _pause: float = FIRST_PAUSE
    _started: float = 0.0
    _due: float = 0.0
    _rest: bytes = b""

    def start(self) -> None:
        """Start in a session of its own, on a leash: it gets SIGTERM when the supervisor dies."""
        if self.output is not None:
            self.output.close()
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *self.command],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.output = self.process.stdout
        assert self.output is not None
        os.set_blocking(self.output.fileno(), False)
        self._started, self._rest = time.monotonic(), b""
        with suppress(OSError):  # on a full disk it runs without a note; the leash still holds it
            self._file.write_text(f"{self.process.pid}\n{processes.birth(self.process.pid)}\n")

    def has_ended(self) -> int | None:
        """The exit code when it has ended since the last call; it is then due again after a pause that doubles."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.code = code
        self.put_off()
        return code

    @property
    def is_over(self) -> bool:
        """An errand that has been run, well or badly."""
        return self.process is None and self._due == float("inf")

    def put_off(self) -> None:
        """Not running; due again after a pause that doubles from one failure to the next."""
        self.process = None
        if self.is_errand:
            self._due = float("inf")
            self._file.unlink(missing_ok=True)
            return
        if time.monotonic() - self._started > SECONDS_TO_BE_SOUND:
            self._pause = FIRST_PAUSE
        self._due = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        self._file.unlink(missing_ok=True)

    @property
    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self._due

    def hold_back(self, seconds: float) -> None:
        """Not to be started for the first time before so many seconds have passed, or `release` is called."""
        self._due = time.monotonic() + seconds

    def release(self) -> None:
        """May be started now, unless it runs or pauses after a failure."""
        if self._started == 0.0:
            self._due = 0.0

    @property
    def seconds_until_due(self) -> float:
        return max(0.0, self._due - time.monotonic())

    def lines(self) -> Iterator[str]:
        """The whole lines that it has written since the last call."""
        if self.output is None or self.output.closed:
            return
        try:
            while chunk := os.read(self.output.fileno(), 65536):
                *whole, self._rest = (self._rest + chunk).split(b"\n")
                yield from (line.decode(errors="replace").rstrip("\r") for line in whole)
        except BlockingIOError:
            pass

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it, or, with SIGKILL, to it and all its children."""
        if self.process is None or self.process.poll() is not None:
            return
        if number is signal.SIGKILL:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)

    def end_leftover(self) -> bool:
        """End a process that a supervisor which was killed has left behind. True when there was one."""
        pid = processes.read_pid(self._file)
        if pid is None or not _is_same(pid, self._file):
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline and processes.birth(pid):
            time.sleep(0.05)
        if _is_same(pid, self._file):
            os.killpg(pid, signal.SIGKILL)
        self._file.unlink(missing_ok=True)
        return True

    @property
    def _file(self) -> Path:
        return self.pids / f"{self.name}.pid"


def _is_same(pid: int, file: Path) -> bool:
    lines = file.read_text().splitlines()
    return len(lines) > 1 and bool(lines[1]) and lines[1] == processes.birth(pid)
