"""Fields about what we do with people: tasks."""

from __future__ import annotations

from talent.filters.catalogue import Field
from talent.models import Task

WORK_FIELDS = (
    Field(
        "open_task",
        "Open task",
        "flag",
        {"is_true": "with an open task", "is_false": "without an open task"},
        rows=lambda: Task.objects.open().filter(candidate__isnull=False),
    ),
)
