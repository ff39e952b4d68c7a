"""People who came into a sequence by a segment: what happens when they leave it, and when they are in it again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Sequence as Row
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm import events
from crm.actors import SYSTEM
from crm.tenancy import many
from crm.tenancy.many import among
from outreach import events as kinds
from outreach.choices import (
    OPEN_ENROLMENTS,
    EnrolmentState,
    ExclusionReason,
    MessageState,
    OnLeaving,
    StopReason,
)
from outreach.models import Enrolment, OutboundMessage
from outreach.services import enrolments
from outreach.services.clock import database_now
from talent.models import SegmentMembership

Places = set[tuple[UUID, UUID]]  # segment and person


def inside(segments: Collection[UUID], people: Iterable[UUID]) -> Places:
    """Which of these people are in which of these segments now."""
    current = SegmentMembership.objects.current().filter(among("candidate", people), segment_id__in=segments)
    return set(current.values_list("segment_id", "candidate_id"))


def follow(*, segment_id: UUID, candidates: Iterable[UUID], now: datetime) -> None:
    """These people came into a segment, or left it: the sequences that they came to by it do what they say."""
    bring_in_line(Enrolment.objects.filter(among("candidate", candidates), segment=segment_id), now)


@transaction.atomic
def bring_in_line(rows: QuerySet[Enrolment], now: datetime) -> None:
    """Of these, who is outside of the segment that they came by is treated as the sequence says, by where they are now.

    Who was waited for and is back, or is no longer waited for, goes on.
    """
    asked = rows.filter(state__in=OPEN_ENROLMENTS, segment__isnull=False)
    asked = asked.exclude(sequence__on_leaving=OnLeaving.CONTINUE, outside_since=None)
    found = list(asked.select_related("sequence", "segment").order_by("pk").select_for_update(of=("self",)))
    if not found:
        return
    there = inside({row.segment_id for row in found if row.segment_id}, [row.candidate_id for row in found])
    gone = [row for row in found if (row.segment_id, row.candidate_id) not in there]
    ends = [row.pk for row in gone if row.sequence.on_leaving == OnLeaving.REMOVE]
    waits = [row for row in gone if row.sequence.on_leaving == OnLeaving.PAUSE]
    still = {*ends, *(row.pk for row in waits)}
    enrolments.stop(enrolments=ends, reason=StopReason.LEFT_SEGMENT, now=now)
    _wait([row for row in waits if row.outside_since is None], now)
    _go_on([row for row in found if row.outside_since is not None and row.pk not in still], now)


def _wait(rows: Row[Enrolment], now: datetime) -> None:
    """What is planned keeps its time; the gate lets nothing go meanwhile, and no step is done."""
    for row in rows:
        row.state, row.outside_since = EnrolmentState.PAUSED, now
    many.update(rows, ["state", "outside_since"])
    events.publish_many(
        [enrolments.about(row, kinds.ENROLMENT_PAUSED, now, SYSTEM, until=None, segment=_named(row)) for row in rows]
    )


def _go_on(rows: Row[Enrolment], now: datetime) -> None:
    """From where they stood: what came due meanwhile is due now, unless they are away as well."""
    for row in rows:
        is_away = row.paused_until is not None and row.paused_until > now
        row.outside_since, row.paused_until = None, row.paused_until if is_away else None
        row.state = EnrolmentState.PAUSED if is_away else EnrolmentState.ACTIVE
    many.update(rows, ["state", "outside_since", "paused_until"])
    _let_go([row.pk for row in rows], now)
    events.publish_many(
        [enrolments.about(row, kinds.ENROLMENT_RESUMED, now, SYSTEM, segment=_named(row)) for row in rows]
    )


def _let_go(keys: Row[UUID], now: datetime) -> None:
    """All that is planned is held first: what the gate puts off at this moment is then seen as well."""
    planned = OutboundMessage.objects.filter(among("enrolment", keys), state=MessageState.PLANNED).order_by("pk")
    planned = planned.select_related("enrolment__sequence", "candidate").select_for_update(of=("self",))
    put_off = [one for one in planned if one.put_off_reason == ExclusionReason.ENROLMENT_PAUSED]
    enrolments.put_off(put_off, now)
    for message in put_off:
        message.put_off_reason = message.put_off_words = ""
    many.update(put_off, ["due_at", "put_off_reason", "put_off_words"])


def _named(row: Enrolment) -> dict[str, str]:
    return {"id": str(row.segment_id), "name": row.segment.name if row.segment else ""}


def give_up(*, segment: UUID) -> None:
    """Before a segment is gone: whoever is waited for until they are in it again is waited for no longer."""
    waiting = Enrolment.objects.open().filter(segment=segment, outside_since__isnull=False)
    keys = list(waiting.values_list("pk", flat=True))
    enrolments.stop(enrolments=keys, reason=StopReason.LEFT_SEGMENT, now=database_now())
