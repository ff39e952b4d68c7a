"""What a colleague who leaves has planned and begun: counting it, handing it to another one, or holding it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from crm.actors import SYSTEM, Actor
from crm.models import Member, Tenant
from crm.permissions import Permission
from crm.services import audit, notifications
from crm.tenancy.context import current_tenant_id
from outreach.choices import BroadcastStatus, HoldReason, MessageState, Purpose
from outreach.models import Broadcast, Enrolment, Mailbox, OutboundMessage, Sequence, SequenceStep
from outreach.services import contact_rules, freezing

SENDER = Coalesce("sender", "step__sender", "enrolment__sender", "enrolment__sequence__sender", "broadcast__sender")
OPEN_BROADCASTS = [status for status in BroadcastStatus if status != BroadcastStatus.CANCELLED]


class NotHandedOver(ValueError):
    """It cannot go to this colleague; the message says why."""


@dataclass(frozen=True)
class Holdings:
    """How much somebody is to send: planned mails, single ones among them, and what they write of plans."""

    mails: int = 0
    singles: int = 0
    enrolments: int = 0
    sequences: int = 0
    steps: int = 0
    broadcasts: int = 0

    @property
    def are_none(self) -> bool:
        return self == Holdings()


def _mails(member: Member) -> QuerySet[OutboundMessage]:
    """Planned mails that they send, or that leave from their own mailbox."""
    planned = OutboundMessage.objects.filter(state=MessageState.PLANNED).annotate(whose=SENDER)
    found: QuerySet[OutboundMessage] = planned.filter(Q(whose=member.pk) | Q(mailbox__owner=member))
    return found


def _enrolments(member: Member) -> QuerySet[Enrolment]:
    """Open ones that they write: by their own name, or as their sequence's sender."""
    found: QuerySet[Enrolment] = Enrolment.objects.open().filter(
        Q(sender=member) | Q(sender=None, sequence__sender=member)
    )
    return found


def _plans(member: Member) -> tuple[QuerySet[Sequence], QuerySet[SequenceStep], QuerySet[Broadcast]]:
    return (
        Sequence.objects.filter(Q(sender=member) | Q(mailbox__owner=member)),
        SequenceStep.objects.filter(sender=member),
        Broadcast.objects.filter(Q(sender=member) | Q(mailbox__owner=member), status__in=OPEN_BROADCASTS),
    )


def holdings(member: Member) -> Holdings:
    """What would be handed over now."""
    mails, (sequences, steps, broadcasts) = _mails(member), _plans(member)
    return Holdings(
        mails=mails.count(),
        singles=mails.filter(purpose=Purpose.ONE_OFF).count(),
        enrolments=_enrolments(member).count(),
        sequences=sequences.count(),
        steps=steps.count(),
        broadcasts=broadcasts.count(),
    )


@transaction.atomic
def hold(*, member: Member, by: Actor) -> Holdings:
    """Nothing of theirs goes until somebody takes it over, or lets it go in the outbox."""
    found = holdings(member)
    _hold(_mails(member))
    _record(member, None, found, by)
    return found


def _hold(rows: QuerySet[OutboundMessage]) -> None:
    keys = list(rows.exclude(held_for=HoldReason.REVIEW).values_list("pk", flat=True))
    waiting = OutboundMessage.objects.filter(pk__in=keys, state=MessageState.PLANNED)
    waiting.update(is_held=True, held_for=HoldReason.LEFT)


def _record(member: Member, to: Member | None, found: Holdings, by: Actor) -> None:
    facts = {"from": member.user.display_name, "to": to.user.display_name if to else "", **asdict(found)}
    action = "member.hand_over" if to else "member.hold"
    audit.record(action=action, by=by, object_type="crm.member", object_id=member.pk, facts=facts)


@transaction.atomic
def hand_over(*, member: Member, to: Member, by: Actor) -> Holdings:
    """From now on `to` sends what was theirs, in their own name and from their own mailbox; returns how much.

    Single mails, which the leaver wrote in their own words, are held for `to` to read. Raises NotHandedOver.
    """
    if to.pk == member.pk or not to.is_active:
        raise NotHandedOver("Choose a colleague who stays.")
    found = holdings(member)
    box = Mailbox.objects.filter(owner=to).first()
    _hand_mails(list(_mails(member).select_for_update(of=("self",)).values_list("pk", flat=True)), member, to, box)
    people, sequences = list(_enrolments(member).values_list("pk", flat=True)), _plans(member)[0]
    Enrolment.objects.filter(pk__in=people, sender=member).update(sender=to)
    # What rests on nobody's act rests on whoever made the sequence: mails of `to` go by the act of `to`.
    Enrolment.objects.filter(Q(enroller=member) | Q(enroller=None), pk__in=people).update(enroller=to)
    sequences.filter(created_by=member).update(created_by=to)
    sequences.filter(mailbox__owner=member).update(mailbox=box)
    Sequence.objects.filter(sender=member).update(sender=to)
    SequenceStep.objects.filter(sender=member).update(sender=to)
    _plans(member)[2].filter(mailbox__owner=member).update(mailbox=None)
    Broadcast.objects.filter(sender=member, status__in=OPEN_BROADCASTS).update(sender=to)
    _record(member, to, found, by)
    contact_rules.judge_anew(member.tenant_id)
    return found


def _hand_mails(keys: Collection[UUID], member: Member, to: Member, box: Mailbox | None) -> None:
    """The name, the mailbox and, where they were made for an earlier try, the words of planned mails."""
    rows = OutboundMessage.objects.filter(pk__in=keys)
    steps = rows.filter(purpose=Purpose.SEQUENCE_STEP)
    steps.filter(Q(mailbox__owner=member)).update(mailbox=box)
    rows.exclude(purpose=Purpose.SEQUENCE_STEP).filter(mailbox__owner=member).update(mailbox=None)
    rows.filter(Q(sender=member) | Q(purpose=Purpose.ONE_OFF)).update(sender=to)
    planned = rows.exclude(purpose=Purpose.ONE_OFF)
    freezing.forget_words(planned)
    planned.filter(held_for=HoldReason.LEFT).update(is_held=False, held_for="")
    paused = ~Q(enrolment__sequence__status="active") & Q(enrolment__isnull=False)
    planned.filter(paused | Q(broadcast__status=BroadcastStatus.PAUSED), is_held=False).update(
        is_held=True, held_for=HoldReason.SEQUENCE
    )
    rows.filter(purpose=Purpose.ONE_OFF).update(is_held=True, held_for=HoldReason.BY_HAND)


def page(tenant: Tenant, member: Member) -> str:
    """Where it is handed over."""
    return reverse("outreach:hand-over", args=[tenant.slug, member.pk])


@transaction.atomic
def after_leaving(*, member: Member, now: datetime) -> Holdings:
    """Somebody was shut out: what they have planned is held, and administrators are told, with a link."""
    found = holdings(member)
    if found.are_none or member.is_active:
        return found
    hold(member=member, by=SYSTEM)
    tenant = Tenant.objects.get(pk=current_tenant_id())
    here = Member.objects.of_tenant(tenant.pk).filter(is_active=True)
    told = [one.pk for one in here if Permission.MEMBER_MANAGE in one.permissions]
    text = f"{member} left: {found.mails:,} planned mails wait, {found.enrolments:,} enrolments. Hand them over."
    notifications.tell(members=told, kind="hand_over", text=text, url=page(tenant, member), by=SYSTEM)
    return found


def colleagues(member: Member) -> QuerySet[Member]:
    """Those who can take it over."""
    found: QuerySet[Member] = Member.objects.of_tenant(current_tenant_id()).filter(is_active=True).exclude(pk=member.pk)
    return found
