"""Sending on behalf: who may send from whose own mailbox, asked again at every send."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from crm.actors import Actor
from crm.models import Member
from crm.permissions import Permission
from crm.services import audit
from outreach.choices import ExclusionReason
from outreach.models import Broadcast, Mailbox, OutboundMessage, SendGrant, Sequence
from outreach.services import contact_rules
from outreach.services.gate_words import Verdict, no

ASK_AGAIN = timedelta(days=1)


class NotAGrant(ValueError):
    """This cannot be granted; the message says why."""


@dataclass(frozen=True)
class Scope:
    """What a grant is for, and through which day; nothing named: everything, until it is revoked."""

    sequence: Sequence | None = None
    broadcast: Broadcast | None = None
    expires_on: date | None = None


@transaction.atomic
def give(*, owner: Member, grantee: Member, scope: Scope, by: Actor, today: date) -> SendGrant:
    """`owner` lets `grantee` send from their mailbox; `by` is the owner or an administrator. Raises NotAGrant.

    Mails that waited for it are judged anew.
    """
    if owner == grantee:
        raise NotAGrant("Everybody may send from their own mailbox.")
    if scope.expires_on is not None and scope.expires_on < today:
        raise NotAGrant("That day is over: choose one to come.")
    row = SendGrant(
        owner=owner,
        grantee=grantee,
        sequence=scope.sequence,
        broadcast=scope.broadcast,
        expires_on=scope.expires_on,
        granted_by=by.label[:120],
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NotAGrant("They have this grant already. Revoke it first, to give another one.") from error
    _record("send_grant.give", row, by)
    contact_rules.judge_anew(row.tenant_id)
    return row


def _record(action: str, grant: SendGrant, by: Actor) -> None:
    facts = {"owner": grant.owner.user.display_name, "grantee": grant.grantee.user.display_name, "scope": grant.scope}
    audit.record(action=action, by=by, object_type="outreach.sendgrant", object_id=grant.pk, facts=facts)


@transaction.atomic
def revoke(*, grant: SendGrant, by: Actor, now: datetime) -> bool:
    """From now on nothing more goes by it, not even what is reserved; False when it is revoked already."""
    row = (
        SendGrant.objects.select_for_update(of=("self",))
        .select_related("owner__user", "grantee__user")
        .get(pk=grant.pk)
    )
    if row.revoked_at is not None:
        return False
    row.revoked_at, row.revoked_by = now, by.label[:120]
    row.save(update_fields=["revoked_at", "revoked_by"])
    _record("send_grant.revoke", row, by)
    return True


def of(member: Member) -> list[SendGrant]:
    """What somebody gave and holds, the newest first."""
    rows = SendGrant.objects.filter(Q(owner=member) | Q(grantee=member), revoked_at=None)
    return list(rows.select_related("owner__user", "grantee__user", "sequence", "broadcast"))


def every() -> list[SendGrant]:
    """All that are not revoked, for administrators."""
    rows = SendGrant.objects.filter(revoked_at=None)
    return list(rows.select_related("owner__user", "grantee__user", "sequence", "broadcast"))


def may_revoke(grant: SendGrant, member: Member) -> bool:
    """Whose mailbox it is, and administrators."""
    return grant.owner_id == member.pk or Permission.TENANT_MANAGE in member.permissions


def acting_for(message: OutboundMessage) -> UUID | None:
    """The key of the colleague by whose act a message goes: who put the person in, or sent the broadcast off.

    What a rule or a machine did rests on whoever made the sequence or broadcast.
    """
    if message.broadcast is not None:
        return message.broadcast.submitted_by_id or message.broadcast.created_by_id
    if message.enrolment is not None:
        return message.enrolment.enroller_id or message.enrolment.sequence.created_by_id
    return message.sender_id


def _holds(message: OutboundMessage, owner_id: UUID, acting: UUID | None, today: date) -> bool:
    sequence_id = message.enrolment.sequence_id if message.enrolment else None
    rows = SendGrant.objects.in_force(today).filter(owner=owner_id, grantee=acting)
    return rows.for_plan(sequence_id=sequence_id, broadcast_id=message.broadcast_id).exists()


def _name(key: UUID | None) -> str:
    row = Member.objects.select_related("user").filter(pk=key).first() if key else None
    return row.user.display_name if row else "Nobody in particular"


def held(message: OutboundMessage, mailbox: Mailbox | None, now: datetime) -> Verdict | None:
    """Not yet, when it would leave a colleague's own mailbox without their grant; None: it may.

    `message.enrolment.sequence` and `.broadcast` are loaded. A mailbox of the workspace is everybody's.
    """
    if mailbox is None or mailbox.owner_id is None:
        return None
    acting = acting_for(message)
    if acting == mailbox.owner_id or _holds(message, mailbox.owner_id, acting, now.date()):
        return None
    words = f"{_name(mailbox.owner_id)} has not let {_name(acting)} send from their mailbox."
    return no(ExclusionReason.NO_GRANT, words, final=False, retry_at=now + ASK_AGAIN)


def record_sends(messages: Row[OutboundMessage]) -> None:
    """What left a colleague's mailbox by somebody else's act: the audit log has both names. One query if none did.

    `.enrolment.sequence` and `.broadcast` are loaded.
    """
    boxes = {one.mailbox_id for one in messages if one.mailbox_id}
    owners = dict(Mailbox.objects.filter(pk__in=boxes, owner__isnull=False).values_list("pk", "owner_id"))
    for message in messages:
        owner_id, acting = owners.get(message.mailbox_id) if message.mailbox_id else None, acting_for(message)
        if owner_id is not None and acting is not None and acting != owner_id:
            _record_send(message, owner_id, acting)


def _record_send(message: OutboundMessage, owner_id: UUID, acting: UUID) -> None:
    member = Member.objects.select_related("user").get(pk=acting)
    facts = {"from": _name(owner_id), "by": member.user.display_name}
    kind, key = "outreach.outboundmessage", message.pk
    audit.record(action="message.send_for", by=member.actor, object_type=kind, object_id=key, facts=facts)


def missing(*, acting: Member, senders: Collection[Member], plan: Sequence | Broadcast, today: date) -> list[Member]:
    """Those of `senders` with a mailbox of their own that this colleague may not send from, for a warning before."""
    ids = {sender.pk for sender in senders} - {acting.pk}
    owned = set(Mailbox.objects.filter(owner__in=ids).values_list("owner_id", flat=True))
    is_sequence = isinstance(plan, Sequence)
    rows = SendGrant.objects.in_force(today).filter(grantee=acting, owner__in=owned)
    rows = rows.for_plan(sequence_id=plan.pk if is_sequence else None, broadcast_id=None if is_sequence else plan.pk)
    granted = set(rows.values_list("owner_id", flat=True))
    return [sender for sender in senders if sender.pk in owned - granted]
