"""People register themselves: who came on the list, what they agreed to, and what a stranger learns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Event, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import OutboundMessage
from portal.models import EventRequest
from portal.services import registrations, waiting
from portal.services.registrations import Full
from portal.tasks import take_in_registration
from talent.models import Attendance, Candidate, ConsentRecord, RecruitingEvent, WaitlistEntry
from talent.services import attendance, consents, contact, merges, recruiting_events
from tests.factories.talent import a_candidate
from tests.portal.doors import inside

ZOE = {"name": "Zoë Å", "email": "ZOE@example.com"}
WORDS = "May we send you our news?"


@pytest.fixture(autouse=True)
def event(tenant: Tenant) -> RecruitingEvent:
    cache.clear()
    begin = timezone.now() + timedelta(days=3)
    facts = {"starts_at": begin, "ends_at": begin + timedelta(hours=2), "time_zone": "Europe/Berlin", "state": "open"}
    with open_tenant(tenant):
        values = {"name": "Open house", "is_public": True, "capacity": 2, "link": "https://example.com/join", **facts}
        return recruiting_events.create(values=values, by=SYSTEM)


def page(event: RecruitingEvent) -> str:
    return f"/p/acme/e/{event.pk}/"


def handle_all(tenant: Tenant) -> None:
    with open_tenant(tenant):
        keys = list(EventRequest.objects.values_list("pk", flat=True))
    for pk in keys:
        take_in_registration.run(str(tenant.pk), str(pk))


def sent(event: RecruitingEvent, **said: str) -> Any:
    return Client().post(page(event), {**ZOE, **said})


def on_the_list(tenant: Tenant) -> list[tuple[str, str, str]]:
    with open_tenant(tenant):
        return list(Attendance.objects.values_list("candidate__name", "state", "origin"))


def test_stranger_becomes_a_candidate_on_the_list(tenant: Tenant, event: RecruitingEvent) -> None:
    answer = sent(event)
    handle_all(tenant)

    assert answer["Location"].startswith("/p/acme/ticket/")
    assert on_the_list(tenant) == [("Zoë Å", "registered", "form")]
    with open_tenant(tenant):
        told = Event.objects.get(kind="event_registered")
        assert (told.actor_kind, told.data["name"], EventRequest.objects.count()) == ("candidate", "Open house", 0)


def test_person_reads_what_they_registered_for(tenant: Tenant, event: RecruitingEvent) -> None:
    sent(event)
    handle_all(tenant)
    page_of_theirs = inside(tenant, "zoe@example.com").get("/p/acme/me/known/").content.decode()

    assert f"Open house, {event.local_start:%-d %B %Y}: registered" in page_of_theirs
    assert "You registered, on" in page_of_theirs


def test_known_person_is_recognised_and_registers_once(tenant: Tenant, event: RecruitingEvent) -> None:
    with open_tenant(tenant):
        a_candidate()
    for _ in range(2):
        sent(event)
    handle_all(tenant)

    assert on_the_list(tenant) == [("Zoë Ångström", "registered", "form")]
    with open_tenant(tenant):
        assert Candidate.objects.count() == 1


def test_what_was_ticked_is_kept_with_its_words(tenant: Tenant, owner: Member, event: RecruitingEvent) -> None:
    with open_tenant(tenant):
        wording = consents.word(purpose="news", language="en", text=WORDS, by=owner.actor)
    shown = Client().get(page(event)).content.decode()

    sent(event, agrees="on", wording=str(wording.pk))
    handle_all(tenant)

    assert WORDS in shown
    with open_tenant(tenant):
        record = ConsentRecord.objects.get()
        assert (record.wording, record.evidence) == (wording, "Ticked. Form for “Open house”.")


def test_words_that_were_not_shown_are_not_agreed_to(tenant: Tenant, owner: Member, event: RecruitingEvent) -> None:
    with open_tenant(tenant):
        consents.word(purpose="news", language="en", text=WORDS, by=owner.actor)

    assert sent(event, agrees="on", wording="other").status_code == 422
    assert on_the_list(tenant) == []


def test_form_keeps_a_place_before_it_is_handled(tenant: Tenant, event: RecruitingEvent) -> None:
    for number in range(2):
        assert sent(event, email=f"guest{number}@example.com").status_code == 302

    late = sent(event, email="late@example.com")

    assert (late.status_code, "Every place is taken." in late.content.decode()) == (422, True)
    assert "Every place is taken" in Client().get(page(event)).content.decode()
    with open_tenant(tenant), pytest.raises(Full):
        registrations.ask(event=event, name="Zoë", email="late@example.com", agreed_to=None)
    handle_all(tenant)
    assert len(on_the_list(tenant)) == 2


@pytest.mark.parametrize(
    "values", [{"state": "draft"}, {"state": "closed"}, {"state": "cancelled"}, {"is_public": False}]
)
def test_page_is_there_as_long_as_one_can_register(
    tenant: Tenant, event: RecruitingEvent, values: dict[str, Any]
) -> None:
    open_before = Client().get(page(event)).status_code
    with open_tenant(tenant):
        recruiting_events.change(event=event, values=values, by=SYSTEM, now=timezone.now())

    assert (open_before, Client().get(page(event)).status_code, sent(event).status_code) == (200, 404, 404)


def test_cancelled_meanwhile_takes_nobody_and_forgets_the_form(tenant: Tenant, event: RecruitingEvent) -> None:
    sent(event)
    with open_tenant(tenant):
        recruiting_events.change(event=event, values={"state": "cancelled"}, by=SYSTEM, now=timezone.now())
    handle_all(tenant)

    assert on_the_list(tenant) == []
    with open_tenant(tenant):
        assert EventRequest.objects.count() == 0


def test_link_to_join_is_not_for_everybody(event: RecruitingEvent) -> None:
    for path in ("", "thanks/"):
        assert "example.com/join" not in Client().get(f"{page(event)}{path}").content.decode()


def test_machine_learns_nothing_and_leaves_nothing(tenant: Tenant, event: RecruitingEvent) -> None:
    assert sent(event, homepage="https://spam.example.com").status_code == 302
    with open_tenant(tenant):
        assert EventRequest.objects.count() == 0


def test_lost_wake_up_is_found(tenant: Tenant, event: RecruitingEvent) -> None:
    sent(event)
    with open_tenant(tenant), connection.cursor() as cursor:
        cursor.execute("UPDATE portal_eventrequest SET created_at = now() - interval '1 minute'")
        key = EventRequest.objects.get().pk

    assert waiting.registrations() == [(tenant.pk, key)]


# --- the waiting list


def change(tenant: Tenant, event: RecruitingEvent, **values: Any) -> None:
    with open_tenant(tenant):
        recruiting_events.change(event=event, values=values, by=SYSTEM, now=timezone.now())


def in_line(tenant: Tenant) -> list[str]:
    with open_tenant(tenant):
        return list(WaitlistEntry.objects.values_list("candidate__name", flat=True))


def letters(tenant: Tenant) -> list[tuple[str, str]]:
    """(to whom, subject) of what is planned, the oldest first."""
    with open_tenant(tenant):
        return list(OutboundMessage.objects.order_by("pk").values_list("candidate__name", "subject"))


@pytest.fixture
def full(tenant: Tenant, event: RecruitingEvent) -> RecruitingEvent:
    """Two places, both taken, and a waiting list."""
    change(tenant, event, has_waiting_list=True)
    for number in (1, 2):
        sent(event, name=f"Guest {number}", email=f"guest{number}@example.com")
    handle_all(tenant)
    return event


def test_visitor_of_a_full_event_waits(tenant: Tenant, full: RecruitingEvent) -> None:
    shown = Client().get(page(full)).content.decode()
    answer = sent(full)
    handle_all(tenant)

    assert ("Wait for a place" in shown, answer["Location"]) == (True, f"{page(full)}thanks/?waiting=1")
    assert "You are on the waiting list." in Client().get(answer["Location"]).content.decode()
    assert (len(on_the_list(tenant)), in_line(tenant)) == (2, ["Zoë Å"])


def test_form_that_is_not_handled_yet_keeps_its_place_from_colleagues_too(
    tenant: Tenant, event: RecruitingEvent
) -> None:
    change(tenant, event, has_waiting_list=True)
    for number in range(3):
        sent(event, name=f"Guest {number}", email=f"guest{number}@example.com")
    with open_tenant(tenant):
        done = attendance.register(event=event, people=[a_candidate().pk], by=SYSTEM, now=timezone.now())
    handle_all(tenant)

    assert (list(done.rows), len(done.waiting)) == ([], 1)
    assert [name for name, *_ in on_the_list(tenant)] == ["Guest 0", "Guest 1"]
    assert in_line(tenant) == ["Guest 2", "Zoë Ångström"]  # by when they asked


def test_whoever_calls_off_makes_room_for_the_first_who_waits(
    tenant: Tenant, full: RecruitingEvent, run_readers: Any
) -> None:
    for name in ("Ada", "Bo"):
        sent(full, name=name, email=f"{name.lower()}@example.com")
    handle_all(tenant)
    run_readers()
    guest = inside(tenant, "guest1@example.com")
    home = guest.get("/p/acme/me/").content.decode()
    guest.post(f"/p/acme/me/events/{full.pk}/call-off/")
    run_readers()

    assert "Your events" in home
    assert [name for name, *_ in on_the_list(tenant)] == ["Guest 2", "Ada"]
    assert in_line(tenant) == ["Bo"]
    assert letters(tenant) == [
        ("Guest 1", "You are registered: Open house"),
        ("Guest 2", "You are registered: Open house"),
        ("Ada", "You are on the waiting list: Open house"),
        ("Bo", "You are on the waiting list: Open house"),
        ("Ada", "You have a place: Open house"),
    ]
    with open_tenant(tenant):
        told = OutboundMessage.objects.get(subject__startswith="You have a place")
    assert ("https://example.com/join" in told.text, "/p/acme/" in told.text) == (True, True)
    assert guest.post(f"/p/acme/me/events/{full.pk}/call-off/").status_code == 404


def test_whoever_waits_can_leave_the_line(tenant: Tenant, full: RecruitingEvent) -> None:
    sent(full)
    handle_all(tenant)
    inside(tenant, "zoe@example.com").post(f"/p/acme/me/events/{full.pk}/call-off/")

    assert (in_line(tenant), len(on_the_list(tenant))) == ([], 2)


def test_more_places_are_for_those_who_wait(tenant: Tenant, full: RecruitingEvent) -> None:
    for name in ("Ada", "Bo", "Cy"):
        sent(full, name=name, email=f"{name.lower()}@example.com")
    handle_all(tenant)
    change(tenant, full, capacity=4)

    assert [name for name, *_ in on_the_list(tenant)] == ["Guest 1", "Guest 2", "Ada", "Bo"]
    assert in_line(tenant) == ["Cy"]


@pytest.mark.parametrize("values", [{"state": "cancelled"}, {"starts_at": timezone.now() - timedelta(minutes=5)}])
def test_nobody_is_called_to_an_event_that_is_cancelled_or_has_begun(
    tenant: Tenant, full: RecruitingEvent, values: dict[str, Any]
) -> None:
    sent(full)
    handle_all(tenant)
    change(tenant, full, **values)
    with open_tenant(tenant):
        attendance.remove(attendance=Attendance.objects.first(), by=SYSTEM, now=timezone.now())

    assert (len(on_the_list(tenant)), in_line(tenant)) == (1, ["Zoë Å"])


def test_colleague_gives_a_place_or_takes_it_out_of_the_line(
    tenant: Tenant, full: RecruitingEvent, owner_client: Client
) -> None:
    for name in ("Ada", "Bo"):
        sent(full, name=name, email=f"{name.lower()}@example.com")
    handle_all(tenant)
    shown = owner_client.get(f"/o/acme/events/{full.pk}/").content.decode()
    with open_tenant(tenant):
        ada, bo = WaitlistEntry.objects.all()
    listed = owner_client.get(f"/o/acme/api/v1/events/{full.pk}/waitlist/").json()["results"]
    owner_client.post(f"/o/acme/waitlist/{ada.pk}/seat/")
    gone = owner_client.delete(f"/o/acme/api/v1/waitlist/{bo.pk}/").status_code

    assert ("Give Ada a place now" in shown, [one["id"] for one in listed]) == (True, [str(ada.pk), str(bo.pk)])
    assert (gone, in_line(tenant)) == (204, [])
    assert [name for name, *_ in on_the_list(tenant)] == ["Guest 1", "Guest 2", "Ada"]
    assert owner_client.get(f"/o/acme/api/v1/events/{full.pk}/").json()["waiting"] == 0


def test_whoever_was_told_to_stop_gets_no_mail(tenant: Tenant, full: RecruitingEvent, run_readers: Any) -> None:
    run_readers()
    with open_tenant(tenant):
        zoe = a_candidate()
        contact.ban(candidate=zoe, reason="manual", evidence="", by=SYSTEM, now=timezone.now())
    sent(full)
    handle_all(tenant)
    run_readers()

    assert ("Zoë Ångström" in in_line(tenant), len(letters(tenant))) == (True, 2)


def test_person_who_became_one_of_two_is_not_seated_twice(tenant: Tenant, full: RecruitingEvent) -> None:
    sent(full)
    handle_all(tenant)
    with open_tenant(tenant):
        zoe, guest = Candidate.objects.get(name="Zoë Å"), Candidate.objects.get(name="Guest 1")
        merges.merge(survivor=guest, merged=zoe, by=SYSTEM, now=timezone.now())
    change(tenant, full, capacity=5)

    assert len(on_the_list(tenant)) == 2
