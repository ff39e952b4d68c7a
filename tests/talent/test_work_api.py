"""Jobs, searches for them, and tasks, through the API."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, JobRequirement
from talent.services import skills, tasks
from tests.factories.machine import ROOT, Machine, fields_of
from tests.factories.talent import NOW


def test_job_asks_for_something_and_no_longer(tenant: Tenant, machine: Machine) -> None:
    job = machine.call("post", "jobs/", {"title": "Engineer"})[1]
    path = f"jobs/{job['id']}/requirements/"
    status, asked = machine.call("post", path, {"text": "Python", "must": False})
    machine.call("post", path, {"text": "German", "kind": "language"})
    listed = [(one["text"], one["kind"], one["must"]) for one in machine.call("get", path)[1]]

    assert (status, listed) == (201, [("German", "language", True), ("Python", "skill", False)])
    assert machine.call("delete", f"requirements/{asked['id']}/")[0] == 204
    with open_tenant(tenant):
        assert list(JobRequirement.objects.values_list("text", flat=True)) == ["German"]


def test_viewer_asks_for_nothing(tenant: Tenant, machine: Machine) -> None:
    job = machine.call("post", "jobs/", {"title": "Engineer"})[1]

    assert Machine(tenant, Role.VIEWER).call("post", f"jobs/{job['id']}/requirements/", {"text": "Go"})[0] == 403


def test_jobs_of_one_state(machine: Machine) -> None:
    for title, state in (("One", "open"), ("Two", "draft")):
        machine.call("post", "jobs/", {"title": title, "state": state})

    assert [job["title"] for job in machine.call("get", "jobs/?state=open")[1]["results"]] == ["One"]
    assert fields_of(machine.call("get", "jobs/?state=lost")) == (400, ["state"])


def test_search_for_a_job_is_changed(machine: Machine) -> None:
    asked = {"name": "Engineer", "text": "", "requirements": [{"text": "Python", "must": True}]}
    stored = machine.call("post", "rediscoveries/", asked)[1]
    path = f"rediscoveries/{stored['id']}/"
    named = machine.call("patch", path, {"name": "Lead engineer"})[1]
    read = machine.call("patch", path, {"text": "- must: Go\n- Kafka"})[1]

    assert (named["name"], named["requirements"]) == ("Lead engineer", asked["requirements"])
    assert read["requirements"] == [{"text": "Go", "must": True}, {"text": "Kafka", "must": False}]
    assert fields_of(machine.call("patch", path, {"text": ""})) == (400, ["text"])
    assert fields_of(machine.call("get", f"{path}findings/?start=-1")) == (400, ["start"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [("candidate={zoe}", ["About Zoë"]), ("assignee={me}", ["Mine"]), ("overdue=true", ["Late"]), ("overdue=0", None)],
)
def test_tasks_of_whom(
    tenant: Tenant, machine: Machine, recruiter: Member, zoe: Candidate, query: str, expected: list[str] | None
) -> None:
    with open_tenant(tenant):
        tasks.add(title="About Zoë", candidate=zoe, by=SYSTEM, now=NOW, zone="UTC")
        tasks.add(title="Mine", assignee=recruiter, by=SYSTEM, now=NOW, zone="UTC")
        tasks.add(title="Late", due_on=NOW.date(), by=SYSTEM, now=NOW, zone="UTC")
    rows = machine.call("get", "tasks/?" + query.format(zoe=zoe.pk, me=recruiter.pk))[1]["results"]

    assert [one["title"] for one in rows] == (expected or ["Late", "Mine", "About Zoë"])


def test_calendar_has_an_address_of_its_member(recruiter_client: Client, machine: Machine) -> None:
    url = f"{ROOT}tasks/calendar/"
    made = recruiter_client.post(url)
    known = recruiter_client.get(url).json()

    feed = Client().get(urlsplit(made.json()["address"]).path)
    assert (made.status_code, known, feed["Content-Type"]) == (201, {"exists": True}, "text/calendar; charset=utf-8")
    assert recruiter_client.delete(url).status_code == 204
    assert recruiter_client.get(url).json() == {"exists": False}
    assert machine.call("post", "tasks/calendar/")[0] == 403


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_day_that_no_clock_can_tell_is_refused(machine: Machine, recruiter_client: Client, day: str) -> None:
    said = {"title": "Call", "due_on": day, "due_time": "00:30"}
    status, answer = machine.call("post", "tasks/", said)
    page = recruiter_client.post("/o/acme/tasks/new/", said)

    assert (status, answer["error"]["fields"]["due_on"]) == (400, ["Give a day between 2000 and 2199."])
    assert (page.status_code, "between 2000 and 2199" in page.content.decode()) == (422, True)


def test_skill_with_a_name_that_none_can_have_is_not_found(machine: Machine, tenant: Tenant) -> None:
    with open_tenant(tenant):
        skill = skills.named(["Rust"])["rust"]
    assert fields_of(machine.call("post", f"skills/{skill.pk}/merge/", {"into": "a\0b"})) == (400, ["into"])
