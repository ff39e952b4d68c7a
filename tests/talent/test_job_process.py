"""A job's stages and the reasons why applications end: named once, in an order, retired once they were used."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices_jobs import DEFAULT_DISPOSITIONS
from talent.models import ApplicationStage, DispositionReason, Job, JobRequirement
from talent.services import applications, job_process, jobs, rediscovery
from talent.services.applications import WrongStep
from talent.services.job_process import BadStep, Step
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared

JSON = "application/json"


@shared
def job(inside: UUID) -> Job:
    return a_job()


def a_job() -> Job:
    return jobs.create(values={"title": "Engineer", "state": "open"}, by=SYSTEM, today=NOW.date(), now=NOW)


def names(job: Job) -> list[str]:
    return [stage.name for stage in jobs.stages(job)]


def retire(step: Step) -> bool:
    return job_process.retire(step, by=SYSTEM, now=NOW)


def test_new_stage_comes_last_and_moves_up(job: Job) -> None:
    before, stage = names(job), ApplicationStage(job=job, name="  Trial   day ")
    job_process.add(stage, by=SYSTEM)
    job_process.shift(stage, later=False, by=SYSTEM)
    job_process.shift(jobs.stages(job)[0], later=False, by=SYSTEM)

    assert names(job) == [*before[:-1], "Trial day", before[-1]]


@pytest.mark.parametrize("name", ["", "aPPlied", "x" * 61])
def test_bad_names_are_refused_and_nothing_is_cut(job: Job, name: str) -> None:
    before = names(job)

    with pytest.raises(BadStep):
        job_process.add(ApplicationStage(job=job, name=name), by=SYSTEM)
    with pytest.raises(BadStep):
        job_process.change(jobs.stages(job)[1], name=name, by=SYSTEM)
    assert names(job) == before


def test_stage_without_anybody_is_deleted(job: Job) -> None:
    first, *_ = jobs.stages(job)

    assert (retire(first), ApplicationStage.objects.filter(pk=first.pk).exists()) == (False, False)


def test_stage_that_somebody_passed_is_only_retired(job: Job) -> None:
    first, second, *_ = jobs.stages(job)
    row = applications.add(job=job, candidate=a_candidate(), by=SYSTEM, now=NOW)
    applications.move(application=row, stage=second, by=SYSTEM, now=NOW + timedelta(days=1))

    assert (retire(first), retire(second)) == (True, True)
    assert names(job) == [s.name for s in job_process.stages(job)][2:]
    assert applications.board(job)[0].stage == second
    with pytest.raises(WrongStep):
        applications.move(application=row, stage=ApplicationStage.objects.get(pk=first.pk), by=SYSTEM, now=NOW)


def test_the_last_stage_stays(job: Job) -> None:
    *others, last = jobs.stages(job)
    for one in others:
        retire(one)

    with pytest.raises(BadStep, match="one stage at least"):
        retire(last)


def test_used_reason_is_kept_but_no_longer_accepted(job: Job) -> None:
    reason = next(r for r in jobs.dispositions() if r.declined_by == "us")
    made = [applications.add(job=job, candidate=a_candidate(n, f"{n}@example.com"), by=SYSTEM, now=NOW) for n in "ab"]
    end = {"outcome": "rejected", "disposition": reason, "by": SYSTEM, "now": NOW, "zone": "UTC"}
    applications.decide(application=made[0], **end)

    assert (retire(reason), reason in jobs.dispositions(), reason in job_process.reasons()) == (True, False, True)
    with pytest.raises(WrongStep, match="retired"):
        applications.decide(application=made[1], **end)
    job_process.bring_back(reason, by=SYSTEM)
    applications.decide(application=made[1], **end)


def test_page_changes_shifts_and_takes_away(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        job = a_job()
        first, second, third, *_ = jobs.stages(job)
    page, post = f"/o/acme/jobs/{job.pk}/stages/", recruiter_client.post

    post(page, {"name": "Trial day", "is_final": "on"})
    post(f"/o/acme/process/stage/{first.pk}/change/", {"name": "New", "means": "1"})
    post(f"/o/acme/process/stage/{second.pk}/shift/later/")
    post(f"/o/acme/process/stage/{third.pk}/retire/")

    with open_tenant(tenant):
        kept = [(s.name, s.is_final) for s in jobs.stages(job)]
    assert (kept[0], kept[1][0], kept[-1]) == (("New", True), second.name, ("Trial day", True))
    assert "Trial day" in recruiter_client.get(page).content.decode()


def test_reasons_are_for_those_who_manage_the_workspace(
    owner_client: Client, recruiter_client: Client, tenant: Tenant
) -> None:
    page, said = "/o/acme/settings/reasons/", {"name": "Moved abroad", "declined_by": "them", "is_positive": "on"}
    assert owner_client.post(page, said).status_code == 302
    with open_tenant(tenant):
        reason = DispositionReason.objects.get(name="Moved abroad")

    path = f"/o/acme/process/reason/{reason.pk}/retire/"
    assert [c.post(path).status_code for c in (recruiter_client, owner_client)] == [403, 302]
    with open_tenant(tenant):
        left = {r.name for r in job_process.reasons()}
    assert left == {name for name, *_ in DEFAULT_DISPOSITIONS}
    assert owner_client.get(page).status_code == 200


def test_api_does_what_the_page_does(owner_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        job = a_job()
    api, stages = "/o/acme/api/v1", f"/o/acme/api/v1/jobs/{job.pk}/stages/"

    made = owner_client.post(stages, {"name": "Trial day"}, JSON).json()
    one = f"{api}/application-stages/{made['id']}/"
    moved = owner_client.patch(one, {"name": "Trial", "shift": "earlier"}, JSON).json()
    double = owner_client.patch(one, {"name": "Applied"}, JSON)
    gone = owner_client.patch(one, {"retired": True}, JSON)

    assert (moved["name"], made["position"] - moved["position"]) == ("Trial", 1)
    assert (double.status_code, list(double.json()["error"]["fields"])) == (400, ["name"])
    assert (gone.status_code, made["id"] in owner_client.get(stages).content.decode()) == (204, False)


def test_job_is_rediscovered_and_people_are_added(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        job, person = a_job(), a_candidate()
        JobRequirement.objects.create(job=job, text="Python")
    asks = recruiter_client.get(f"/o/acme/jobs/{job.pk}/rediscover/").headers["Location"]
    assert "must: Python" in recruiter_client.get(asks).content.decode()

    with open_tenant(tenant):
        search = rediscovery.create(
            name="Job", text="", requirements=rediscovery.asked_by(job), rule={}, by=SYSTEM, now=NOW, job=job
        )
    page = recruiter_client.get(f"/o/acme/jobs/{job.pk}/rediscover/", follow=True)
    assert page.redirect_chain[0][0] == f"/o/acme/rediscoveries/{search.pk}/"
    recruiter_client.post(f"/o/acme/jobs/{job.pk}/applications/add/", {"people": person.pk})
    with open_tenant(tenant):
        assert applications.open_for(job.pk, [person.pk]) == {person.pk}
