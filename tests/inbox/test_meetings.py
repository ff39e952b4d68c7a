"""Meetings: booked, moved, called off, held; and what follows for clocks and sequences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Event, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from inbox.choices import MeetingState
from inbox.events import MEETING_BOOKED, MEETING_CANCELLED, MEETING_MISSED, MEETING_MOVED
from inbox.models import Meeting
from inbox.services import meetings, timeline
from inbox.services.meetings import Booking, NotAMeeting, NotYetOver
from outreach.choices import EnrolmentState, StopReason
from outreach.models import Enrolment
from talent.models import Candidate, Touchpoint
from tests.conftest import logged_in
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGIN = NOON + DAY
END = BEGIN + HOUR


def booked(person: Candidate, *, now: datetime = NOON, by_candidate: bool = True, **more: object) -> Meeting:
    said = {"starts_at": BEGIN, "ends_at": END, **more}
    booking = Booking(by_candidate=by_candidate, **said)  # type: ignore[arg-type]
    return meetings.book(candidate=person, booking=booking, by=SYSTEM, now=now)


def settled(meeting: Meeting, state: str, now: datetime = END + HOUR) -> Meeting:
    return meetings.settle(meeting=meeting, state=state, by=SYSTEM, now=now)


def told() -> list[str]:
    kinds = (MEETING_BOOKED, MEETING_MOVED, MEETING_MISSED, MEETING_CANCELLED)
    return list(Event.objects.filter(kind__in=kinds).order_by("pk").values_list("kind", flat=True))


def spoke_at() -> datetime | None:
    return Candidate.objects.get().last_two_way_at


@pytest.mark.parametrize("by_candidate", [True, False])
def test_log_tells_who_booked_it_for_when(inside: UUID, by_candidate: bool) -> None:
    booked(person := a_person(), by_candidate=by_candidate, title="First talk")

    event = Event.objects.get(kind=MEETING_BOOKED)
    assert event.actor_kind == ("candidate" if by_candidate else "system")
    assert (event.occurred_at, event.data["starts_at"], event.data["by"]) == (
        NOON,
        BEGIN.isoformat(),
        "candidate" if by_candidate else "member",
    )
    [item] = timeline.page(person.pk).entries
    assert not item.is_fold
    assert item.words == "booked a meeting on 4 June 2026, 12:00 (“First talk”)"


def test_calendar_that_tells_it_twice_books_it_once(inside: UUID) -> None:
    person = a_person()
    for _ in range(2):
        booked(person, source="google", uid="e1")

    moved = booked(person, source="google", uid="e1", ends_at=END + HOUR)

    assert (Meeting.objects.count(), moved.ends_at) == (1, END + HOUR)
    assert told() == [MEETING_BOOKED, MEETING_MOVED]


def test_two_by_hand_are_two(inside: UUID) -> None:
    person = a_person()
    booked(person)
    booked(person)

    assert Meeting.objects.count() == 2


@pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
def test_edges_of_the_calendar_are_no_meeting(year: int) -> None:
    begins = datetime(year, 12, 31, 22, tzinfo=UTC)

    with pytest.raises(NotAMeeting, match="between 1970 and 2199"):
        Booking(begins, begins + timedelta(hours=1))


def test_end_before_the_beginning_is_no_meeting(inside: UUID) -> None:
    with pytest.raises(NotAMeeting):
        booked(a_person(), ends_at=BEGIN)


def test_meeting_that_took_place_is_a_contact_at_its_end(inside: UUID, owner: Member) -> None:
    meeting = booked(a_person(), member=owner)
    before = spoke_at()

    settled(meeting, MeetingState.HELD)

    assert (before, spoke_at()) == (None, END)
    assert Touchpoint.objects.values_list("kind", "member", "reached").get() == ("meeting", owner.pk, True)


def test_time_alone_lets_it_take_place_once(inside: UUID) -> None:
    booked(a_person())

    done = [meetings.take_place(now) for now in (END - HOUR / 2, END, END + DAY)]

    assert (done, spoke_at(), Touchpoint.objects.count()) == ([0, 1, 0], END, 1)


@pytest.mark.parametrize("state", [MeetingState.MISSED, MeetingState.CANCELLED])
def test_meeting_that_was_not_counts_no_longer(inside: UUID, state: str) -> None:
    meeting = settled(booked(a_person()), MeetingState.HELD)

    settled(settled(meeting, state), state)

    assert (spoke_at(), Touchpoint.objects.count()) == (None, 0)
    assert told()[1:] == [MEETING_MISSED if state == MeetingState.MISSED else MEETING_CANCELLED]


def test_nobody_knows_before_it_begins(inside: UUID) -> None:
    meeting = booked(a_person())

    with pytest.raises(NotYetOver):
        settled(meeting, MeetingState.HELD, NOON)
    assert settled(meeting, MeetingState.CANCELLED, NOON).state == MeetingState.CANCELLED


def test_meeting_put_off_after_its_end_is_to_come_again(inside: UUID) -> None:
    meeting = settled(booked(a_person()), MeetingState.HELD)

    again = meetings.move(meeting=meeting, starts_at=END + DAY, ends_at=END + DAY + HOUR, by=SYSTEM, now=END + HOUR)

    assert (again.state, spoke_at()) == (MeetingState.BOOKED, None)


# --- sequences


def stands() -> tuple[str, str]:
    return Enrolment.objects.values_list("state", "stop_reason").get()


@pytest.mark.parametrize(
    ("stops", "at", "expected"),
    [
        (True, NOON + HOUR, (EnrolmentState.STOPPED, StopReason.BOOKED)),
        (False, NOON + HOUR, (EnrolmentState.ACTIVE, "")),
        (True, NOON - HOUR, (EnrolmentState.ACTIVE, "")),
    ],
)
def test_booking_ends_the_sequences_that_they_were_in(
    inside: UUID, run_readers: Callable[[], int], stops: bool, at: datetime, expected: tuple[str, str]
) -> None:
    person = a_person()
    enrolled(a_sequence(stops_on_reply=stops), [person])

    booked(person, now=at)
    run_readers()

    assert stands() == expected


# --- pages and API


def test_recruiter_books_and_settles_on_the_profile(recruiter: Member, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person = a_person()
    client, begin = logged_in(recruiter), timezone.localtime() - HOUR
    said = {"starts_at": f"{begin:%Y-%m-%dT%H:%M}", "minutes": "30", "member": str(recruiter.pk), "title": "First talk"}
    url = f"/o/acme/candidates/{person.pk}/meetings/add/"

    shown, wrong = client.get(url).status_code, client.post(url, {**said, "minutes": "1"}).status_code
    page = client.post(url, said, follow=True).content.decode()
    with open_tenant(tenant):
        key = Meeting.objects.get().pk
    states = []
    for verb in ("held", "missed", "cancel"):
        client.post(f"/o/acme/meetings/{key}/{verb}/")
        with open_tenant(tenant):
            states.append((Meeting.objects.get().state, Touchpoint.objects.count()))

    assert (shown, wrong, "First talk" in page, "They did not come" in page) == (200, 422, True, True)
    assert states == [("held", 1), ("missed", 0), ("cancelled", 0)]


def test_page_says_that_it_has_not_begun(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        begin = timezone.now() + DAY
        key = booked(a_person(), starts_at=begin, ends_at=begin + HOUR).pk

    page = recruiter_client.post(f"/o/acme/meetings/{key}/held/", follow=True).content.decode()

    assert ("It has not begun yet." in page, "Call it off" in page) == (True, True)


def test_api_books_moves_and_settles(recruiter: Member, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person = a_person()
    client, url = logged_in(recruiter), f"/o/acme/api/v1/candidates/{person.pk}/meetings/"
    begin = datetime(2026, 2, 3, 9, tzinfo=UTC)
    said = {"starts_at": begin.isoformat(), "ends_at": (begin + HOUR).isoformat(), "source": "google", "uid": "e1"}

    made = client.post(url, {**said, "member_id": str(recruiter.pk)}, "application/json").json()
    wrong = client.post(url, {**said, "ends_at": said["starts_at"]}, "application/json").status_code
    one = f"/o/acme/api/v1/meetings/{made['id']}/"
    half = client.patch(one, {"starts_at": said["starts_at"]}, "application/json").status_code
    moved = client.patch(one, {"starts_at": begin - DAY, "ends_at": begin - DAY + HOUR}, "application/json").json()
    held = client.patch(one, {"state": "held"}, "application/json").json()

    assert (made["booked_by"], wrong, half) == ("Maya Lindqvist", 400, 400)
    assert (moved["starts_at"], held["state"], bool(held["touchpoint_id"])) == ("2026-02-02T09:00:00Z", "held", True)
    assert (client.get(url).json(), client.get(one).json()) == ([held], held)


def test_api_says_what_cannot_be(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        begin = timezone.now() + DAY
        key = booked(a_person(), starts_at=begin, ends_at=begin + HOUR).pk
    url = f"/o/acme/api/v1/meetings/{key}/"

    answers = [
        recruiter_client.patch(url, said, "application/json").status_code
        for said in (
            {"state": "missed"},
            {"state": "booked"},
            {"starts_at": begin.isoformat(), "ends_at": begin.isoformat()},
        )
    ]

    assert answers == [400, 400, 400]


def test_viewers_book_nothing(viewer: Member, tenant: Tenant) -> None:
    with open_tenant(tenant):
        key = booked(person := a_person()).pk
    urls = (f"/o/acme/candidates/{person.pk}/meetings/add/", f"/o/acme/meetings/{key}/cancel/")

    assert [logged_in(viewer).post(url).status_code for url in urls] == [403, 403]
