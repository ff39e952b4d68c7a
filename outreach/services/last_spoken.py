"""Who of the team last really spoke with people: the one to write to them again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from crm.models import Member
from crm.tenancy.context import current_tenant_id
from crm.tenancy.many import among
from outreach.choices import MessageEventKind
from outreach.models import MessageEvent
from talent.models import Candidate, Touchpoint


def _spoken(people: Collection[UUID]) -> Iterator[tuple[datetime, UUID, UUID]]:
    """(when, person, colleague) of mails that they answered, of calls and meetings."""
    answered = MessageEvent.objects.filter(
        among("message__candidate", people), kind=MessageEventKind.REPLIED, message__sender__isnull=False
    )
    yield from answered.order_by().values_list("occurred_at", "message__candidate_id", "message__sender_id")
    spoke = Touchpoint.objects.two_way().filter(among("candidate", people), member__isnull=False)
    yield from spoke.order_by().values_list("occurred_at", "candidate_id", "member_id")


def of(people: Collection[UUID]) -> dict[UUID, Member]:
    """{person: who last spoke with them, by a mail that they answered, a call or a meeting}; the others are left out.

    Where nobody did, or who did is no longer here, it is who owns the relationship.
    """
    here = Member.objects.of_tenant(current_tenant_id()).filter(is_active=True).select_related("user")
    members = {member.pk: member for member in here}
    owned = Candidate.objects.filter(among("pk", people), owner__isnull=False).values_list("pk", "owner_id")
    found = {person: members[owner] for person, owner in owned if owner in members}
    last = {person: colleague for _, person, colleague in sorted(_spoken(people), key=lambda one: one[0])}
    return found | {person: members[colleague] for person, colleague in last.items() if colleague in members}
