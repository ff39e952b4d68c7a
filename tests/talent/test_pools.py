"""Pools and their pages."""

import json
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.actors import SYSTEM
from crm.models import Event, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, PoolMembership, TalentPool
from talent.services import pool_stages, pools
from talent.services.pools import PoolExists
from tests.conftest import logged_in
from tests.factories.pools import a_pool, stage
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared

PATH = "/o/acme/pools/"


@shared
def pool(tenant: Tenant) -> TalentPool:
    with open_tenant(tenant):
        return a_pool()


@shared
def people(tenant: Tenant, pool: TalentPool) -> list[Candidate]:
    """Three people, two of them in the pool."""
    with open_tenant(tenant):
        found = [a_candidate(f"Person {n}", f"p{n}@example.com") for n in range(3)]
        pools.add(pool=pool, candidates=found[:2], by=SYSTEM, now=NOW)
        return found


def members(tenant: Tenant) -> list[tuple[str, str]]:
    with open_tenant(tenant):
        return sorted(PoolMembership.objects.values_list("candidate__name", "stage__name"))


def test_pool_names_are_unique_whatever_their_case(inside: UUID) -> None:
    a_pool()

    with pytest.raises(PoolExists):
        a_pool("BERLIN platform")


def test_move_is_told_once(inside: UUID) -> None:
    person, pool = a_candidate(), a_pool()
    pools.add(pool=pool, candidates=[person], by=SYSTEM, now=NOW)
    place = PoolMembership.objects.get()

    for _ in range(2):
        pools.move(membership=place, stage=stage(pool, "Ready for a job"), by=SYSTEM, now=NOW)

    told = Event.objects.filter(kind="pool_moved").values_list("data", flat=True)
    assert list(told) == [{"pool": "Berlin platform", "from": "New", "to": "Ready for a job"}]


def test_new_pool_belongs_to_its_maker(recruiter_client: Client, tenant: Tenant, recruiter: Member) -> None:
    recruiter_client.post(f"{PATH}new/", {"name": "Speakers", "purpose": "For events"})

    with open_tenant(tenant):
        assert list(TalentPool.objects.values_list("name", "owner_id")) == [("Speakers", recruiter.pk)]


def test_second_pool_of_a_name_is_refused(recruiter_client: Client, pool: TalentPool) -> None:
    page = recruiter_client.post(f"{PATH}new/", {"name": "berlin platform"})

    assert (page.status_code, page.context["form"].errors) == (
        422,
        {"name": ["There is a pool called “berlin platform” already."]},
    )


def test_list_shows_sizes(recruiter_client: Client, people: list[Candidate]) -> None:
    shown = recruiter_client.get(PATH).context["pools"]

    assert [(p.name, p.size) for p in shown] == [("Berlin platform", 2)]


@pytest.mark.parametrize(("name", "found"), [("New", 2), ("Ready for a job", 0)])
def test_pool_shows_its_people_by_stage(
    recruiter_client: Client, tenant: Tenant, pool: TalentPool, people: list[Candidate], name: str, found: int
) -> None:
    with open_tenant(tenant):
        key = stage(pool, name).pk

    assert len(recruiter_client.get(f"{PATH}{pool.pk}/?stage={key}").context["page"].rows) == found


def test_pool_begins_anew_after_a_cursor_that_is_none(
    recruiter_client: Client, pool: TalentPool, people: list[Candidate]
) -> None:
    assert len(recruiter_client.get(f"{PATH}{pool.pk}/?after=x").context["page"].rows) == 2


@pytest.mark.usefixtures("people")
def test_pool_costs_the_same_for_any_number(recruiter_client: Client, tenant: Tenant, pool: TalentPool) -> None:
    counts = []
    for _ in range(2):
        recruiter_client.get(f"{PATH}{pool.pk}/")
        with CaptureQueriesContext(connection) as queries:
            recruiter_client.get(f"{PATH}{pool.pk}/")
        counts.append(len(queries))
        with open_tenant(tenant):
            pools.add(pool=pool, candidates=[a_candidate("More", "more@example.com")], by=SYSTEM, now=NOW)

    assert counts[0] == counts[1]


def test_people_are_added_moved_and_taken_out(
    recruiter_client: Client, tenant: Tenant, pool: TalentPool, people: list[Candidate]
) -> None:
    recruiter_client.post(f"{PATH}{pool.pk}/add/", {"people": [people[2].pk], "reason": "Spoke at a meet-up"})
    with open_tenant(tenant):
        first = PoolMembership.objects.get(candidate=people[0]).pk
        second = PoolMembership.objects.get(candidate=people[1]).pk
        ready = stage(pool, "Ready for a job").pk
    recruiter_client.post(f"/o/acme/pool-members/{first}/move/", {"stage": ready})
    recruiter_client.post(f"/o/acme/pool-members/{second}/remove/")

    assert members(tenant) == [("Person 0", "Ready for a job"), ("Person 2", "New")]


def toast(answer: HttpResponse) -> dict[str, str]:
    return json.loads(answer.headers["HX-Trigger"])["crm:toast"]


HTMX = {"HX-Request": "true"}


def test_move_answers_htmx_and_can_be_undone(
    recruiter_client: Client, tenant: Tenant, pool: TalentPool, people: list[Candidate]
) -> None:
    with open_tenant(tenant):
        place, ready = PoolMembership.objects.get(candidate=people[0]).pk, stage(pool, "Ready for a job").pk
    moved = toast(recruiter_client.post(f"/o/acme/pool-members/{place}/move/", {"stage": ready}, headers=HTMX))
    back = toast(recruiter_client.post(moved["undo"], headers=HTMX))

    assert (moved["text"], back["text"]) == ("Person 0: Ready for a job", "Person 0 is back in “New”.")
    assert members(tenant) == [("Person 0", "New"), ("Person 1", "New")]


def test_move_to_a_stage_of_another_pool_is_refused(
    recruiter_client: Client, tenant: Tenant, people: list[Candidate]
) -> None:
    with open_tenant(tenant):
        place, elsewhere = PoolMembership.objects.get(candidate=people[0]).pk, stage(a_pool("Other"), "New").pk
    answer = recruiter_client.post(f"/o/acme/pool-members/{place}/move/", {"stage": elsewhere}, headers=HTMX)

    assert toast(answer) == {"text": "There is no such stage.", "tone": "error"}


def test_removal_can_be_undone_with_its_stage(
    recruiter_client: Client, tenant: Tenant, pool: TalentPool, people: list[Candidate]
) -> None:
    with open_tenant(tenant):
        place = PoolMembership.objects.get(candidate=people[0])
        pools.move(membership=place, stage=stage(pool, "Reached out"), by=SYSTEM, now=NOW)
    undo = toast(recruiter_client.post(f"/o/acme/pool-members/{place.pk}/remove/", headers=HTMX))["undo"]
    assert members(tenant) == [("Person 1", "New")]
    recruiter_client.post(undo)

    assert members(tenant) == [("Person 0", "Reached out"), ("Person 1", "New")]


def test_what_is_undone_leaves_no_trace_in_the_days(
    recruiter_client: Client, tenant: Tenant, pool: TalentPool, people: list[Candidate]
) -> None:
    with open_tenant(tenant):
        place, ready = PoolMembership.objects.get(candidate=people[0]), stage(pool, "Ready for a job").pk
        was = (place.moved_at, place.added_by, place.created_at)
    for verb in ("move", "remove"):
        with open_tenant(tenant):
            key = PoolMembership.objects.get(candidate=people[0]).pk
        done = toast(recruiter_client.post(f"/o/acme/pool-members/{key}/{verb}/", {"stage": ready}, headers=HTMX))
        recruiter_client.post(done["undo"], headers=HTMX)

        with open_tenant(tenant):
            now = PoolMembership.objects.get(candidate=people[0])
            assert (now.moved_at, now.added_by, now.created_at) == was


def test_move_is_not_undone_over_a_later_one(
    recruiter_client: Client, tenant: Tenant, pool: TalentPool, people: list[Candidate]
) -> None:
    with open_tenant(tenant):
        place, ready = PoolMembership.objects.get(candidate=people[0]), stage(pool, "Ready for a job").pk
    moved = toast(recruiter_client.post(f"/o/acme/pool-members/{place.pk}/move/", {"stage": ready}, headers=HTMX))
    with open_tenant(tenant):
        place.refresh_from_db()
        pools.move(membership=place, stage=stage(pool, "In conversation"), by=SYSTEM, now=NOW)
    said = toast(recruiter_client.post(moved["undo"], headers=HTMX))

    assert said == {"text": "Person 0 has been moved on to “In conversation” since.", "tone": "error"}
    assert members(tenant)[0] == ("Person 0", "In conversation")


def test_place_in_a_removed_stage_is_given_back_at_the_first(
    recruiter_client: Client, tenant: Tenant, pool: TalentPool, people: list[Candidate]
) -> None:
    with open_tenant(tenant):
        place, gone = PoolMembership.objects.get(candidate=people[0]), stage(pool, "Reached out")
        pools.move(membership=place, stage=gone, by=SYSTEM, now=NOW)
    undo = toast(recruiter_client.post(f"/o/acme/pool-members/{place.pk}/remove/", headers=HTMX))["undo"]
    with open_tenant(tenant):
        pool_stages.remove(stage=gone, by=SYSTEM, now=NOW)
    recruiter_client.post(undo)

    assert members(tenant)[0] == ("Person 0", "New")


def test_profile_shows_and_adds_pools(recruiter_client: Client, tenant: Tenant, pool: TalentPool) -> None:
    with open_tenant(tenant):
        person = a_candidate()
    recruiter_client.post(f"/o/acme/candidates/{person.pk}/pools/add/", {"pool": pool.pk})

    page = recruiter_client.get(f"/o/acme/candidates/{person.pk}/")
    assert [str(p.pool) for p in page.context["dossier"].pools] == ["Berlin platform"]


def test_deleting_a_pool_keeps_its_people(
    recruiter_client: Client, tenant: Tenant, pool: TalentPool, people: list[Candidate]
) -> None:
    recruiter_client.post(f"{PATH}{pool.pk}/delete/")

    with open_tenant(tenant):
        assert (TalentPool.objects.count(), Candidate.objects.count()) == (0, 3)


def test_viewer_may_not_change_pools(viewer: Member, pool: TalentPool, people: list[Candidate]) -> None:
    client = logged_in(viewer)

    tried = [client.get(f"{PATH}{pool.pk}/"), client.get(f"{PATH}new/"), client.post(f"{PATH}{pool.pk}/delete/")]
    assert [answer.status_code for answer in tried] == [200, 403, 403]
