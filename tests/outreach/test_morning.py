"""The line of the morning: what goes out today, and who deserves a call instead."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.services import tenants
from crm.tenancy.context import tenant as open_tenant
from outreach.models import OutboundMessage
from outreach.services import morning, outbox
from outreach.services.clock import database_now
from talent.choices import Seniority, Warmth
from talent.models import Candidate
from talent.services import engagement
from tests.conftest import logged_in
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled, people

HOUR = timedelta(hours=1)


def one_to_call(now: datetime, name: str = "Zoe Okafor", **less: object) -> Candidate:
    """Senior, highly engaged, and answered before; `less` says otherwise."""
    person = a_person(name)
    bound = engagement.current().bound(Warmth.ENGAGED, now)
    said = {"seniority": Seniority.SENIOR, "last_replied_at": now - timedelta(days=400), "engagement": bound * 1.01}
    Candidate.objects.filter(pk=person.pk).update(**said | less)
    return person


def planned(candidates: list[Candidate], at: datetime) -> list[OutboundMessage]:
    rows = enrolled(a_sequence(), candidates, now=at)
    OutboundMessage.objects.update(due_at=at)
    return rows


def told(now: datetime = NOON, zone: str = "UTC") -> tuple[int, int]:
    found = morning.of(now, zone)
    return found.count, found.people


def test_what_nothing_holds_goes_today(inside: UUID) -> None:
    held, late, *_ = planned(people(4), NOON + HOUR)
    outbox.hold(message=held, by=SYSTEM)
    OutboundMessage.objects.filter(pk=late.pk).update(due_at=NOON + 12 * HOUR)

    assert (told(), told(zone="America/New_York")) == ((2, 0), (3, 0))


@pytest.mark.parametrize(
    "less", [{"seniority": Seniority.MID}, {"seniority": None}, {"last_replied_at": None}, {"engagement": 0.5}]
)
def test_who_is_engaged_senior_and_has_answered_deserves_a_call(inside: UUID, less: dict[str, object]) -> None:
    planned([one_to_call(NOON), one_to_call(NOON, "Bo Paris", **less), a_person()], NOON + HOUR)

    assert told() == (3, 1)


def test_start_page_links_to_both_lists(tenant: Tenant, owner: Member, viewer: Member) -> None:
    now = database_now()
    Tenant.objects.filter(pk=tenant.pk).update(time_zone="UTC")
    with open_tenant(tenant):
        planned([one_to_call(now), a_person()], now.replace(hour=23, minute=59))
    client = logged_in(owner)

    page = client.get("/o/acme/").content.decode()
    mails, calls = re.findall(r'<a class="link" href="(/o/acme/outbox/[^"]+)">', page)
    listed = [client.get(url.replace("&amp;", "&")).content.decode() for url in (mails, calls)]

    assert "2 mails go out today" in page
    assert "1 person deserves a call instead" in page
    assert ["Maya Lindqvist" in text for text in listed] == [True, False]
    assert all("Zoe Okafor" in text for text in listed)
    assert "go out today" not in logged_in(viewer).get("/o/acme/").content.decode()


def test_day_without_mails_has_no_line(owner_client: Client) -> None:
    assert "today" not in owner_client.get("/o/acme/").content.decode().split("<main")[1].split("</h1>")[1]


def test_api_tells_the_figures_and_lists_the_people(tenant: Tenant, owner_client: Client) -> None:
    now, api = database_now(), "/o/acme/api/v1/outbox/"
    with open_tenant(tenant):
        who = one_to_call(now)
        planned([who, a_person()], now.replace(hour=23, minute=59))

    found = owner_client.get(f"{api}today/").json()
    listed = owner_client.get(f"{api}?day={found['day']}&hold=free&call=true").json()

    assert (found["mails"], found["people_to_call"]) == (2, 1)
    assert [row["candidate"] for row in listed] == [str(who.pk)]
    assert owner_client.get(f"{api}?day=soon").status_code == 400


def test_nothing_is_promised_while_sending_is_stopped(tenant: Tenant, owner: Member) -> None:
    with open_tenant(tenant):
        planned(people(2), database_now() + timedelta(minutes=1))
        tenants.stop_sending(workspace=tenant, by=owner.actor)

    pages = [logged_in(owner).get(path).content.decode() for path in ("/o/acme/", "/o/acme/outbox/")]

    assert ("Nothing goes out" in pages[0], "go out today" in pages[0]) == (True, False)
    assert "All sending is stopped" in pages[1]
