"""Keeps people in a segment, or leaves them out, by name; the rule has no say about them until that is taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm.actors import Actor
from crm.services import audit
from talent.choices import MembershipCause, Placing
from talent.filters.clock import here
from talent.filters.explain import Verdict
from talent.models import Candidate, Segment, SegmentPlacement
from talent.services import upkeep

MOST = 2000  # people placed by hand in one segment; beyond, a tag and a rule on it serve better


class TooMany(ValueError):
    """A segment whose people are mostly named one by one is a pool."""


def of_segment(segment: Segment) -> QuerySet[SegmentPlacement]:
    """Who is placed by hand, the latest first."""
    return SegmentPlacement.objects.of(segment.pk).select_related("candidate").order_by("-placed_at", "-pk")


def of_person(segment: Segment, candidate_id: UUID) -> SegmentPlacement | None:
    """How a person is placed in a segment by hand, if at all."""
    return SegmentPlacement.objects.of(segment.pk).filter(candidate_id=candidate_id).first()


def _settle(action: str, segment: Segment, candidate: Candidate, by: Actor, now: datetime) -> None:
    """Tell the audit log, and move the person in every segment that this touches."""
    facts = {"candidate": str(candidate.pk)}
    audit.record(action=action, by=by, object_type="talent.segment", object_id=segment.pk, facts=facts)
    upkeep.keep(people=[candidate.pk], now=now, cause=str(MembershipCause.HAND))


@transaction.atomic
def place(
    *, segment: Segment, candidate: Candidate, placing: str, reason: str, by: Actor, now: datetime
) -> SegmentPlacement:
    """Keep somebody in or leave them out (a Placing), whatever the rule says, until it is taken back. Raises TooMany.

    A second word about the same person replaces the first.
    """
    if SegmentPlacement.objects.of(segment.pk).exclude(candidate=candidate).count() >= MOST:
        raise TooMany(
            f"{MOST:,} people are placed by hand in “{segment.name}” already. Give them a tag and ask for it."
        )
    said = {"placing": placing, "reason": reason, "placed_by": by.label, "placed_at": now}
    placement, _ = SegmentPlacement.objects.update_or_create(segment=segment, candidate=candidate, defaults=said)
    _settle("segment.leave_out" if placing == Placing.OUT else "segment.keep_in", segment, candidate, by, now)
    return placement


@transaction.atomic
def take_back(*, segment: Segment, candidate: Candidate, by: Actor, now: datetime) -> bool:
    """Let the rule decide about somebody again; False when nobody had placed them."""
    gone, _ = SegmentPlacement.objects.of(segment.pk).filter(candidate=candidate).delete()
    if gone:
        _settle("segment.by_rule", segment, candidate, by, now)
    return bool(gone)


def said(placement: SegmentPlacement, now: datetime) -> str:
    """Who placed somebody, when and why: “Left out by hand by Ada on 3 May 2026: asked us to wait”."""
    at = placement.placed_at.astimezone(here(now).zone)
    day = f"{at.day} {at:%B %Y}"
    return f"{placement.get_placing_display()} by hand by {placement.placed_by} on {day}: {placement.reason}"


def overrule(placement: SegmentPlacement, verdict: Verdict, now: datetime) -> Verdict:
    """The verdict of a rule under a colleague's word, which goes before it."""
    word = Verdict(said(placement, now), placement.placing == Placing.IN)
    both = "Any of these" if word.matches else "All of these"
    return Verdict(both, word.matches, "", (word, verdict))
