"""The door of an event: codes, who is here, and who comes without being on the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Attendance, Candidate, ConsentRecord, RecruitingEvent, WaitlistEntry
from talent.services import attendance, check_in, consents, merges, recruiting_events, unmerge
from talent.services.attendance import WrongStep
from talent.services.check_in import Code
from tests.conftest import logged_in
from tests.factories.talent import NOW, a_candidate, a_crowd
from tests.talent.test_recruiting_events import DAY, HOUR, LATER, an_event, registered, states

WALKS_IN = {"name": "Ada Okoye", "reach": "ada@example.com", "agreed_to": [], "by": SYSTEM, "now": LATER}


@pytest.fixture
def event(tenant: Tenant) -> RecruitingEvent:
    """One that is on now, with Zoë on its list."""
    with open_tenant(tenant):
        begins = timezone.now() - HOUR
        made = an_event(starts_at=begins, ends_at=begins + 4 * HOUR, capacity=1, has_waiting_list=True)
        registered(made, a_candidate(), now=begins - DAY)
        return made


@pytest.fixture
def row(tenant: Tenant, event: RecruitingEvent) -> Attendance:
    with open_tenant(tenant):
        return Attendance.objects.get()


def code_of(row: Attendance) -> Code:
    return Code(row.event_id, row.pk)


def door(event: RecruitingEvent, query: str = "") -> str:
    return f"/o/acme/events/{event.pk}/check-in/{query}"


# --- codes


def test_code_says_whose_it_is(inside: UUID) -> None:
    event = an_event()
    (row,) = registered(event, a_candidate())
    code = code_of(row)

    assert check_in.read(code.token) == code
    assert check_in.read_address(f" {code.address('acme')}\n") == code
    assert check_in.holder(code) == row


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1] + ("a" if t[-1] != "a" else "b"), lambda t: "", lambda t: "é." + t]
)
def test_changed_code_is_nobodys(inside: UUID, change: Any) -> None:
    token = Code(an_event().pk, a_candidate().pk).token

    assert check_in.read(change(token)) is None


def test_code_is_for_one_event_only(inside: UUID) -> None:
    event, other = an_event(), an_event("Webinar")
    (row,) = registered(event, a_candidate())

    assert check_in.holder(Code(other.pk, row.pk)) is None


def test_code_holds_after_two_records_became_one(inside: UUID) -> None:
    event, people = an_event(), a_crowd(2)
    (row,) = registered(event, people[1])
    merges.merge(survivor=people[0], merged=people[1], by=SYSTEM, now=NOW)

    found = check_in.holder(code_of(row))
    assert found is not None
    assert found.candidate_id == people[0].pk


def test_both_codes_of_two_records_on_the_list_open_the_one_that_stands(inside: UUID) -> None:
    event, people = an_event(), a_crowd(2)
    codes = [code_of(row) for row in registered(event, *people)]
    operation = merges.merge(survivor=people[0], merged=people[1], by=SYSTEM, now=NOW)

    stands = Attendance.objects.get()
    assert [check_in.holder(code) for code in codes] == [stands, stands]
    unmerge.undo(operation=operation, by=SYSTEM, now=NOW)
    assert {found.candidate_id for code in codes if (found := check_in.holder(code))} == {p.pk for p in people}


# --- who may use a code


def test_stranger_learns_nothing_from_a_code(row: Attendance) -> None:
    path = f"/o/acme/check-in/{code_of(row).token}/"
    real, guessed = Client().get(path), Client().get("/o/acme/check-in/guess/")

    assert (real.status_code, guessed.status_code, real.content) == (302, 302, b"")
    assert real["Location"].startswith("/accounts/login/")


def test_colleague_of_another_workspace_finds_nothing(row: Attendance, outsider: Member) -> None:
    token = code_of(row).token
    theirs = logged_in(outsider)

    assert theirs.get(f"/o/acme/check-in/{token}/").status_code == 404
    assert theirs.get(f"/o/{outsider.tenant.slug}/check-in/{token}/").status_code == 404
    assert theirs.post(f"/o/acme/attendances/{row.pk}/check-in/").status_code == 404


def test_viewer_checks_nobody_in(row: Attendance, viewer: Member) -> None:
    theirs = logged_in(viewer)

    assert theirs.get(f"/o/acme/check-in/{code_of(row).token}/").status_code == 403
    assert theirs.post(f"/o/acme/attendances/{row.pk}/check-in/").status_code == 403


def test_scanned_code_shows_who_it_is_and_one_button_says_they_are_here(
    tenant: Tenant, event: RecruitingEvent, row: Attendance, owner_client: Client
) -> None:
    path = f"/o/acme/check-in/{code_of(row).token}/"
    shown = owner_client.get(path).content.decode()
    answer = owner_client.post(f"/o/acme/attendances/{row.pk}/check-in/")

    assert ("Zoë Ångström" in shown, shown.count(f"{row.pk}/check-in/")) == (True, 1)
    assert (answer.status_code, answer["Location"]) == (302, door(event))
    assert "Somebody checked them in already." in owner_client.get(path).content.decode()
    with open_tenant(tenant):
        assert states(event) == ["attended"]


def test_code_of_who_called_off_leads_to_the_list(
    tenant: Tenant, event: RecruitingEvent, row: Attendance, owner_client: Client
) -> None:
    with open_tenant(tenant):
        attendance.remove(attendance=row, by=SYSTEM, now=timezone.now())
    answer = owner_client.get(f"/o/acme/check-in/{code_of(row).token}/")

    assert (answer.status_code, door(event) in answer.content.decode()) == (404, True)
    assert "Nobody on the list of “Spring fair” has this code." in answer.content.decode()


# --- the list at the door


def test_second_colleague_is_told_that_they_are_here(
    tenant: Tenant, event: RecruitingEvent, row: Attendance, owner_client: Client
) -> None:
    path = f"/o/acme/attendances/{row.pk}/check-in/"
    said = [owner_client.post(path, headers={"HX-Request": "true"})["HX-Trigger"] for _ in range(2)]

    assert ["is here." in said[0], "is here already." in said[1]] == [True, True]
    assert ["undo" in one for one in said] == [True, False]
    with open_tenant(tenant):
        assert check_in.numbers(event) == check_in.Numbers(here=1, listed=1)


def test_name_is_found_without_its_accents(event: RecruitingEvent, owner_client: Client) -> None:
    found = owner_client.get(door(event, "?q=angstrom zoe"), headers={"HX-Request": "true"}).content.decode()
    nobody = owner_client.get(door(event, "?q=bo")).content.decode()

    assert ("Zoë Ångström" in found, "<html" in found) == (True, False)
    assert ("Nobody on the list is called “bo”." in nobody, "walk-in/?name=bo" in nobody) == (True, True)


def test_wrong_tap_is_taken_back(tenant: Tenant, event: RecruitingEvent, row: Attendance, owner_client: Client) -> None:
    for act in ("check-in", "check-out"):
        owner_client.post(f"/o/acme/attendances/{row.pk}/{act}/")

    with open_tenant(tenant):
        assert states(event) == ["registered"]


def test_who_waits_for_a_place_is_found_and_let_in(
    tenant: Tenant, event: RecruitingEvent, owner_client: Client
) -> None:
    with open_tenant(tenant):
        person = a_candidate("Bo Li", "bo@example.com")
        attendance.register(event=event, people=[person.pk], by=SYSTEM, now=timezone.now())
        entry = WaitlistEntry.objects.get()
    shown = owner_client.get(door(event, "?q=bo")).content.decode()
    owner_client.post(f"/o/acme/waitlist/{entry.pk}/let-in/")

    assert "Let Bo Li in from the waiting list" in shown
    with open_tenant(tenant):
        assert (states(event), WaitlistEntry.objects.count()) == (["attended", "registered"], 0)


def test_nobody_is_checked_in_long_before(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        begins = timezone.now() + 3 * DAY
        event = an_event(starts_at=begins, ends_at=begins + HOUR)
        (row,) = registered(event, a_candidate())
    shown = owner_client.get(door(event)).content.decode()
    owner_client.post(f"/o/acme/attendances/{row.pk}/check-in/")

    assert ("not near yet" in shown, "Zoë Ångström is here" in shown) == (True, False)
    with open_tenant(tenant):
        assert states(event) == ["registered"]


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_for_any_number(
    tenant: Tenant, owner_client: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    with open_tenant(tenant):
        event = an_event(starts_at=timezone.now(), ends_at=timezone.now() + HOUR)
        registered(event, *a_crowd(count))
    owner_client.get(door(event))

    with django_assert_max_num_queries(12, connection=connection):
        owner_client.get(door(event))


# --- walk-ins


def test_walk_in_is_on_the_list_and_here_though_every_place_is_taken(inside: UUID) -> None:
    event = an_event(capacity=1, has_waiting_list=True)
    registered(event, a_candidate())

    done = check_in.walk_in(event=event, **WALKS_IN)

    assert (done.is_new, done.is_new_here, done.row.state) == (True, True, "attended")
    assert (states(event), WaitlistEntry.objects.count()) == (["attended", "registered"], 0)
    assert done.row.candidate.source.name == "Events"


@pytest.mark.parametrize("reach", ["ZOE@example.com", "mailto:zoe@example.com"])
def test_walk_in_who_is_known_is_not_made_twice(inside: UUID, reach: str) -> None:
    event, zoe = an_event(), a_candidate()
    registered(event, zoe)

    done = check_in.walk_in(event=event, **{**WALKS_IN, "reach": reach})

    assert (done.row.candidate, done.is_new, done.is_new_here) == (zoe, False, False)
    assert (Candidate.objects.count(), states(event)) == (1, ["attended"])


def test_walk_in_by_a_link(inside: UUID) -> None:
    done = check_in.walk_in(event=an_event(), **{**WALKS_IN, "reach": "linkedin.com/in/ada-okoye"})

    assert list(done.row.candidate.contact_points.values_list("kind", "value")) == [
        ("linkedin", "https://www.linkedin.com/in/ada-okoye")
    ]


def test_what_was_agreed_to_is_written_down_once_with_its_words(inside: UUID, owner: Member) -> None:
    event = an_event()
    words = consents.word(purpose="news", language="en", text="May we send you our news?", by=owner.actor)
    for _ in range(2):
        check_in.walk_in(event=event, **{**WALKS_IN, "agreed_to": ["news"]})

    said = ConsentRecord.objects.get()
    assert (said.purpose, said.state, said.origin, said.wording) == ("news", "given", "spoken", words)
    assert said.evidence == "Said at “Spring fair”."


def test_walk_in_long_before_leaves_nothing(inside: UUID) -> None:
    with pytest.raises(WrongStep, match="not near yet"):
        check_in.walk_in(event=an_event(), **{**WALKS_IN, "now": NOW - DAY})
    assert Candidate.objects.count() == 0


def test_form_asks_for_what_is_missing_and_goes_back_to_the_list(
    tenant: Tenant, event: RecruitingEvent, owner_client: Client
) -> None:
    path = f"/o/acme/events/{event.pk}/walk-in/"
    shown = owner_client.get(f"{path}?name=Ada Okoye").content.decode()
    wrong = owner_client.post(path, {"name": "Ada Okoye", "reach": "Ada"})
    right = owner_client.post(path, {"name": "Ada Okoye", "reach": "ada@example.com", "agreed_to": ["contact"]})

    assert ('value="Ada Okoye"' in shown, "Every place is taken" in shown) == (True, True)
    assert (wrong.status_code, "neither an e-mail address nor a link" in wrong.content.decode()) == (422, True)
    assert (right.status_code, right["Location"]) == (302, door(event))
    with open_tenant(tenant):
        assert (states(event), ConsentRecord.objects.get().purpose) == (["attended", "registered"], "contact")


# --- the API


def test_api_checks_in_by_code_and_says_who_was_here(
    event: RecruitingEvent, row: Attendance, owner_client: Client
) -> None:
    path, body = f"/o/acme/api/v1/events/{event.pk}/check-ins/", {"code": code_of(row).address("acme")}
    answers = [owner_client.post(path, body, content_type="application/json") for _ in range(2)]

    assert [(one.status_code, one.json()["was_here"]) for one in answers] == [(201, False), (201, True)]
    assert answers[0].json()["attendance"]["state"] == "attended"


def test_api_refuses_codes_of_nobody_here(
    tenant: Tenant, event: RecruitingEvent, row: Attendance, owner_client: Client
) -> None:
    with open_tenant(tenant):
        other = recruiting_events.create(
            values={"name": "Other", "starts_at": event.starts_at, "ends_at": event.ends_at, "time_zone": "UTC"},
            by=SYSTEM,
        )
    path, code = f"/o/acme/api/v1/events/{other.pk}/check-ins/", code_of(row).token
    answers = [owner_client.post(path, {"code": one}, content_type="application/json") for one in (code, "guess")]

    assert [one.status_code for one in answers] == [400, 400]
    assert answers[0].json() == answers[1].json()


def test_api_lets_walk_ins_in(event: RecruitingEvent, owner_client: Client) -> None:
    path = f"/o/acme/api/v1/events/{event.pk}/walk-ins/"
    body = {"name": "Ada Okoye", "reach": "ada@example.com", "agreed_to": ["news"]}
    done = owner_client.post(path, body, content_type="application/json")
    wrong = owner_client.post(path, {"name": "Ada", "reach": "Ada"}, content_type="application/json")

    assert (done.status_code, done.json()["is_new"], done.json()["attendance"]["state"]) == (201, True, "attended")
    assert (wrong.status_code, "neither an e-mail" in wrong.content.decode()) == (400, True)
