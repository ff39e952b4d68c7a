"""The clocks of contact of a person, when a moment that they tell of turns out to have been none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from talent.models import Candidate


@dataclass(frozen=True)
class Moments:
    """The latest of each sort that somebody knows of: we reached out, they wrote, both sides spoke."""

    contacted_at: datetime | None = None
    replied_at: datetime | None = None
    spoke_at: datetime | None = None


Source = Callable[[UUID], Moments]
sources: list[Source] = []


def register(*more: Source) -> None:
    """Add who knows of contacts; called by wiring, because mails lie above."""
    sources.extend(source for source in more if source not in sources)


def take_back(*, candidate_id: UUID, moment: datetime) -> None:
    """Clocks that stand at `moment` go back to the latest that is still known; the others keep what they say.

    So what an import or an older record brought stays, though nothing here proves it.
    """
    person = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate_id)
    found = [source(candidate_id) for source in sources]
    replied, spoke = _latest(one.replied_at for one in found), _latest(one.spoke_at for one in found)
    known = {
        "last_contacted_at": _latest(one.contacted_at for one in found),
        "last_replied_at": replied,
        "last_two_way_at": _latest((replied, spoke)),
    }
    changes = {name: at for name, at in known.items() if getattr(person, name) == moment}
    if changes:
        Candidate.objects.filter(pk=candidate_id).update(**changes)


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
