"""Chance that can be asked twice: who falls into which group, by a hash of who and what for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

PARTS = 10_000


def _number(*parts: object) -> int:
    text = ":".join(str(part) for part in parts).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8])


def part(purpose: UUID, person: UUID) -> int:
    """A number from 0 to PARTS - 1, the same whenever it is asked."""
    return _number(purpose, person) % PARTS


def choose(purpose: UUID, person: UUID, among: Sequence[str]) -> str:
    """One of some names, each as likely as the others (rendezvous hashing).

    When one of them is taken away, only those who had it get another one.
    """
    return max(among, key=lambda name: (_number(purpose, person, name), name))
