"""Keeps the parts running: starts them, passes on what they say, starts them again, stops them."""

import selectors
import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from crm.runtime.console import Console
from crm.runtime.parts import Part
from crm.runtime.problems import Problem

TICK = 0.2
SECONDS_BETWEEN_SERVER_CHECKS = 1.0


class Supervisor:
    """Runs until SIGINT, SIGTERM or SIGHUP; a second one of them cuts the stopping short."""

    def __init__(self, parts: Sequence[Part], console: Console, revive_servers: Callable[[], bool]) -> None:
        """`revive_servers` starts embedded servers that have died and tells whether it had to."""
        self._parts = parts
        self._console = console
        self._revive_servers = revive_servers
        self._stops_asked = 0
        self._servers_due = 0.0

    def watch_signals(self) -> None:
        """From now on a signal to stop is noted instead of ending us."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_stop)

    @property
    def is_stopping(self) -> bool:
        return self._stops_asked > 0

    def run(self, on_tick: Callable[[], None]) -> None:
        """Start everything and keep it running until asked to stop; then stop everything, in order."""
        try:
            while not self.is_stopping:
                self._tend_servers()
                self._tend_parts()
                on_tick()
                self._wait_for_output()
        finally:
            self._stop()

    def _note_stop(self, number: int, frame: FrameType | None) -> None:
        self._stops_asked += 1

    def _tend_servers(self) -> None:
        if time.monotonic() < self._servers_due:
            return
        try:
            if self._revive_servers():
                self._console.say("an embedded server had ended and was started again")
            self._servers_due = time.monotonic() + SECONDS_BETWEEN_SERVER_CHECKS
        except Problem as problem:
            self._console.say(f"{problem} Trying again.")
            self._servers_due = time.monotonic() + 10 * SECONDS_BETWEEN_SERVER_CHECKS

    def _tend_parts(self) -> None:
        for part in self._parts:
            code = part.has_ended()
            self._pass_on(part)
            if code is not None and (code or not part.is_errand):
                how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
                then = "is not tried again" if part.is_errand else f"starts again in {part.seconds_until_due:.1f} s"
                self._console.say(f"{part.name} {how}; {then}")
            if part.is_due and not self.is_stopping:
                self._start(part)

    def _start(self, part: Part) -> None:
        try:
            part.start()
        except OSError as error:
            part.put_off()
            self._console.say(
                f"{part.name} cannot be started: {error.strerror}; again in {part.seconds_until_due:.1f} s"
            )

    def _pass_on(self, part: Part) -> None:
        for line in part.lines():
            self._console.line(part.name, line)

    def _wait_for_output(self) -> None:
        with selectors.DefaultSelector() as selector:
            for part in self._parts:
                if part.process is not None and part.output is not None:
                    selector.register(part.output, selectors.EVENT_READ)
            if selector.select(TICK):
                time.sleep(0.02)  # a part that has closed its output is always readable: no spinning

    def _stop(self) -> None:
        """SIGTERM to all; SIGKILL to what is left when its patience is over or somebody asks again."""
        self._console.say("stopping (once more Ctrl-C: at once)")
        asked = self._stops_asked
        for part in self._parts:
            part.signal(signal.SIGTERM)
        started = time.monotonic()
        while any(part.process is not None for part in self._parts):
            for part in self._parts:
                if self._stops_asked > asked or time.monotonic() - started > part.patience:
                    part.signal(signal.SIGKILL)
                part.has_ended()
                self._pass_on(part)
            self._wait_for_output()
