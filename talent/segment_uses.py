"""Who rests on a segment: other segments, and whatever the apps above plug in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Use:
    """One thing that rests on a segment: what it is, in words, and where it is shown (a URL name and a key)."""

    kind: str
    name: str
    url_name: str
    key: UUID


Provider = Callable[[UUID], Sequence[Use]]
providers: list[Provider] = []


def register(*more: Provider) -> None:
    """Add providers; called by wiring. Each gets the key of a segment of the current tenant."""
    providers.extend(provider for provider in more if provider not in providers)


def of(segment_id: UUID) -> list[Use]:
    """Everything that rests on a segment."""
    return [use for provider in providers for use in provider(segment_id)]
