"""Tasks, the bell, and the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import Member, Notification, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import CalendarFeed, Task
from talent.services import calendar_feed, tasks
from tests.conftest import logged_in
from tests.factories.talent import NOW, a_candidate

BERLIN = "Europe/Berlin"


def a_task(title: str = "Call back", **fields: object) -> Task:
    said = {"by": SYSTEM, "now": NOW, "zone": BERLIN} | fields
    return tasks.add(title=title, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "late_from"),
    [
        (None, datetime(2026, 3, 29, 22, tzinfo=UTC)),  # the clock was put forward that night: the day has 23 hours
        (time(9, 30), datetime(2026, 3, 29, 7, 30, tzinfo=UTC)),
    ],
)
def test_task_is_late_after_its_time_or_its_day(inside: UUID, at: time | None, late_from: datetime) -> None:
    assert a_task(due_on=date(2026, 3, 29), due_time=at).due_at == late_from


def test_assignee_is_told_unless_it_is_their_own(inside: UUID, owner: Member, recruiter: Member) -> None:
    a_task(assignee=recruiter, by=owner.actor, candidate=a_candidate())
    a_task(assignee=owner, by=owner.actor)

    told = Notification.objects.get()
    assert (told.member_id, told.text) == (recruiter.pk, "Owner gave you a task about Zoë Ångström: Call back")


def test_done_is_told_once_and_taken_back(inside: UUID) -> None:
    task = a_task()

    counts = [tasks.complete(tasks=[task], by=SYSTEM, now=NOW) for _ in range(2)]

    assert (counts, tasks.reopen(tasks=[task], by=SYSTEM, now=NOW)) == ([1, 0], 1)


@pytest.mark.parametrize(
    ("due", "expected"), [(date(2026, 2, 1), date(2026, 3, 5)), (date(2026, 4, 1), date(2026, 4, 4))]
)
def test_snooze_counts_from_today_or_later(inside: UUID, due: date, expected: date) -> None:
    task = a_task(due_on=due, due_time=time(9))

    tasks.snooze(task=task, days=3, now=NOW, zone=BERLIN)

    assert (task.due_on, task.due_time) == (expected, time(9))


def test_page_shows_mine_and_overdue(recruiter: Member, tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_task("Mine", assignee=recruiter)
        a_task("Late", due_on=date(2026, 1, 1))
    client = logged_in(recruiter)
    shown = [[t.title for t in client.get(f"/o/acme/tasks/?show={s}").context["tasks"]] for s in tasks.SHOWS]

    assert shown == [["Mine"], ["Late", "Mine"], ["Late"], []]


def test_several_are_done_at_once(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        keys = [str(a_task(f"T{n}").pk) for n in range(3)]
    recruiter_client.post("/o/acme/tasks/complete/", {"ids": keys[:2]})

    with open_tenant(tenant):
        assert list(Task.objects.open().values_list("title", flat=True)) == ["T2"]


def test_start_page_shows_what_is_late(recruiter: Member, tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_task("Send the range", assignee=recruiter, due_on=date(2026, 1, 1))

    assert "Send the range" in logged_in(recruiter).get("/o/acme/").content.decode()


def test_bell_counts_and_is_cleared(recruiter: Member, owner: Member, tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_task(assignee=recruiter, by=owner.actor)
    client = logged_in(recruiter)
    before = client.get("/o/acme/notifications/").context["unread"]
    client.post("/o/acme/notifications/read/")

    assert (before, client.get("/o/acme/notifications/").context["unread"]) == (1, 0)


def test_notification_of_a_colleague_is_not_mine(recruiter: Member, owner: Member, tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_task(assignee=recruiter, by=owner.actor)
        key = Notification.objects.get().pk

    assert logged_in(owner).post(f"/o/acme/notifications/{key}/follow/").status_code == 404


def test_api_adds_and_ends_a_task(recruiter_client: Client, tenant: Tenant) -> None:
    said = {"title": "Call", "due_on": "2026-05-04", "due_time": "09:00"}
    task = recruiter_client.post("/o/acme/api/v1/tasks/", said, "application/json").json()
    url = f"/o/acme/api/v1/tasks/{task['id']}/"
    done = recruiter_client.patch(url, {"done": True}, "application/json").json()

    assert (task["due_at"], bool(done["done_at"])) == ("2026-05-04T09:00:00Z", True)


# --- calendar


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


@given(st.text(max_size=300))
def test_lines_are_folded_within_75_octets_and_come_back(text: str) -> None:
    line = "SUMMARY:" + calendar_feed.escaped(text)
    folded = calendar_feed.folded(line)

    assert max(len(piece.encode(errors="surrogatepass")) for piece in folded.split("\r\n")) <= 75
    assert unfolded(folded)[0] == line


def test_text_is_escaped() -> None:
    assert calendar_feed.escaped("a;b,c\\d\r\ne\x07") == "a\\;b\\,c\\\\d\\ne"


def test_calendar_holds_days_and_times(inside: UUID, recruiter: Member) -> None:
    day = a_task("Ask, again", assignee=recruiter, due_on=date(2026, 7, 1))
    clock = a_task("Call", assignee=recruiter, due_on=date(2026, 7, 2), due_time=time(9, 30), candidate=a_candidate())
    Task.objects.update(updated_at=NOW)
    lines = unfolded(calendar_feed.written(calendar_feed.tasks_of(recruiter), name="Tasks", slug="acme", now=NOW))

    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert {f"UID:task-{day.pk}@rapport", f"UID:task-{clock.pk}@rapport"} <= set(lines)
    assert {"DTSTART;VALUE=DATE:20260701", "DTEND;VALUE=DATE:20260702", "SUMMARY:Ask\\, again"} <= set(lines)
    assert {"DTSTART:20260702T073000Z", "DURATION:PT30M", "SUMMARY:Call (Zoë Ångström)"} <= set(lines)


def address(member: Member) -> str:
    page = logged_in(member).post("/o/acme/tasks/calendar/")
    return page.context["address"].split("/", 3)[3]


def test_secret_address_serves_the_calendar_until_it_is_ended(recruiter: Member, tenant: Tenant) -> None:
    path = "/" + address(recruiter)
    served = Client().get(path)
    logged_in(recruiter).post("/o/acme/tasks/calendar/revoke/")

    assert (served.status_code, served.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert Client().get(path).status_code == 404


def test_new_address_ends_the_old_one(recruiter: Member, tenant: Tenant) -> None:
    old, new = "/" + address(recruiter), "/" + address(recruiter)
    with open_tenant(tenant):
        kept = CalendarFeed.objects.get().secret_hash

    assert [Client().get(p).status_code for p in (old, new)] == [404, 200]
    assert new.rstrip("/").rsplit("/", 1)[1] not in kept


def test_member_who_left_has_no_calendar(recruiter: Member, tenant: Tenant) -> None:
    path = "/" + address(recruiter)
    Member.objects.filter(pk=recruiter.pk).update(is_active=False)

    assert Client().get(path).status_code == 404


def test_tasks_due_later_than_today_do_not_show_on_the_start_page(inside: UUID, recruiter: Member) -> None:
    a_task(assignee=recruiter, due_on=NOW.date() + timedelta(days=3))

    assert tasks.due_today(member=recruiter, until=NOW + timedelta(days=1), limit=5) == []


def test_everything_of_a_list_is_done_and_taken_back_at_once(
    recruiter_client: Client, tenant: Tenant, recruiter: Member
) -> None:
    with open_tenant(tenant):
        for title in ("A", "B"):
            a_task(title, assignee=recruiter)
        a_task("Of the team")

    page = recruiter_client.post("/o/acme/tasks/complete/", {"everything": "1", "show": "mine"}, follow=True)
    undo = next(m.extra_tags for m in page.context["messages"]).removeprefix("undo:")

    with open_tenant(tenant):
        assert [t.title for t in Task.objects.open()] == ["Of the team"]
        recruiter_client.post(undo)
        assert Task.objects.open().count() == 3


def test_api_completes_together_and_takes_back(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        keys = [str(a_task(title).pk) for title in "AB"]
    path, json = "/o/acme/api/v1/tasks/", "application/json"

    done = recruiter_client.post(f"{path}complete/", {"ids": keys}, json).json()
    back = recruiter_client.post(f"{path}undo/", {"undo": done["undo"]}, json).json()

    assert (done["done"], back) == (2, {"reopened": 2})
    assert recruiter_client.post(f"{path}complete/", {}, json).status_code == 400


def test_day_of_a_task_stands_in_its_form(recruiter_client: Client, tenant: Tenant) -> None:
    """As browsers read it: a day in another form is shown as none, and saving would take it away."""
    with open_tenant(tenant):
        task = a_task(due_on=date(2026, 5, 24))

    assert b'value="2026-05-24"' in recruiter_client.get(f"/o/acme/tasks/{task.pk}/").content
