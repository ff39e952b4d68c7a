"""The processes of the drain's bench: a sink, and two that send, told by lines when to begin."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crm.runtime.places import ROOT
from crm.served import READY_SECONDS, database_url


@dataclass
class Hand:
    """A process that waits for a line, works, and answers with one."""

    process: subprocess.Popen[str]

    @classmethod
    def hired(cls, *arguments: object) -> Hand:
        environ = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "crm.settings"}
        command = [sys.executable, *map(str, arguments)]
        pipe = subprocess.PIPE
        return cls(subprocess.Popen(command, cwd=ROOT, env=environ, stdin=pipe, stdout=pipe, text=True))  # noqa: S603

    def say(self, word: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"A process of the bench ended: {self.process.args!r}")
        return line


@contextmanager
def hands(count: int, *arguments: object) -> Iterator[Sequence[Hand]]:
    """So many processes of one program of Python, ready to begin."""
    crew = [Hand.hired(*arguments) for _ in range(count)]
    try:
        for hand in crew:
            hand.hear()
        yield crew
    finally:
        for hand in crew:
            hand.process.kill()
            hand.process.wait()


Crew = Sequence[Hand]


def together(crew: Crew, word: object) -> float:
    """Seconds until all have done what they were told."""
    started = time.perf_counter()
    for hand in crew:
        hand.say(word)
    for hand in crew:
        hand.hear()
    return time.perf_counter() - started


@contextmanager
def sink(seconds: float) -> Iterator[tuple[int, Path]]:
    """A sink in a process of its own: its port, and the file of what it kept."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = [str(folder / "port"), str(seconds), str(folder / "kept")]
        process = subprocess.Popen([sys.executable, "-m", "outreach.racers.sink", *arguments], cwd=ROOT)  # noqa: S603
        try:
            until = time.monotonic() + READY_SECONDS
            while not (folder / "port").exists():
                if time.monotonic() > until:
                    raise TimeoutError("The mail sink did not start.")
                time.sleep(0.05)
            yield int((folder / "port").read_text()), folder / "kept"
        finally:
            process.kill()
            process.wait()
