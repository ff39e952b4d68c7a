"""Recruiting events: who registers, who comes, and what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Event, Member, Tenant
from crm.services.undo import NothingToUndo
from crm.tenancy.context import tenant as open_tenant
from outreach.services import met
from talent.filters import catalogue
from talent.filters.compile import candidates
from talent.models import Attendance, Candidate, FencedCandidate, RecruitingEvent
from talent.services import attendance, bulk_acts, engagement, merges, recruiting_events, seats, segments, unmerge
from talent.services import candidates as people_service
from talent.services.attendance import WrongStep
from talent.services.bulk_acts import ActRefused, Batch
from talent.services.recruiting_events import NotAnEvent
from tests.conftest import logged_in
from tests.factories.talent import NOW, a_candidate, a_crowd

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + 5 * HOUR  # the event is on


def an_event(name: str = "Spring fair", **values: Any) -> RecruitingEvent:
    facts = {"starts_at": NOW + 4 * HOUR, "ends_at": NOW + 8 * HOUR, "time_zone": "Europe/Berlin", "state": "open"}
    return recruiting_events.create(values={"name": name, **facts, **values}, by=SYSTEM)


def registered(event: RecruitingEvent, *people: Candidate, now: datetime = NOW) -> list[Attendance]:
    return list(attendance.register(event=event, people=[p.pk for p in people], by=SYSTEM, now=now).rows)


def marked(event: RecruitingEvent, state: str, *rows: Attendance, now: datetime = LATER) -> attendance.Marked:
    return attendance.mark(event=event, ids=[row.pk for row in rows], state=state, by=SYSTEM, now=now)


def states(event: RecruitingEvent) -> list[str]:
    return list(Attendance.objects.filter(event=event).order_by("candidate__name").values_list("state", flat=True))


def kinds() -> list[str]:
    return list(Event.objects.filter(kind__startswith="event_").order_by("pk").values_list("kind", flat=True))


def found(field: str, op: str, value: object = None, now: datetime = LATER) -> list[str]:
    rule = catalogue.parse({"field": field, "op": op, "value": value})
    return sorted(candidates(rule, now, BERLIN).values_list("name", flat=True))


# --- registering


def test_whoever_registers_twice_is_on_the_list_once(inside: UUID) -> None:
    event, person = an_event(), a_candidate()
    registered(event, person)

    again = attendance.register(event=event, people=[person.pk, person.pk], by=SYSTEM, now=NOW)

    assert (list(again.rows), again.known, kinds()) == ([], {person.pk}, ["event_registered"])


def test_places_are_given_in_order_and_no_more_than_there_are(inside: UUID) -> None:
    event, people = an_event(capacity=2), a_crowd(3)

    done = attendance.register(event=event, people=[p.pk for p in people], by=SYSTEM, now=NOW)

    assert [row.candidate_id for row in done.rows] == [people[0].pk, people[1].pk]
    assert (done.full, seats.places_left(event)) == ([people[2].pk], 0)
    assert done.said == "No place was left for 1."


def test_cancelled_event_takes_nobody(inside: UUID) -> None:
    event, person = an_event(state="cancelled"), a_candidate()

    with pytest.raises(WrongStep, match="cancelled"):
        registered(event, person)


def test_registering_is_taken_back_for_those_whom_nobody_marked(inside: UUID) -> None:
    event, people = an_event(), a_crowd(2)
    done = attendance.register(event=event, people=[p.pk for p in people], by=SYSTEM, now=NOW)
    token = done.undo
    marked(event, "attended", done.rows[0])

    said = attendance.take_back(token=token, by=SYSTEM, now=LATER)

    assert (said, states(event)) == ("1 registration is taken back.", ["attended"])
    with pytest.raises(NothingToUndo):
        attendance.take_back(token=token, by=SYSTEM, now=LATER)


def test_walk_in_is_registered_and_has_come(inside: UUID) -> None:
    event, person = an_event(), a_candidate()

    attendance.let_in(event=event, people=[person], has_come=True, by=SYSTEM, now=LATER)

    assert (states(event), kinds()) == (["attended"], ["event_registered", "event_attended"])


# --- who came


def test_whoever_was_not_seen_did_not_come_and_all_of_it_can_be_taken_back(inside: UUID) -> None:
    event, people = an_event(), a_crowd(3)
    rows = registered(event, *people)
    marked(event, "attended", rows[0])

    done = attendance.who_did_not_come(event=event, by=SYSTEM, now=LATER)

    assert states(event) == ["attended", "no_show", "no_show"]
    marked(event, "attended", rows[2])
    assert attendance.take_marks_back(token=done.undo, by=SYSTEM, now=LATER) == "1 mark is taken back."
    assert states(event) == ["attended", "registered", "attended"]


@pytest.mark.parametrize(
    ("state", "before", "said"),
    [("attended", 13 * HOUR, "not near yet"), ("no_show", HOUR, "has not begun yet")],
)
def test_nobody_comes_or_stays_away_before_the_time(inside: UUID, state: str, before: timedelta, said: str) -> None:
    event, person = an_event(), a_candidate()
    rows = registered(event, person, now=NOW - 10 * DAY)

    with pytest.raises(WrongStep, match=said):
        marked(event, state, *rows, now=event.starts_at - before)
    assert states(event) == ["registered"]


def test_other_mark_takes_the_first_one_back(inside: UUID) -> None:
    event, person = an_event(), a_candidate()
    rows = registered(event, person)

    for state in ("attended", "attended", "no_show", "registered"):
        marked(event, state, *rows)

    assert kinds() == ["event_registered", "event_attended", "event_unmarked", "event_no_show", "event_unmarked"]
    assert Attendance.objects.get().marked_at is None


def test_coming_is_engagement_until_it_was_not_so(inside: UUID) -> None:
    event, person = an_event(), a_candidate()
    rows = registered(event, person)
    marked(event, "attended", *rows)

    scores = []
    for state in ("attended", "registered"):
        marked(event, state, *rows, now=LATER + HOUR)
        engagement.refresh(people=[person.pk], now=LATER + HOUR)
        scores.append(round(engagement.story(person, LATER + HOUR).score))

    assert scores == [25, 0]


# --- rules


def test_rules_ask_who_registered_came_and_stayed_away(inside: UUID) -> None:
    event, other, people = an_event(), an_event("Webinar"), a_crowd(3)
    rows = registered(event, *people[:2])
    registered(other, people[2])
    marked(event, "attended", rows[0])
    marked(event, "no_show", rows[1])
    here = [str(event.pk)]

    assert found("event_registered", "is_any_of", here) == ["Person 00", "Person 01"]
    assert found("event_attended", "is_any_of", here) == ["Person 00"]
    assert found("event_no_show", "is_any_of", here) == ["Person 01"]
    assert found("event_attended", "is_none_of", here) == ["Person 01", "Person 02"]
    assert found("event_registered", "is_any_of", [str(other.pk)]) == ["Person 02"]
    assert found("event_attended", "is_empty") == ["Person 01", "Person 02"]


def test_rules_ask_how_long_ago_it_was(inside: UUID) -> None:
    event, people = an_event(), a_crowd(2)
    rows = registered(event, *people)
    marked(event, "attended", rows[0])
    marked(event, "no_show", rows[1])

    assert found("event_attended_at", "in_last", 30, NOW + 20 * DAY) == ["Person 00"]
    assert found("event_attended_at", "in_last", 30, NOW + 40 * DAY) == []
    assert found("event_no_show_at", "in_last", 30, NOW + 20 * DAY) == ["Person 01"]
    assert found("event_registered_at", "in_last", 30, NOW + 20 * DAY) == ["Person 00", "Person 01"]


def test_rules_about_events_read_as_sentences(inside: UUID) -> None:
    event = an_event()
    rule = {"all": [{"field": "event_attended", "op": "is_any_of", "value": [str(event.pk)]}]}

    assert segments.say(catalogue.parse(rule), now=NOW) == "People who came to “Spring fair (2 Mar 2026)”"


@pytest.mark.usefixtures("tenant")
def test_segment_follows_who_came(tenant: Tenant, run_readers: Any) -> None:
    with open_tenant(tenant):
        event, person = an_event(), a_candidate()
        rule = {"all": [{"field": "event_attended", "op": "is_any_of", "value": [str(event.pk)]}]}
        segment = segments.create(name="Came", rule=rule, by=SYSTEM, now=NOW)
        rows = registered(event, person)
        marked(event, "attended", *rows)
    run_readers()
    with open_tenant(tenant):
        assert segment.memberships.filter(left_at=None).count() == 1
        recruiting_events.delete(event=event, by=SYSTEM, now=LATER)
    run_readers()
    with open_tenant(tenant):
        assert segment.memberships.filter(left_at=None).count() == 0


def test_event_where_we_met_is_one_that_they_came_to(inside: UUID) -> None:
    event, came, away = an_event(), a_candidate(), a_candidate("Bo Paris", "bo@example.com")
    rows = registered(event, came, away)
    marked(event, "attended", rows[0])

    assert met.events([came, away], LATER) == {came.pk: "Spring fair"}
    assert met.events([came, away], NOW) == {}


# --- two records of one person


@pytest.mark.parametrize(
    ("ours", "theirs", "stays"),
    [("registered", "attended", "attended"), ("attended", "no_show", "attended"), ("no_show", "registered", "no_show")],
)
def test_merge_keeps_what_says_more_and_undo_brings_both_back(inside: UUID, ours: str, theirs: str, stays: str) -> None:
    event, other, survivor = an_event(), an_event("Webinar"), a_candidate()
    twin = a_candidate("Zoe Angstrom", "zoe.a@example.com")
    rows = [*registered(event, survivor), *registered(event, twin)]
    registered(other, twin)
    marked(event, ours, rows[0])
    marked(event, theirs, rows[1])

    operation = merges.merge(survivor=survivor, merged=twin, by=SYSTEM, now=LATER)

    kept = Attendance.objects.filter(candidate=survivor)
    assert {row.event_id: row.state for row in kept} == {event.pk: stays, other.pk: "registered"}
    unmerge.undo(operation=operation, by=SYSTEM, now=LATER)
    assert sorted(Attendance.objects.filter(event=event).values_list("state", flat=True)) == sorted([ours, theirs])


def test_registrations_go_with_the_person(inside: UUID) -> None:
    event, person = an_event(), a_candidate()
    registered(event, person)

    people_service.delete(candidate=person, by=SYSTEM, now=LATER)

    assert (Attendance.objects.count(), RecruitingEvent.objects.count()) == (0, 1)


# --- the event itself


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, "It ends before it begins."), (24 * 32, "An event lasts 31 days at most."), (24 * 365 * 80, "Events lie")],
)
def test_event_has_hours_that_can_be(inside: UUID, hours: int, said: str) -> None:
    with pytest.raises(NotAnEvent, match=said):
        an_event(ends_at=NOW + (4 + hours) * HOUR)


def test_act_on_many_registers_as_long_as_there_are_places_and_is_undone(inside: UUID) -> None:
    begin = timezone.now() + DAY
    event, people = an_event(starts_at=begin, ends_at=begin + HOUR, capacity=2), a_crowd(3)
    over, off = an_event("Over"), an_event("Off", starts_at=begin, ends_at=begin + HOUR, state="cancelled")
    registered(event, people[0])
    act, keys = bulk_acts.acts["register"], [p.pk for p in people]
    parameters, title = act.prepare({"event": str(event.pk)}, SYSTEM)

    done = act.apply(Batch(keys, parameters, SYSTEM, NOW))
    told = act.forecast(FencedCandidate.objects.all(), parameters)
    back = act.undo(Batch(keys, parameters, SYSTEM, NOW, before=done.changed))

    assert title == f"Register for “Spring fair ({event.local_start:%-d %b %Y})”"
    assert (list(done.changed), done.left_out) == ([people[1].pk], {people[2].pk: "No place was left"})
    assert (told.total, told.already, back) == (3, 2, [people[1].pk])
    assert list(Attendance.objects.values_list("candidate_id", flat=True)) == [people[0].pk]
    for one in (over, off):
        with pytest.raises(ActRefused):
            act.prepare({"event": str(one.pk)}, SYSTEM)


# --- pages and API


WORDS = {
    "name": "Open house",
    "kind": "meetup",
    "state": "open",
    "starts_at": "2026-03-29T18:00",
    "ends_at": "2026-03-29T21:00",
    "time_zone": "Europe/Berlin",
}


def test_page_reads_the_hours_by_the_clock_of_the_place(tenant: Tenant, owner_client: Client) -> None:
    made = owner_client.post("/o/acme/events/new/", {**WORDS, "time_zone": "America/New_York"})

    with open_tenant(tenant):
        event = RecruitingEvent.objects.get()
    assert made["Location"] == f"/o/acme/events/{event.pk}/"
    assert event.starts_at == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)
    assert 'value="2026-03-29T18:00"' in owner_client.get(f"/o/acme/events/{event.pk}/edit/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("starts_at", "2026-03-29T02:30", "put forward in that night"),
        ("starts_at", "9999-12-31T23:59", "Events lie between 2000 and 2099."),
        ("starts_at", "0001-01-01T00:00", "Events lie between 2000 and 2099."),
        ("ends_at", "2026-03-29T17:00", "It ends before it begins."),
        ("capacity", "0", "greater than or equal to 1"),
        ("capacity", "9" * 30, "less than or equal to 100000"),
        ("time_zone", "Mars/Base", "not one of the available choices"),
        ("name", "a\x00b", "Null characters are not allowed."),
        ("link", "javascript:alert(1)", "Enter a valid URL."),
    ],
)
def test_page_says_what_is_wrong(tenant: Tenant, owner_client: Client, field: str, value: str, said: str) -> None:
    answer = owner_client.post("/o/acme/events/new/", {**WORDS, field: value})

    assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_page_registers_marks_and_takes_back(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        begun = datetime.now(UTC) - HOUR
        event, people = an_event(starts_at=begun, ends_at=begun + 2 * HOUR), a_crowd(2)
    here = f"/o/acme/events/{event.pk}/"

    owner_client.post(f"{here}register/", {"people": [str(p.pk) for p in people]})
    with open_tenant(tenant):
        row = Attendance.objects.get(candidate=people[0])
    owner_client.post(f"/o/acme/attendances/{row.pk}/mark/", {"state": "attended"})
    answer = owner_client.post(f"{here}no-shows/", follow=True)

    page = answer.content.decode()
    assert "1 person did not come." in page
    with open_tenant(tenant):
        assert states(event) == ["attended", "no_show"]
    shown = owner_client.get(f"{here}?state=no_show").content.decode()
    assert ("Person 01" in shown, "Person 00" in shown) == (True, False)
    assert "Spring fair" in owner_client.get(f"/o/acme/candidates/{people[0].pk}/").content.decode()
    owner_client.post(f"/o/acme/attendances/{row.pk}/remove/")
    with open_tenant(tenant):
        assert states(event) == ["no_show"]


def test_viewer_reads_and_changes_nothing(tenant: Tenant, viewer: Member) -> None:
    with open_tenant(tenant):
        event, person = an_event(), a_candidate()
        [row] = registered(event, person)
    client = logged_in(viewer)

    assert client.get(f"/o/acme/events/{event.pk}/").status_code == 200
    for path in (f"events/{event.pk}/register/", f"attendances/{row.pk}/mark/", f"events/{event.pk}/delete/"):
        assert client.post(f"/o/acme/{path}").status_code == 403


def test_api_makes_an_event_and_says_who_came(tenant: Tenant, owner_client: Client) -> None:
    def call(method: str, path: str, **sent: Any) -> Any:
        return getattr(owner_client, method)(f"/o/acme/api/v1/{path}", sent, content_type="application/json")

    begin = datetime.now(UTC) - HOUR
    hours = {"starts_at": begin.isoformat(), "ends_at": (begin + 2 * HOUR).isoformat()}
    made = call("post", "events/", name="Fair", capacity=1, **hours).json()
    with open_tenant(tenant):
        people = a_crowd(2)
    done = call("post", f"events/{made['id']}/attendances/", candidate_ids=[str(p.pk) for p in people]).json()
    row = done["registered"][0]
    came = call("patch", f"attendances/{row['id']}/", state="attended").json()

    assert made["time_zone"] == tenant.time_zone
    assert (done["full"], came["state"]) == ([str(people[1].pk)], "attended")
    told = owner_client.get(f"/o/acme/api/v1/events/{made['id']}/").json()
    assert (told["registrations"], told["attended"], told["no_shows"]) == (1, 1, 0)
    assert call("post", f"events/{made['id']}/no-shows/").json() == {"marked": 0}
    listed = owner_client.get(f"/o/acme/api/v1/candidates/{people[0].pk}/attendances/").json()
    assert [one["event_id"] for one in listed] == [made["id"]]
    wrong = call("patch", f"events/{made['id']}/", ends_at=hours["starts_at"])
    assert (wrong.status_code, "It ends before it begins." in str(wrong.json())) == (400, True)
    assert call("delete", f"attendances/{row['id']}/").status_code == 204
    assert call("delete", f"events/{made['id']}/").status_code == 204
