"""What the supervisor prints and keeps: one line at a time, marked with the part it comes from."""

import os
import sys
from datetime import datetime
from pathlib import Path

WIDTH = 9
LARGEST_LOG = 10 * 2**20


class Console:
    """Lines go to the terminal, and to one log file for each part. A full disk or a closed terminal stops neither."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def line(self, part: str, text: str) -> None:
        """One line from a part of the whole."""
        mark = f"{part:<{WIDTH}}| "
        self._print((f"\x1b[2m{mark}\x1b[0m" if self._colour else mark) + text)
        self._keep(part, text)

    def say(self, text: str) -> None:
        """One line from the supervisor itself."""
        self.line("rapport", text)

    def plain(self, text: str) -> None:
        """A block of text without marks."""
        self._print(text)

    def _print(self, text: str) -> None:
        try:
            print(text, flush=True)  # noqa: T201
        except (OSError, ValueError):
            self._colour = False

    def _keep(self, part: str, text: str) -> None:
        path = self._logs / f"{part}.log"
        moment = datetime.now().astimezone().isoformat(timespec="milliseconds")
        try:
            if path.exists() and path.stat().st_size > LARGEST_LOG:
                path.replace(path.with_suffix(".log.1"))
            with path.open("a") as log:
                log.write(f"{moment} {text}\n")
        except OSError:
            return
