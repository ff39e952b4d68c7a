"""The review queue: mails that a colleague reads before they go. What nobody approved never leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from crm.actors import Actor
from crm.models import Member, Tenant
from crm.services import audit
from outreach.choices import HoldReason, MessageState, StopReason
from outreach.models import OutboundMessage, SequenceStep
from outreach.services import enrolments, outbox
from outreach.services.merge_tags import Latest
from outreach.services.outbox import LOADED, NotChanged, TooLate
from outreach.services.templates import TemplateRefused

READ_FIRST = 3  # of one step, before the others of it may be approved together
MOST_TOGETHER = 200


def queue(member: Member | None = None) -> QuerySet[OutboundMessage]:
    """What waits to be read, the most urgent first; with a member what they send, or nobody in particular."""
    rows = OutboundMessage.objects.filter(state=MessageState.PLANNED, held_for=HoldReason.REVIEW)
    found: QuerySet[OutboundMessage] = rows.select_related(*LOADED).order_by("due_at", "pk")
    if member is None:
        return found
    of_nobody = found.filter(sender=None, enrolment__sender=None, enrolment__sequence__sender=None)
    return outbox.mine(found, [member.pk]) | of_nobody


def _locked(message: OutboundMessage) -> OutboundMessage:
    rows = OutboundMessage.objects.filter(pk=message.pk, state=MessageState.PLANNED, held_for=HoldReason.REVIEW)
    row = rows.select_related(*LOADED).select_for_update(of=("self",)).first()
    if row is None:
        raise TooLate("Somebody else has read it already, or it is no longer to go.")
    return row


def _approve(row: OutboundMessage, tenant: Tenant, by: Actor, latest: Latest) -> None:
    """What was read is what goes: its words are kept as they are now."""
    try:
        filled = outbox.reading(row, tenant, latest)
    except TemplateRefused as refused:
        raise NotChanged(str(refused)) from refused
    if filled.blanks:
        raise NotChanged("Merge tags would stay blank: write the words for this person.")
    if not row.own_body:
        row.own_subject, row.own_body = filled.subject, filled.body
    row.approved_at, row.approved_by = latest.now, by.label[:120]
    outbox.free(row, latest.now)
    row.save(update_fields=["own_subject", "own_body", "approved_at", "approved_by", "is_held", "held_for", "due_at"])


@transaction.atomic
def approve(
    *,
    message: OutboundMessage,
    tenant: Tenant,
    by: Actor,
    now: datetime,
    words: tuple[str, str] | None = None,
) -> OutboundMessage:
    """It may go, with `words` (subject, text) where the colleague changed them. Raises TooLate and NotChanged."""
    row = _locked(message)
    if words is not None and words[1].strip():
        if problem := outbox.unfilled(*words):
            raise NotChanged(problem)
        row.own_subject, row.own_body = words[0].strip()[:300], words[1].strip()
    _approve(row, tenant, by, Latest(now))
    audit.record(action="message.approve", by=by, object_type="outreach.outboundmessage", object_id=row.pk)
    return row


@transaction.atomic
def skip(*, message: OutboundMessage, by: Actor, now: datetime) -> OutboundMessage:
    """Not this mail to this person; the sequence goes on with what follows. Raises TooLate."""
    return outbox.cancel(message=_locked(message), by=by, now=now)


@transaction.atomic
def reject(*, message: OutboundMessage, by: Actor, now: datetime) -> None:
    """Not this person at all: their enrolment ends, and nothing more of the sequence goes. Raises TooLate."""
    row = _locked(message)
    enrolments.stop(
        enrolments=[row.enrolment_id] if row.enrolment_id else [], reason=StopReason.REJECTED, now=now, by=by
    )
    audit.record(action="enrolment.reject", by=by, object_type="outreach.outboundmessage", object_id=row.pk)


@dataclass(frozen=True)
class Together:
    """What approving the rest of a step at once did: approved, and left because they need a look."""

    approved: int
    left: int


def read_of(step: SequenceStep, by: Actor) -> int:
    """How many mails of a step this colleague has approved one by one."""
    return OutboundMessage.objects.filter(step=step, approved_by=by.label[:120]).count()


def may_approve_rest(step: SequenceStep, by: Actor) -> bool:
    """Whoever has read some of a step may let go the others together."""
    return read_of(step, by) >= READ_FIRST


@transaction.atomic
def approve_rest(*, step: SequenceStep, tenant: Tenant, by: Actor, now: datetime) -> Together:
    """Approve what waits of one step: only mails in its own words, without blanks, at most MOST_TOGETHER.

    Raises NotChanged for a colleague who has not read READ_FIRST of them.
    """
    if not may_approve_rest(step, by):
        raise NotChanged(f"Read at least {READ_FIRST} of these mails one by one first.")
    rows = list(queue().filter(step=step, own_body="").select_for_update(of=("self",))[:MOST_TOGETHER])
    approved, left, latest = 0, 0, Latest(now, [row.candidate for row in rows])
    for row in rows:
        try:
            _approve(row, tenant, by, latest)
            approved += 1
        except NotChanged:
            left += 1
    facts = {"mails": approved, "left": left}
    audit.record(
        action="message.approve_rest", by=by, object_type="outreach.sequence", object_id=step.sequence_id, facts=facts
    )
    return Together(approved, left)


def next_after(message: OutboundMessage | None, member: Member | None) -> UUID | None:
    """The one to read next, after the last one from the start again; None: all are read."""
    rows = queue(member).order_by("due_at", "pk")
    if message is not None:
        later = Q(due_at__gt=message.due_at) | Q(due_at=message.due_at, pk__gt=message.pk)
        following = rows.filter(later).first()
        if following is not None:
            return following.pk
        rows = rows.exclude(pk=message.pk)
    first = rows.first()
    return first.pk if first else None


def before(message: OutboundMessage, member: Member | None) -> UUID | None:
    """The one that was to be read before it."""
    earlier = Q(due_at__lt=message.due_at) | Q(due_at=message.due_at, pk__lt=message.pk)
    found = queue(member).filter(earlier).order_by("-due_at", "-pk").first()
    return found.pk if found else None
