"""What the ways in do when something happened elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from crm.models import Event
from sourcing.services import papers


def read_papers(events: Sequence[Event]) -> None:
    """Reader: have the text of new documents read."""
    papers.ask({event.subject_id for event in events if event.subject_id})
