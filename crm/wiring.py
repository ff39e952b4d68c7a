"""Who listens to what, and who shows up where: the one page that answers "what happens when ...?"."""

from __future__ import annotations

from crm import registry, tasks
from crm.registry import registered
from crm.services import fences
from talent import reactions
from talent.filters import catalogue, fields


def connect() -> None:
    """Plug every app into the floor; called once, when Django is ready."""
    registered.after_publish = tasks.nudge_readers
    registry.add_readers(*READERS)
    registered.sweeps.update(SWEEPS)
    catalogue.register(*FILTER_FIELDS)


READERS: list[registry.Reader] = [
    registry.Reader("talent.segments", reactions.keep_membership),
]

SWEEPS = {
    "crm.fences": fences.check,
    "talent.time": reactions.refresh_by_time,
}

# What lists, segments, sequence branches and reports can be filtered by.
FILTER_FIELDS = [*fields.TALENT_FIELDS]
