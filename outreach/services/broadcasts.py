"""Broadcasts: writing one, sending it off to a frozen audience, approval by a second person, holding and ending it."""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from crm.actors import SYSTEM, Actor
from crm.background import wake_on_commit
from crm.models import Member
from crm.permissions import Permission
from crm.services import audit
from crm.tenancy.context import current_tenant_id
from outreach.choices import BroadcastStatus, BroadcastTime, MessageState
from outreach.models import AudienceSource, Broadcast, BroadcastRecipient, OutboundMessage
from outreach.services import audience_freezing, audiences, broadcast_sending, following, templates
from talent.models import Segment, TalentPool

NOBODY = "Nobody is left in its audience."


class NameTaken(ValueError):
    """Another broadcast has that name."""


class NotReady(ValueError):
    """This cannot be done to the broadcast as it stands; the message says why."""


class OwnApproval(ValueError):
    """Whoever sent it off, or made it, cannot approve it."""


@dataclass(frozen=True)
class Sources:
    """The segments and pools that an audience is made of, and those whose people are kept out of it."""

    segments: Row[Segment] = ()
    pools: Row[TalentPool] = ()
    not_segments: Row[Segment] = ()
    not_pools: Row[TalentPool] = ()

    def rows(self, broadcast: Broadcast) -> list[AudienceSource]:
        found = [AudienceSource(broadcast=broadcast, segment=one) for one in self.segments]
        found += [AudienceSource(broadcast=broadcast, pool=one) for one in self.pools]
        found += [AudienceSource(broadcast=broadcast, segment=one, is_excluded=True) for one in self.not_segments]
        return found + [AudienceSource(broadcast=broadcast, pool=one, is_excluded=True) for one in self.not_pools]


def _record(action: str, broadcast: Broadcast, by: Actor, **facts: Any) -> None:
    audit.record(action=action, by=by, object_type="outreach.broadcast", object_id=broadcast.pk, facts=facts)


def lock(broadcast: Broadcast) -> Broadcast:
    return Broadcast.objects.select_for_update(of=("self",)).get(pk=broadcast.pk)


@transaction.atomic
def save(
    *,
    values: dict[str, Any],
    sources: Sources | None,
    by: Actor,
    broadcast: Broadcast | None = None,
    author: Member | None = None,
) -> Broadcast:
    """Make a draft, or change one; `sources` None leaves the audience. Raises NameTaken, NotReady once it is sent off.

    `values` maps names of the words, the sender, the time and the counting of `Broadcast` to checked values.
    """
    row = lock(broadcast) if broadcast else Broadcast(created_by=author, sender=author)
    if not row.is_draft:
        raise NotReady("It is sent off: take it back first, then change it.")
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NameTaken(f"There is a broadcast called “{row.name}” already.") from error
    if sources is not None:
        row.sources.all().delete()
        AudienceSource.objects.bulk_create(sources.rows(row))
    _record("broadcast.change" if broadcast else "broadcast.create", row, by)
    return row


def problems(broadcast: Broadcast, now: datetime) -> list[str]:
    """Everything that keeps it from being sent off, in sentences."""
    found = [str(one) for one in templates.check(subject=broadcast.subject, body=broadcast.body)]
    if broadcast.topic is None:
        found.append("Choose what it is about: people turn topics on and off.")
    if not broadcast.sources.filter(is_excluded=False).exists():
        found.append("Nobody is in its audience: choose a segment or a pool.")
    if broadcast.time != BroadcastTime.AT_ONCE and (broadcast.goes_at is None or broadcast.goes_at < now):
        found.append("Its moment is over: choose one to come.")
    return found


@transaction.atomic
def submit(*, broadcast: Broadcast, member: Member | None, by: Actor, now: datetime) -> Broadcast:
    """Send it off: its audience is frozen, a large one in the background. Then it starts, or waits for a second person.

    `member` is whoever presses the button; None for a machine, whose broadcasts any colleague may approve. Raises
    NotReady.
    """
    row = lock(broadcast)
    if not row.is_draft:
        raise NotReady("It is sent off already.")
    if found := problems(row, now):
        raise NotReady(found[0])
    row.status, row.freezing_at, row.frozen_to, row.people = BroadcastStatus.FREEZING, now, None, 0
    row.expected, row.submitted_by, row.sent_back_words = audiences.at_most(audiences.sources_of(row)), member, ""
    row.save()
    _record("broadcast.submit", row, by, people=row.expected)
    if row.expected > audience_freezing.AT_ONCE:
        wake_on_commit(audience_freezing.TASK, "bulk", row.tenant_id)
        return row
    while not audience_freezing.freeze_part(row):
        pass
    if not row.people:
        raise NotReady(NOBODY)
    return _frozen(row, by, now)


def freeze_waiting(now: datetime) -> bool:
    """A part of the audience that waits for longest, and what follows its last one; whether more may be waiting.

    The caller's transaction is the part's. An audience without anybody makes the broadcast a draft again.
    """
    row = audience_freezing.next_one()
    if row is None:
        return False
    if audience_freezing.freeze_part(row):
        by = row.submitted_by.actor if row.submitted_by else SYSTEM
        _frozen(row, by, now) if row.people else _unfreeze(row, by, NOBODY)
    return True


def _frozen(row: Broadcast, by: Actor, now: datetime) -> Broadcast:
    """Everybody of the audience is written down."""
    row.people = row.recipients.count()
    row.asked_for = audiences.needs_approval(audiences.sources_of(row), row.people)
    row.status, row.frozen_at, row.freezing_at = BroadcastStatus.WAITING, now, None
    row.save()
    _record("broadcast.freeze", row, by, people=row.people, reasons=row.asked_for)
    return row if row.asked_for else _start(row, by, now)


def _start(row: Broadcast, by: Actor, now: datetime) -> Broadcast:
    if row.time == BroadcastTime.AT_ONCE:
        row.goes_at = now
    row.status, row.started_at = BroadcastStatus.RUNNING, now
    row.save()
    _record("broadcast.start", row, by, people=row.people)
    broadcast_sending.begin(row, now)
    return row


def may_approve(broadcast: Broadcast, member: Member) -> bool:
    """A second person: neither who sent it off nor who made it, and one who may send."""
    own = (broadcast.submitted_by_id, broadcast.created_by_id)
    return member.pk not in own and Permission.OUTREACH_SEND in member.permissions


def somebody_else(broadcast: Broadcast) -> list[Member]:
    """The colleagues who may approve it."""
    members = Member.objects.of_tenant(current_tenant_id()).select_related("user")
    return [member for member in members if may_approve(broadcast, member)]


@transaction.atomic
def approve(*, broadcast: Broadcast, member: Member, by: Actor, now: datetime) -> Broadcast:
    """A second person lets it go. Raises OwnApproval, NotReady."""
    row = lock(broadcast)
    if row.status != BroadcastStatus.WAITING:
        raise NotReady("It does not wait for approval.")
    if not may_approve(row, member):
        raise OwnApproval("Nobody approves their own broadcast: ask a colleague.")
    if row.time != BroadcastTime.AT_ONCE and row.goes_at is not None and row.goes_at < now:
        raise NotReady("Its moment is over: send it back, so that another one is chosen.")
    row.approved_by = member
    _record("broadcast.approve", row, by, people=row.people)
    return _start(row, by, now)


@transaction.atomic
def send_back(*, broadcast: Broadcast, by: Actor, words: str = "") -> Broadcast:
    """It becomes a draft again, its frozen audience is forgotten: nothing of it was planned. Raises NotReady."""
    row = lock(broadcast)
    if row.status not in (BroadcastStatus.FREEZING, BroadcastStatus.WAITING):
        raise NotReady("It does not wait for approval.")
    return _unfreeze(row, by, words)


def _unfreeze(row: Broadcast, by: Actor, words: str) -> Broadcast:
    row.recipients.all().delete()
    row.status, row.frozen_at, row.people, row.asked_for = BroadcastStatus.DRAFT, None, 0, []
    row.freezing_at, row.frozen_to, row.expected = None, None, 0
    row.submitted_by, row.sent_back_words = None, words[:300]
    row.save()
    _record("broadcast.send_back", row, by)
    return row


def _set(broadcast: Broadcast, wanted: Row[str], status: str) -> Broadcast:
    row = lock(broadcast)
    if row.status not in wanted:
        raise NotReady("It is not going out." if status == BroadcastStatus.PAUSED else "This is no longer possible.")
    row.status = status
    row.save(update_fields=["status"])
    return row


@transaction.atomic
def pause(*, broadcast: Broadcast, by: Actor, now: datetime) -> Broadcast:
    """Hold what has not left, of many the most in the background. Raises NotReady.

    What is on its way to the server at this moment still goes.
    """
    row = _set(broadcast, [BroadcastStatus.RUNNING], BroadcastStatus.PAUSED)
    following.begin(row, now)
    _record("broadcast.pause", row, by)
    return row


@transaction.atomic
def resume(*, broadcast: Broadcast, by: Actor, now: datetime) -> Broadcast:
    """Let the rest go. Raises NotReady."""
    row = _set(broadcast, [BroadcastStatus.PAUSED], BroadcastStatus.RUNNING)
    following.begin(row, now)
    _record("broadcast.resume", row, by)
    return row


@transaction.atomic
def cancel(*, broadcast: Broadcast, by: Actor, now: datetime) -> int:
    """End it: whoever did not get it yet does not get it, and the ledger says so. Returns how many. Raises NotReady.

    Of many, the most are ended in the background.
    """
    row = _set(broadcast, [BroadcastStatus.RUNNING, BroadcastStatus.PAUSED], BroadcastStatus.CANCELLED)
    ended = OutboundMessage.objects.filter(broadcast=row, state=MessageState.PLANNED).count()
    ended += BroadcastRecipient.objects.to_plan(row.pk).count()
    following.begin(row, now)
    broadcast_sending.begin(row, now)
    _record("broadcast.cancel", row, by, people=ended)
    return ended


@transaction.atomic
def copy(*, broadcast: Broadcast, by: Actor, author: Member | None) -> Broadcast:
    """A new draft with the same words and audience."""
    taken = set(Broadcast.objects.filter(name__startswith=broadcast.name[:100]).values_list("name", flat=True))
    names = (f"{broadcast.name[:100]} ({n})" for n in range(2, len(taken) + 3))
    same = ("topic", "template", "subject", "body", "mailbox", "sender", "sender_choice", "sender_name", "priority")
    values = {name: getattr(broadcast, name) for name in (*same, "days_open", "tracks_opens", "tracks_clicks")}
    values["name"] = next(name for name in names if name not in taken)
    made = save(values=values, sources=None, by=by, author=author)
    sources = [
        AudienceSource(broadcast=made, segment=s.segment, pool=s.pool, is_excluded=s.is_excluded)
        for s in audiences.sources_of(broadcast)
    ]
    AudienceSource.objects.bulk_create(sources)
    return made


@transaction.atomic
def delete(*, broadcast: Broadcast, by: Actor) -> None:
    """Throw a draft away. Raises NotReady for one that was sent off."""
    row = lock(broadcast)
    if not row.is_draft:
        raise NotReady("It was sent off: what it sent stays in the ledger.")
    _record("broadcast.delete", row, by)
    row.delete()
