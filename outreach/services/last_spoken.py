"""Who of the team last really spoke with people: the one to write to them again."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from crm.models import Member
from crm.tenancy.context import current_tenant_id
from outreach.choices import MessageEventKind
from outreach.models import MessageEvent
from talent.models import Candidate


def of(people: Collection[UUID]) -> dict[UUID, Member]:
    """{person: the sender of the mail they answered last, else who owns the relationship}; the others are left out."""
    owned = Candidate.objects.filter(pk__in=people, owner__isnull=False).values_list("pk", "owner_id")
    found = dict(owned)
    answered = MessageEvent.objects.filter(
        message__candidate_id__in=people, kind=MessageEventKind.REPLIED, message__sender__isnull=False
    )
    found |= dict(answered.order_by("occurred_at").values_list("message__candidate_id", "message__sender_id"))
    here = Member.objects.of_tenant(current_tenant_id()).filter(is_active=True)
    members = here.filter(pk__in=set(found.values())).select_related("user")
    by_key = {member.pk: member for member in members}
    return {person: by_key[key] for person, key in found.items() if key in by_key}
