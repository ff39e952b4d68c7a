"""Bans and off-limits entries whose time is over are told of, once each."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from crm.models import Event, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices import BanReason
from talent.models import ContactBan, OffLimitsCompany
from talent.services import endings
from tests.factories.people import a_tenant
from tests.factories.talent import a_candidate

NOW = timezone.now()
BEFORE, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


def a_ban(**fields: object) -> ContactBan:
    return ContactBan.objects.create(candidate=a_candidate(), reason=BanReason.MANUAL, banned_at=BEFORE, **fields)


def an_entry(**fields: object) -> OffLimitsCompany:
    return OffLimitsCompany.objects.create(kind="company", value="Nordlicht", normal="nordlicht", reason="R", **fields)


def test_a_ban_that_ran_out_is_told_of_once(inside: UUID) -> None:
    ban = a_ban(until=BEFORE)

    assert (endings.tell(now=NOW), endings.tell(now=NOW)) == (1, 0)
    event = Event.objects.get(kind="contact_ban_expired")
    assert (event.candidate_id, event.subject_id, event.occurred_at) == (ban.candidate_id, ban.pk, BEFORE)
    assert event.data == {"reason": "manual", "scope": "all"}


def test_bans_that_hold_or_were_lifted_are_not_told_of(inside: UUID) -> None:
    person = a_ban(until=LATER).candidate
    for fields in ({"until": None}, {"until": BEFORE, "lifted_at": BEFORE}):
        ContactBan.objects.create(candidate=person, reason=BanReason.MANUAL, banned_at=BEFORE, **fields)

    assert endings.tell(now=NOW) == 0


def test_each_end_of_an_entry_is_told_of(inside: UUID) -> None:
    entry, told = an_entry(until=BEFORE), [endings.tell(now=NOW), endings.tell(now=NOW)]
    entry.until = LATER
    entry.save()
    told += [endings.tell(now=NOW), endings.tell(now=LATER), endings.tell(now=LATER)]

    assert told == [1, 0, 0, 1, 0]
    events = Event.objects.filter(kind="fields_changed").order_by("occurred_at")
    assert [(e.subject_id, e.occurred_at, e.data["fields"]) for e in events] == [
        (entry.pk, BEFORE, ["off_limits"]),
        (entry.pk, LATER, ["off_limits"]),
    ]


def test_every_tenant_is_told(tenant: Tenant) -> None:
    for owner in (tenant, a_tenant("other")):
        with open_tenant(owner):
            a_ban(until=BEFORE)

    assert endings.tell_everywhere(now=NOW) == 2
