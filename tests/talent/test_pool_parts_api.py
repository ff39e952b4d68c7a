"""The stages of pools, who is let in, and who is proposed, through the API."""

from __future__ import annotations

from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, TalentPool
from talent.services import pool_feeds, pool_stages, pools, segments
from tests.factories.machine import ROOT, Machine, fields_of
from tests.factories.pools import a_pool, keep_confidential
from tests.factories.talent import NOW
from tests.ground import shared


@shared
def pool(tenant: Tenant, zoe: Candidate) -> TalentPool:
    with open_tenant(tenant):
        return a_pool(people=[zoe])


def stages(machine: Machine, pool: TalentPool) -> list[dict]:
    found: list[dict] = machine.call("get", f"pools/{pool.pk}/stages/")[1]
    return found


def test_stage_is_moved_and_renamed(machine: Machine, pool: TalentPool) -> None:
    first, second = stages(machine, pool)[:2]
    moved = machine.call("patch", f"pool-stages/{first['id']}/", {"shift": "later", "name": "Known"})[1]

    assert (moved["name"], moved["position"]) == ("Known", 1)
    assert [one["name"] for one in stages(machine, pool)[:2]] == [second["name"], "Known"]


def test_stages_of_another_pool_are_taken_over(tenant: Tenant, machine: Machine, pool: TalentPool) -> None:
    with open_tenant(tenant):
        other = pools.create(name="Other", purpose="", by=SYSTEM)
        pool_stages.add(pool=other, name="Ready", by=SYSTEM)
    copied = machine.call("post", f"pools/{pool.pk}/stages/copy/", {"pool_id": str(other.pk)})[1]
    unknown = machine.call("post", f"pools/{pool.pk}/stages/copy/", {"pool_id": str(pool.tenant_id)})

    assert [one["name"] for one in copied] == [one["name"] for one in stages(machine, other)]
    assert fields_of(unknown) == (400, ["pool_id"])


def test_people_of_one_stage(machine: Machine, pool: TalentPool, zoe: Candidate) -> None:
    first, second = stages(machine, pool)[:2]

    def inside(stage: dict) -> list[str]:
        page = machine.call("get", f"pools/{pool.pk}/members/?stage={stage['id']}")[1]
        return [one["name"] for one in page["results"]]

    assert (inside(first), inside(second)) == ([zoe.name], [])


def test_owner_reads_who_is_let_in(
    owner_client: Client, owner: Member, recruiter: Member, machine: Machine, tenant: Tenant, pool: TalentPool
) -> None:
    with open_tenant(tenant):
        keep_confidential(pool, owner, recruiter)
    told = owner_client.get(f"{ROOT}pools/{pool.pk}/sharing/").json()

    assert (told["visibility"], told["members"], told["owner_id"]) == (
        "confidential",
        [str(recruiter.pk)],
        str(owner.pk),
    )
    assert machine.call("get", f"pools/{pool.pk}/sharing/")[0] == 404


def test_decision_is_listed_and_taken_back(tenant: Tenant, machine: Machine, mia: Candidate, pool: TalentPool) -> None:
    rule = {"field": "skill", "op": "is_any_of", "value": ["go"]}
    with open_tenant(tenant):
        segment = segments.create(name="Go", rule=rule, by=SYSTEM, now=NOW)
        pool_feeds.feed(pool=pool, segment=segment, by=SYSTEM, now=NOW)
    path = f"pools/{pool.pk}/proposals/"

    def names(state: str) -> list[str]:
        return [one["name"] for one in machine.call("get", f"{path}?state={state}")[1]["results"]]

    waiting = machine.call("get", path)[1]["results"]
    done = machine.call("post", path, {"proposals": [waiting[0]["id"]], "accept": False})[1]
    assert (done["decided"], names("waiting"), names("declined")) == (1, [], [mia.name])

    machine.call("post", "pools/undo/", {"undo": done["undo"]})
    assert (names("waiting"), names("declined")) == ([mia.name], [])
    assert fields_of(machine.call("get", f"{path}?state=lost")) == (400, ["state"])


def test_people_come_in_at_a_stage(machine: Machine, mia: Candidate, pool: TalentPool) -> None:
    second, path = stages(machine, pool)[1], f"pools/{pool.pk}/members/"
    machine.call("post", path, {"candidates": [str(mia.pk)], "stage_id": second["id"]})
    unknown = machine.call("post", path, {"candidates": [str(mia.pk)], "stage_id": str(mia.pk)})

    assert [one["name"] for one in machine.call("get", f"{path}?stage={second['id']}")[1]["results"]] == [mia.name]
    assert fields_of(unknown) == (400, ["stage_id"])
