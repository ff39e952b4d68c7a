"""Calls, meetings and LinkedIn messages: logged by hand, by tasks that are done, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import AuditEntry, Event, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices import TouchKind
from talent.events import TOUCHPOINT_LOGGED, TOUCHPOINT_REMOVED
from talent.models import Candidate, Task, Touchpoint
from talent.services import clocks, tasks, touchpoints
from talent.services.touchpoints import NotATouchpoint, Touch
from tests.conftest import logged_in
from tests.factories.talent import NOW, a_candidate

HOUR = timedelta(hours=1)


def clocks_of(person: Candidate) -> tuple[datetime | None, ...]:
    names = ("last_contacted_at", "last_two_way_at", "last_replied_at")
    return Candidate.objects.values_list(*names).get(pk=person.pk)


def logged(
    person: Candidate, kind: str = TouchKind.CALL, reached: bool | None = True, at: datetime = NOW
) -> Touchpoint:
    return touchpoints.log(candidate=person, touch=Touch(kind, at, reached), member=None, by=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("kind", "reached", "expected"),
    [
        (TouchKind.CALL, True, (NOW, NOW, None)),
        (TouchKind.CALL, False, (None, None, None)),
        (TouchKind.CALL, None, (NOW, None, None)),
        (TouchKind.MEETING, True, (NOW, NOW, None)),
        (TouchKind.LINKEDIN, False, (NOW, None, None)),
        (TouchKind.LINKEDIN, True, (NOW, NOW, None)),
    ],
)
def test_contact_moves_the_clocks(inside: UUID, kind: str, reached: bool | None, expected: tuple[object, ...]) -> None:
    person = a_candidate()

    logged(person, kind, reached)

    assert clocks_of(person) == expected


def test_older_contact_moves_no_clock_back(inside: UUID) -> None:
    person = a_candidate()
    logged(person)

    logged(person, at=NOW - HOUR)

    assert clocks_of(person)[:2] == (NOW, NOW)


def test_contact_before_there_were_any_is_none(inside: UUID) -> None:
    with pytest.raises(NotATouchpoint, match="before 1970"):
        logged(a_candidate(), at=datetime(1, 1, 1, tzinfo=UTC))


def test_contact_to_come_is_none(inside: UUID) -> None:
    with pytest.raises(NotATouchpoint):
        logged(a_candidate(), at=NOW + HOUR)


def test_log_tells_who_was_in_touch_and_who_says_so(inside: UUID, owner: Member, recruiter: Member) -> None:
    touch = Touch(TouchKind.CALL, NOW, True)

    touchpoints.log(candidate=a_candidate(), touch=touch, member=recruiter, by=owner.actor, now=NOW)

    event = Event.objects.get(kind=TOUCHPOINT_LOGGED)
    assert (event.actor_id, event.occurred_at, event.data["recorded_by"]) == (recruiter.pk, NOW, "Owner")
    assert AuditEntry.objects.filter(action="touchpoint.log").count() == 1


def test_what_was_not_so_leaves_the_earlier_contact(inside: UUID) -> None:
    person = a_candidate()
    logged(person, at=NOW - HOUR)
    wrong = logged(person)

    touchpoints.remove(touchpoint=wrong, by=SYSTEM, now=NOW)

    assert clocks_of(person)[:2] == (NOW - HOUR, NOW - HOUR)
    assert Event.objects.filter(kind=TOUCHPOINT_REMOVED).count() == 1


def test_clock_of_something_else_stays(inside: UUID) -> None:
    person = a_candidate()
    wrong = logged(person, at=NOW - HOUR)
    Candidate.objects.update(last_two_way_at=NOW)

    touchpoints.remove(touchpoint=wrong, by=SYSTEM, now=NOW)

    assert clocks_of(person)[:2] == (None, NOW)


def test_clocks_know_nothing_of_what_nobody_tells(inside: UUID) -> None:
    person = a_candidate()
    Candidate.objects.update(last_replied_at=NOW)

    clocks.take_back(candidate_id=person.pk, moment=NOW)

    assert clocks_of(person) == (None, None, None)


# --- tasks


def a_call(person: Candidate | None, kind: str = TouchKind.CALL, to: Member | None = None) -> Task:
    return tasks.add(title="Call", by=SYSTEM, now=NOW, zone="UTC", candidate=person, assignee=to, touch_kind=kind)


@pytest.mark.parametrize(("reached", "spoke"), [(True, NOW), (False, None), (None, None)])
def test_done_call_is_a_contact(inside: UUID, owner: Member, reached: bool | None, spoke: datetime | None) -> None:
    person = a_candidate()

    tasks.complete(tasks=[a_call(person, to=owner)], by=SYSTEM, now=NOW, reached=reached)

    assert Touchpoint.objects.values_list("member", "reached").get() == (owner.pk, reached)
    assert clocks_of(person)[1] == spoke


def test_call_that_is_not_done_after_all_was_none(inside: UUID) -> None:
    task = a_call(person := a_candidate())
    tasks.complete(tasks=[task], by=SYSTEM, now=NOW, reached=True)

    tasks.reopen(tasks=[task], by=SYSTEM, now=NOW)
    tasks.complete(tasks=[task], by=SYSTEM, now=NOW + HOUR, reached=True)

    assert Touchpoint.objects.values_list("occurred_at", flat=True).get() == clocks_of(person)[0] == NOW + HOUR


def test_other_tasks_and_calls_about_nobody_are_no_contact(inside: UUID) -> None:
    rows = [a_call(a_candidate(), kind=""), a_call(None)]

    tasks.complete(tasks=rows, by=SYSTEM, now=NOW, reached=True)

    assert not Touchpoint.objects.exists()


@pytest.mark.parametrize(("said", "reached"), [({"reached": "yes"}, True), ({"reached": "no"}, False), ({}, None)])
def test_page_asks_whether_they_spoke(recruiter: Member, tenant: Tenant, said: dict[str, str], reached: object) -> None:
    with open_tenant(tenant):
        task = a_call(a_candidate(), to=recruiter)
    client = logged_in(recruiter)
    shown = [client.get(url).content.decode() for url in ("/o/acme/tasks/", f"/o/acme/tasks/{task.pk}/")]

    client.post("/o/acme/tasks/complete/", {"ids": str(task.pk), **said})

    assert ["Not reached" in page for page in shown] == [True, True]
    with open_tenant(tenant):
        assert Touchpoint.objects.values_list("member", "reached").get() == (recruiter.pk, reached)


def test_profile_asks_whether_they_spoke(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person = a_candidate()
        a_call(person)

    assert "Call: not reached" in recruiter_client.get(f"/o/acme/candidates/{person.pk}/").content.decode()


def test_undo_of_the_toast_takes_the_contact_back(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        task = a_call(a_candidate())
    done = recruiter_client.post(
        "/o/acme/api/v1/tasks/complete/", {"ids": [str(task.pk)], "reached": True}, "application/json"
    )
    with open_tenant(tenant):
        before = Touchpoint.objects.count()

    recruiter_client.post("/o/acme/api/v1/tasks/undo/", {"undo": done.json()["undo"]}, "application/json")

    with open_tenant(tenant):
        assert (before, Touchpoint.objects.count()) == (1, 0)


def test_api_says_so_of_one_task(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        key = str(a_candidate().pk)
    said = {"title": "Ring them", "candidate_id": key, "touch_kind": "call"}
    task = recruiter_client.post("/o/acme/api/v1/tasks/", said, "application/json").json()
    url = f"/o/acme/api/v1/tasks/{task['id']}/"

    alone = recruiter_client.patch(url, {"reached": True}, "application/json").status_code
    recruiter_client.patch(url, {"done": True, "reached": True}, "application/json")
    found = recruiter_client.get(f"/o/acme/api/v1/candidates/{key}/touchpoints/").json()

    assert (alone, [(one["kind"], one["reached"], one["task_id"]) for one in found]) == (
        400,
        [("call", True, task["id"])],
    )


# --- by hand


def test_colleague_logs_a_call_on_the_profile(recruiter: Member, owner: Member, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person = a_candidate()
    client, url = logged_in(recruiter), f"/o/acme/candidates/{person.pk}/touchpoints/add/"
    said = {
        "kind": "call",
        "reached": "yes",
        "occurred_at": "2026-03-01T10:30",
        "member": str(owner.pk),
        "note": "Keen.",
    }

    shown = client.get(url).status_code
    page = client.post(url, said, follow=True).content.decode()
    wrong = client.post(url, {**said, "occurred_at": "2126-03-01T10:30"})

    assert (shown, wrong.status_code) == (200, 422)
    assert all(words in page for words in ("It is logged.", "spoke with them by phone", "says Recruiter", "Keen."))


def test_what_was_logged_wrongly_is_taken_back_on_the_profile(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        wrong = logged(a_candidate())

    page = recruiter_client.post(f"/o/acme/touchpoints/{wrong.pk}/remove/", follow=True).content.decode()

    assert "took back that there was a phone call" in page
    with open_tenant(tenant):
        assert not Touchpoint.objects.exists()


def test_api_logs_reads_and_takes_back(recruiter: Member, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person = a_candidate()
    client, url = logged_in(recruiter), f"/o/acme/api/v1/candidates/{person.pk}/touchpoints/"

    made = client.post(url, {"kind": "linkedin", "note": "Sent the paper"}, "application/json").json()
    late = client.post(
        url, {"kind": "call", "occurred_at": (timezone.now() + HOUR).isoformat()}, "application/json"
    ).status_code
    one = f"/o/acme/api/v1/touchpoints/{made['id']}/"
    read, gone = client.get(one).json(), client.delete(one).status_code

    assert (made["member_id"], made["reached"], late) == (str(recruiter.pk), None, 400)
    assert (read == made, gone, client.get(url).json()) == (True, 204, [])


def test_viewers_log_nothing(viewer: Member, tenant: Tenant) -> None:
    with open_tenant(tenant):
        wrong = logged(person := a_candidate())
    urls = (f"/o/acme/candidates/{person.pk}/touchpoints/add/", f"/o/acme/touchpoints/{wrong.pk}/remove/")

    assert [logged_in(viewer).post(url).status_code for url in urls] == [403, 403]
