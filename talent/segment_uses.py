"""Who rests on segments: other segments, and whatever the apps plug in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Use:
    """One thing that rests on a segment: what it is, in words, and where it is shown (a URL name and a key)."""

    kind: str
    name: str
    url_name: str
    key: UUID


Provider = Callable[[Collection[UUID]], Iterable[tuple[UUID, Use]]]
providers: list[Provider] = []


def register(*more: Provider) -> None:
    """Add providers; called by wiring. Each gets keys of segments of the current tenant, gives (segment, use) pairs."""
    providers.extend(provider for provider in more if provider not in providers)


def of_each(segments: Collection[UUID]) -> dict[UUID, list[Use]]:
    """Everything that rests on some segments, each provider asked once."""
    found: dict[UUID, list[Use]] = defaultdict(list)
    for provider in providers:
        for segment, use in provider(segments):
            found[segment].append(use)
    return found


def of(segment_id: UUID) -> list[Use]:
    """Everything that rests on a segment."""
    return of_each([segment_id])[segment_id]
