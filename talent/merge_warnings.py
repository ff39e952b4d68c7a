"""What somebody should know before two records become one: whatever the apps above plug in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

Provider = Callable[[UUID, UUID], Sequence[str]]
providers: list[Provider] = []


def register(*more: Provider) -> None:
    """Add providers; called by wiring. Each gets the keys of the record that stays and of the one that goes."""
    providers.extend(provider for provider in more if provider not in providers)


def of(survivor: UUID, merged: UUID) -> list[str]:
    """Everything that is worth a word, as sentences."""
    return [sentence for provider in providers for sentence in provider(survivor, merged)]
