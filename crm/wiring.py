"""Who listens to what, and who shows up where: the one page that answers "what happens when ...?"."""

from __future__ import annotations

from crm import registry, tasks
from crm.registry import registered
from crm.services import fences


def connect() -> None:
    """Plug every app into the floor; called once, when Django is ready."""
    registered.after_publish = tasks.nudge_readers
    registry.add_readers(*READERS)
    registered.sweeps.update(SWEEPS)


READERS: list[registry.Reader] = []

SWEEPS = {
    "crm.fences": fences.check,
}
