"""Remembers that a database was brought up to date by exactly these sources, so that the next start need not ask it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from crm.runtime.places import ROOT, Places

OTHER_SOURCES = ("requirements.lock", "build/frontend.hash")
LEFT_OUT = {"tests", "node_modules", "build", "var"}


class Prepared:
    """A note beside the data it speaks of: with the data folder it goes."""

    def __init__(self, places: Places) -> None:
        self._note = places.postgres / "rapport-prepared"

    def logins(self) -> str | None:
        """The log-ins that were told then; None when a source has changed or nothing was noted."""
        try:
            fingerprint, _, logins = self._note.read_text().partition("\n")
        except OSError:
            return None
        return logins if fingerprint == _fingerprint() else None

    def note(self, logins: str) -> None:
        """To be called when everything was done."""
        self._note.write_text(f"{_fingerprint()}\n{logins}")


def _fingerprint() -> str:
    """Changes with every Python file of the project, the lock and the front end's build (name, size, time)."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        stat = path.stat()
        digest.update(f"{path.relative_to(ROOT)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield from (path for name in OTHER_SOURCES if (path := ROOT / name).exists())
    for folder in ROOT.iterdir():
        if folder.is_dir() and not folder.name.startswith(".") and folder.name not in LEFT_OUT:
            yield from folder.rglob("*.py")
