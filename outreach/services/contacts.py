"""When we were in touch with people: by the ledger, and by what colleagues logged of calls, meetings and LinkedIn."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from crm.models import User
from crm.tenancy.many import among
from outreach.choices import ACCEPTED_STATES
from outreach.models import OutboundMessage
from outreach.services.gate_words import WROTE, Contact
from talent.choices import TouchKind
from talent.models import Touchpoint
from talent.services.clocks import Moments

_SPOKE = {TouchKind.CALL: "spoke with", TouchKind.MEETING: "met", TouchKind.LINKEDIN: WROTE}
_TRIED = {TouchKind.CALL: "called", TouchKind.MEETING: "met", TouchKind.LINKEDIN: WROTE}


def moments(candidate_id: UUID) -> Moments:
    """What the ledger knows of a person's clocks: the hand-over of the last message that a server took."""
    rows = OutboundMessage.objects.filter(candidate=candidate_id, state__in=ACCEPTED_STATES)
    return Moments(contacted_at=rows.aggregate(at=Max("handed_over_at"))["at"])


def touches(people: Collection[UUID], since: datetime) -> Iterator[tuple[UUID, Contact]]:
    """(person, contact) for all that left no message here, after a moment; whoever was not reached heard nothing."""
    rows = Touchpoint.objects.counting().filter(among("candidate", people), occurred_at__gt=since)
    named = ("candidate_id", "occurred_at", "member_id", "member__user__name", "member__user__email")
    for person, at, member, name, email, kind, reached in rows.values_list(*named, "kind", "reached"):
        who = User(name=name or "", email=email or "").display_name
        did = (_SPOKE if reached else _TRIED)[TouchKind(kind)]
        yield person, Contact(at, member, who, did, is_mail=False)
