"""Who writes to whom: the sender of a sequence or broadcast for each of its people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from crm.actors import Actor
from crm.models import Member
from crm.tenancy.context import current_tenant_id
from crm.tenancy.many import among
from outreach.choices import SenderChoice
from outreach.models import Broadcast, Sequence, SequenceStep
from outreach.services import last_spoken
from talent.models import Candidate


def _owners(people: Collection[UUID]) -> dict[UUID, Member]:
    """{person: who owns the relationship}."""
    owned = dict(Candidate.objects.filter(among("pk", people), owner__isnull=False).values_list("pk", "owner_id"))
    here = Member.objects.of_tenant(current_tenant_id()).filter(is_active=True)
    members = here.filter(pk__in=set(owned.values())).select_related("user")
    by_key = {member.pk: member for member in members}
    return {person: by_key[key] for person, key in owned.items() if key in by_key}


def groups(people: Iterable[UUID], who: Mapping[UUID, Member]) -> dict[UUID | None, list[UUID]]:
    """{sender's key: their people}; None for those to whom the plan's own sender writes."""
    found: dict[UUID | None, list[UUID]] = defaultdict(list)
    for person in people:
        found[who[person].pk if person in who else None].append(person)
    return found


def member_of(by: Actor) -> Member | None:
    """The colleague who acts; None for rules and machines."""
    if by.kind != "member" or by.id is None:
        return None
    return Member.objects.of_tenant(current_tenant_id()).select_related("user").filter(pk=by.id).first()


def of_steps(sequence: Sequence) -> list[Member]:
    """Those who write single mails of a sequence, of the version that people get who come now."""
    steps = SequenceStep.objects.filter(sequence=sequence, version=sequence.version, sender__isnull=False)
    keys = set(steps.values_list("sender", flat=True))
    return list(Member.objects.of_tenant(current_tenant_id()).filter(pk__in=keys)) if keys else []


def of(plan: Sequence | Broadcast, people: Collection[UUID], acting: Member | None) -> dict[UUID, Member]:
    """{person: who writes to them} where that is not the plan's own sender; those who are left out get that one.

    `acting` is whoever puts them in, or sends it off; None for a machine.
    """
    match plan.sender_choice:
        case SenderChoice.ACTING if acting is not None:
            return dict.fromkeys(people, acting)
        case SenderChoice.OWNER:
            return _owners(people)
        case SenderChoice.LAST_SPOKEN:
            return last_spoken.of(people)
    return {}
