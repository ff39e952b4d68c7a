"""A hard limit for tests on hostile input: by the process's own work, so that a busy machine fails nothing."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

GENEROUS = 60.0  # seconds of the processor; linear readers take well below one, quadratic ones take hours


class Hangs(AssertionError):
    """The work did not end within its limit."""


@contextmanager
def bounded(seconds: float = GENEROUS) -> Iterator[None]:
    """Raise Hangs once the block has used so many seconds of the processor, whatever else the machine does."""

    def stop(*_: object) -> None:
        raise Hangs(f"Not done after {seconds} seconds of work.")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
