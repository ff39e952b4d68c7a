"""Stages and the board of a pool."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, PoolMembership, TalentPool
from talent.services import pool_board, pool_stages, pools
from talent.services.pool_stages import BadStage
from tests.factories.pools import a_pool, stage
from tests.factories.talent import NOW, a_candidate


def names(pool: TalentPool) -> list[str]:
    return [s.name for s in pool_stages.of(pool)]


def test_new_pool_has_the_usual_stages(inside: UUID) -> None:
    assert names(a_pool()) == ["New", "Reached out", "In conversation", "Ready for a job"]


def test_pool_can_begin_with_the_stages_of_another(inside: UUID) -> None:
    first = a_pool()
    pool_stages.add(pool=first, name="Speaker", by=SYSTEM)

    pool = pools.create(name="Second", purpose="", by=SYSTEM, stages_of=first)

    assert names(pool) == names(first)


def test_stages_are_shifted(inside: UUID) -> None:
    pool = a_pool()

    pool_stages.shift(stage=stage(pool, "Reached out"), by=SYSTEM, later=False)
    pool_stages.shift(stage=stage(pool, "Reached out"), by=SYSTEM, later=False)

    assert names(pool)[:2] == ["Reached out", "New"]


def test_people_of_a_removed_stage_go_to_the_one_before(inside: UUID) -> None:
    person = a_candidate()
    pool = a_pool(people=[person])
    pools.move(membership=PoolMembership.objects.get(), stage=stage(pool, "Reached out"), by=SYSTEM, now=NOW)

    pool_stages.remove(stage=stage(pool, "Reached out"), by=SYSTEM, now=NOW)

    assert PoolMembership.objects.get().stage.name == "New"


def test_last_stage_stays(inside: UUID) -> None:
    pool = a_pool()
    for one in pool_stages.of(pool)[1:]:
        pool_stages.remove(stage=one, by=SYSTEM, now=NOW)

    with pytest.raises(BadStage):
        pool_stages.remove(stage=pool_stages.first(pool), by=SYSTEM, now=NOW)


def test_copied_stages_keep_people_where_names_agree(inside: UUID) -> None:
    source, people = a_pool("Source"), [a_candidate("A", "a@example.com"), a_candidate("B", "b@example.com")]
    pool_stages.remove(stage=stage(source, "Reached out"), by=SYSTEM, now=NOW)
    pool = a_pool(people=people)
    for person, name in zip(people, ("Reached out", "Ready for a job"), strict=True):
        place = PoolMembership.objects.get(candidate=person)
        pools.move(membership=place, stage=stage(pool, name), by=SYSTEM, now=NOW)

    pool_stages.copy(pool=pool, source=source, by=SYSTEM, now=NOW)

    places = PoolMembership.objects.filter(pool=pool).order_by("candidate__name")
    assert list(places.values_list("stage__name", flat=True)) == ["New", "Ready for a job"]
    assert names(pool) == ["New", "In conversation", "Ready for a job"]


@pytest.mark.parametrize(
    ("days", "freshness"), [(0, "fresh"), (5, "fresh"), (6, "cooling"), (10, "cooling"), (11, "cold")]
)
def test_cards_age_by_days(inside: UUID, days: int, freshness: str) -> None:
    pool = a_pool(people=[a_candidate()])
    Candidate.objects.update(last_contacted_at=NOW - timedelta(days=30), last_replied_at=NOW)

    card = pool_board.show(pool, now=NOW + timedelta(days=days, hours=1))[0].cards[0]

    assert (card.days, card.freshness) == (days, freshness)


def test_longest_quiet_stand_on_top(inside: UUID) -> None:
    people = [a_candidate(f"P{n}", f"p{n}@example.com") for n in range(3)]
    pool = a_pool(people=people)
    for person, days in zip(people, (2, 9, 4), strict=True):
        PoolMembership.objects.filter(candidate=person).update(moved_at=NOW - timedelta(days=days))

    cards = pool_board.show(pool, now=NOW)[0].cards

    assert [c.place.candidate.name for c in cards] == ["P1", "P2", "P0"]


def test_board_shows_cards_with_a_select(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        pool = a_pool(people=[a_candidate()])

    page = recruiter_client.get(f"/o/acme/pools/{pool.pk}/board/").content.decode()

    assert 'aria-label="Move Zoë Ångström to"' in page


@pytest.mark.parametrize(("visibility", "sends_on"), [("shared", 1), ("confidential", 0)])
def test_empty_pool_sends_to_the_list_where_that_can_add(
    recruiter_client: Client, tenant: Tenant, recruiter: Member, visibility: str, sends_on: int
) -> None:
    with open_tenant(tenant):
        pool = pools.create(name="Board", purpose="", by=recruiter.actor, visibility=visibility)

    for page in ("", "board/"):
        answer = recruiter_client.get(f"/o/acme/pools/{pool.pk}/{page}").content.decode()
        assert answer.count("Choose from the list") == sends_on


def test_stages_are_changed_on_their_page(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        pool = a_pool()
        new = stage(pool, "New").pk
    recruiter_client.post(f"/o/acme/pools/{pool.pk}/stages/", {"name": "Signed"})
    recruiter_client.post(f"/o/acme/pool-stages/{new}/rename/", {"name": "Found"})
    recruiter_client.post(f"/o/acme/pool-stages/{new}/shift/later/")

    with open_tenant(tenant):
        assert names(pool) == ["Reached out", "Found", "In conversation", "Ready for a job", "Signed"]
