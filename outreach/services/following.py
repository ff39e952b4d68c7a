"""What is planned follows the sequence or broadcast that it belongs to: its status, priority, mailbox and version.

Of many the first at once, the others a batch at a time in the background. What should not go does not go meanwhile:
the gate asks for their status when a message is due, and again when it leaves. Whoever has not been moved to a new
version yet is where they were: what falls due before their turn goes as it was written, and they move on from there.
"""

from __future__ import annotations

from collections.abc import Sequence as Row
from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm.background import wake_on_commit
from crm.tenancy.many import among
from crm.tenancy.waiting import tenants_with
from outreach.choices import BroadcastStatus, ExclusionReason, Follows
from outreach.models import Broadcast, Enrolment, OutboundMessage, Sequence
from outreach.models.ledger import OutboundMessageQuerySet
from outreach.services import broadcast_sending, enrolments, leaving, moving, planning, sequence_rules

AT_ONCE = 1_000  # people, while somebody waits for the page
BATCH = 5_000
MOVED_AT_ONCE, MOVED = 200, 1_000  # to another version: for many of them the next step is planned anew
FOLLOW = "outreach.tasks.follow"
Owner = Sequence | Broadcast


def begin(owner: Owner, now: datetime, *what: Follows) -> None:
    """It has just changed in this; its row is held by this transaction. Who is on the way begins once more."""
    owner.following = sorted({*owner.following, *(what or [Follows.STATUS])})
    owner.following_since, owner.followed_to = now, None
    _follow(owner, now, MOVED_AT_ONCE if _moves(owner) else AT_ONCE)
    if owner.following_since is not None:
        wake_on_commit(FOLLOW, "send", owner.tenant_id)


@transaction.atomic
def follow_some(now: datetime) -> bool:
    """A batch of whichever has waited longest; whether there was one. Two workers never have the same one."""
    for model in (Sequence, Broadcast):
        waiting = model._default_manager.filter(following_since__isnull=False).order_by("following_since")
        owner = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if owner is not None:
            _follow(owner, now, MOVED if _moves(owner) else BATCH)
            return True
    return False


def _moves(owner: Owner) -> bool:
    return Follows.VERSION in owner.following


def _follow(owner: Owner, now: datetime, people: int) -> None:
    """The next so many people, in the order of their keys; after the last ones nothing follows any more."""
    some = _people(owner, people)
    if some:
        _bring_in_line(owner, some, now)
    if len(some) < people:
        owner.following_since, owner.followed_to, owner.following = None, None, []
    else:
        owner.followed_to = some[-1]
    owner.save(update_fields=["following_since", "followed_to", "following"])


def _people(owner: Owner, most: int) -> list[UUID]:
    rows = Enrolment.objects.open().filter(sequence=owner) if isinstance(owner, Sequence) else owner.recipients.all()
    later = rows.filter(candidate_id__gt=owner.followed_to) if owner.followed_to else rows
    return list(later.order_by("candidate_id").values_list("candidate_id", flat=True)[:most])


def _planned(owner: Owner, people: Row[UUID]) -> OutboundMessageQuerySet:
    mine = {"enrolment__sequence": owner} if isinstance(owner, Sequence) else {"broadcast": owner}
    return OutboundMessage.objects.filter(among("candidate", people), **mine)


def _bring_in_line(owner: Owner, people: Row[UUID], now: datetime) -> None:
    what = owner.following or [Follows.STATUS]  # what was on the way before there were others knew its status only
    if isinstance(owner, Sequence):
        if Follows.VERSION in what:
            moving.move(owner, people, now)
        if Follows.LEAVING in what:
            leaving.bring_in_line(Enrolment.objects.filter(among("candidate", people), sequence=owner), now)
        sequence_rules.apply_to(_planned(owner, people), owner, what)
    if Follows.STATUS in what:
        _as_its_status(owner, _planned(owner, people), now)


def _as_its_status(owner: Owner, rows: OutboundMessageQuerySet, now: datetime) -> None:
    if owner.status == BroadcastStatus.CANCELLED:
        words = broadcast_sending.CANCELLED_WORDS
        planning.exclude_planned(rows, reason=ExclusionReason.CANCELLED, words=words, now=now)
    elif isinstance(owner, Sequence) and owner.is_active:
        rows.let_go()
        enrolments.move_planned(rows, not_before=now)
    elif owner.status == BroadcastStatus.RUNNING:
        rows.let_go()
    else:
        rows.hold()


def tenants_behind() -> list[UUID]:
    """Active tenants in which something has not followed to its end."""
    tables = ("outreach_sequence", "outreach_broadcast")
    found = [tenants_with(table, "w.following_since IS NOT NULL", oldest="following_since") for table in tables]
    return list(dict.fromkeys(tenant_id for those in found for tenant_id in those))
