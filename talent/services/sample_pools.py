"""Pools that a new workspace begins with, so that there is one to put somebody into on the first day."""

from __future__ import annotations

from datetime import datetime

from crm.actors import Actor
from talent.services import pools

SAMPLES = (
    ("Keep in touch", "Good people whom we have no job for today: a word now and then, so that we know each other."),
    ("Ask again first", "Whom we would have hired, or nearly did: the first to ask when a job fits."),
)


def come_with_workspace(*, by: Actor, now: datetime) -> None:
    """Every workspace has them from its first moment; they belong to whoever made it, to be renamed or deleted."""
    for name, purpose in SAMPLES:
        pools.create(name=name, purpose=purpose, by=by)
