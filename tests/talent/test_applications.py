"""Our own jobs and applications, and what follows a rejection."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Event, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices_jobs import Outcome
from talent.filters import catalogue
from talent.filters.compile import candidates
from talent.models import Application, Candidate, DispositionReason, Job, PoolMembership, Task
from talent.services import applications, jobs, silver
from talent.services.applications import AppliedAlready, KeepInTouch, WrongStep
from tests.factories.pools import a_pool
from tests.factories.talent import NOW, a_candidate

ZONE = "Europe/Berlin"
HTMX = {"HX-Request": "true"}


def a_job(title: str = "Engineer") -> Job:
    return jobs.create(values={"title": title, "state": "open"}, by=SYSTEM, today=NOW.date(), now=NOW)


def an_application(job: Job | None = None, person: Candidate | None = None, stage: int = 0) -> Application:
    at = job or a_job()
    return applications.add(job=at, candidate=person or a_candidate(), by=SYSTEM, now=NOW, stage=jobs.stages(at)[stage])


def reason(good: bool = True) -> DispositionReason:
    return next(r for r in jobs.dispositions() if r.declined_by == "us" and r.is_positive is good)


def reject(row: Application, keep: KeepInTouch | None = None, good: bool = True) -> None:
    applications.decide(
        application=row, outcome=Outcome.REJECTED, disposition=reason(good), keep=keep, by=SYSTEM, now=NOW, zone=ZONE
    )


def toast(answer: HttpResponse) -> dict[str, str]:
    return dict(json.loads(answer.headers["HX-Trigger"])["crm:toast"])


def found(field: str, op: str, value: object = None) -> int:
    rule = catalogue.parse({"field": field, "op": op, "value": value})
    return candidates(rule, NOW, ZoneInfo(ZONE)).count()


def test_one_open_application_per_person_and_job(inside: UUID) -> None:
    row = an_application()

    with pytest.raises(AppliedAlready):
        applications.add(job=row.job, candidate=row.candidate, by=SYSTEM, now=NOW)


def test_who_was_declined_may_apply_again(inside: UUID) -> None:
    row = an_application()
    reject(row)

    applications.add(job=row.job, candidate=row.candidate, by=SYSTEM, now=NOW)

    with pytest.raises(AppliedAlready):
        applications.reopen(application=row, by=SYSTEM, now=NOW)


def test_final_stage_makes_a_finalist_for_good(inside: UUID) -> None:
    row = an_application()
    for number in (3, 0):
        applications.move(application=row, stage=jobs.stages(row.job)[number], by=SYSTEM, now=NOW)

    assert Application.objects.get().is_finalist


def test_stage_of_another_job_is_refused(inside: UUID) -> None:
    row, elsewhere = an_application(), jobs.stages(a_job("Other"))[1]

    with pytest.raises(WrongStep):
        applications.move(application=row, stage=elsewhere, by=SYSTEM, now=NOW)


@pytest.mark.parametrize("outcome", ["rejected", "withdrawn"])
def test_end_needs_a_reason_of_the_fitting_side(inside: UUID, outcome: str) -> None:
    wrong = next(r for r in jobs.dispositions() if r.declined_by == ("them" if outcome == "rejected" else "us"))

    with pytest.raises(WrongStep):
        applications.decide(
            application=an_application(), outcome=outcome, disposition=wrong, by=SYSTEM, now=NOW, zone=ZONE
        )


def test_keeping_in_touch_fills_a_pool_and_makes_a_task(inside: UUID) -> None:
    pool = a_pool()
    reject(an_application(), KeepInTouch(pool, date(2026, 9, 1)))

    task = Task.objects.get()
    assert PoolMembership.objects.get().reason == "Applied for “Engineer”"
    assert (task.source, task.due_at) == ("application", datetime(2026, 9, 1, 22, tzinfo=UTC))


def test_events_tell_the_story(inside: UUID) -> None:
    row = an_application()
    applications.move(application=row, stage=jobs.stages(row.job)[1], by=SYSTEM, now=NOW)
    reject(row)

    kinds = Event.objects.filter(kind__startswith="application_").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["application_made", "application_moved", "application_decided"]


@pytest.mark.parametrize(("stage", "good", "silver_ones"), [(4, True, 1), (4, False, 0), (0, True, 0)])
def test_silver_medallists_are_welcome_finalists(inside: UUID, stage: int, good: bool, silver_ones: int) -> None:
    reject(an_application(stage=stage), good=good)

    assert (found("silver_medallist", "is_true"), silver.segment(by=SYSTEM, now=NOW).size) == (silver_ones,) * 2


def test_filters_know_jobs_stages_and_outcomes(inside: UUID) -> None:
    row = an_application()
    a_candidate("Bo", "bo@example.com")

    asked = [
        found("job", "is_any_of", [str(row.job_id)]),
        found("job", "is_empty"),
        found("application_stage", "is_any_of", ["Applied"]),
        found("application_outcome", "is_any_of", ["rejected"]),
        found("finalist", "is_true"),
    ]
    assert asked == [1, 1, 1, 0, 0]


def test_opening_and_closing_set_their_dates(inside: UUID) -> None:
    job = a_job()
    jobs.change(job=job, values={"state": "closed"}, by=SYSTEM, today=date(2026, 4, 1), now=NOW)

    assert (job.opened_on, job.closed_on) == (NOW.date(), date(2026, 4, 1))


def test_decision_page_asks_and_can_be_taken_back(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        row, why = an_application(), reason().pk
    path = f"/o/acme/applications/{row.pk}"
    missing = recruiter_client.post(f"{path}/decide/", {"outcome": "rejected"})
    recruiter_client.post(f"{path}/decide/", {"outcome": "rejected", "disposition": why})
    with open_tenant(tenant):
        ended = Application.objects.get().outcome
    recruiter_client.post(f"{path}/reopen/")

    with open_tenant(tenant):
        assert (missing.status_code, ended, Application.objects.get().outcome) == (422, "rejected", "open")


def test_pages_show_the_job(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        row = an_application()
    pages = ["/o/acme/jobs/", f"/o/acme/jobs/{row.job_id}/", f"/o/acme/candidates/{row.candidate_id}/"]

    assert ["Engineer" in recruiter_client.get(page).content.decode() for page in pages] == [True, True, True]


def test_api_makes_moves_and_ends(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person, why = a_candidate().pk, reason().name
    post, patch = recruiter_client.post, recruiter_client.patch
    job = post("/o/acme/api/v1/jobs/", {"title": "Engineer"}, "application/json").json()
    row = post(f"/o/acme/api/v1/jobs/{job['id']}/applications/", {"candidate_id": person}, "application/json").json()
    said = {"stage_id": job["stages"][4]["id"], "outcome": "rejected", "disposition": why}
    ended = patch(f"/o/acme/api/v1/applications/{row['id']}/", said, "application/json").json()

    assert (ended["outcome"], ended["is_finalist"], ended["disposition"]) == ("rejected", True, why)


def test_adding_is_undone_where_nobody_worked_with_it(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        job, zoe, ada = a_job(), a_candidate(), a_candidate("Ada", "ada@example.com")
    there = f"/o/acme/jobs/{job.pk}/applications/add/"
    added = toast(recruiter_client.post(there, {"people": [zoe.pk, ada.pk]}, headers=HTMX))
    with open_tenant(tenant):
        row = Application.objects.get(candidate=ada)
        applications.move(application=row, stage=jobs.stages(job)[1], by=SYSTEM, now=NOW)

    back = toast(recruiter_client.post(added["undo"], headers=HTMX))

    assert (
        back["text"]
        == "1 application is taken back. The application of Ada has gone on since: decide about it instead."
    )
    with open_tenant(tenant):
        assert list(Application.objects.values_list("candidate__name", flat=True)) == ["Ada"]


def test_move_on_the_board_is_undone_without_a_trace(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        row = an_application()
        was = (row.stage_id, row.moved_at, row.is_finalist)
        final = next(stage for stage in jobs.stages(row.job) if stage.is_final).pk
    moved = toast(recruiter_client.post(f"/o/acme/applications/{row.pk}/move/", {"stage": final}, headers=HTMX))

    back = toast(recruiter_client.post(moved["undo"], headers=HTMX))

    assert back["text"] == f"{row.candidate.name} is back in “{row.stage}”."
    with open_tenant(tenant):
        row.refresh_from_db()
        assert (row.stage_id, row.moved_at, row.is_finalist) == was


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (lambda row: applications.move(application=row, stage=jobs.stages(row.job)[2], by=SYSTEM, now=NOW), "moved on"),
        (reject, "This application is decided: open it again first."),
    ],
    ids=["moved", "decided"],
)
def test_move_is_not_undone_over_what_came_later(
    recruiter_client: Client, tenant: Tenant, later: Callable[[Application], None], said: str
) -> None:
    with open_tenant(tenant):
        row = an_application()
        second = jobs.stages(row.job)[1].pk
    moved = toast(recruiter_client.post(f"/o/acme/applications/{row.pk}/move/", {"stage": second}, headers=HTMX))
    with open_tenant(tenant):
        later(applications.places().get(pk=row.pk))

    back = toast(recruiter_client.post(moved["undo"], headers=HTMX))

    assert (said in back["text"], back["tone"]) == (True, "error")
