"""Pools fed by a segment."""

from collections.abc import Callable
from uuid import UUID

from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, PoolMembership, PoolProposal, Segment, TalentPool
from talent.services import pool_feeds, segments
from tests.factories.pools import a_pool, keep_confidential
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared

PYTHON = {"all": [{"field": "skill", "op": "is_any_of", "value": ["python"]}]}
Run = Callable[[], int]


def a_segment() -> Segment:
    return segments.create(name="Python", rule=PYTHON, by=SYSTEM, now=NOW)


def states() -> list[tuple[str, str]]:
    return sorted(PoolProposal.objects.values_list("candidate__name", "state"))


@shared
def fed(inside: UUID) -> TalentPool:
    """A pool that a segment of one person feeds."""
    a_candidate("Ann", "ann@example.com")
    pool = a_pool()
    pool_feeds.feed(pool=pool, segment=a_segment(), by=SYSTEM, now=NOW)
    return pool


def decide(pool: TalentPool, what: Callable[..., str]) -> str:
    return what(pool=pool, proposals=list(pool_feeds.unreviewed(pool)), by=SYSTEM, now=NOW)


def test_people_of_the_segment_are_proposed(fed: TalentPool) -> None:
    assert (states(), PoolMembership.objects.count()) == ([("Ann", "waiting")], 0)


def test_who_enters_later_is_proposed(fed: TalentPool, run_readers: Run) -> None:
    a_candidate("Bea", "bea@example.com")
    run_readers()

    assert states() == [("Ann", "waiting"), ("Bea", "waiting")]


def test_who_leaves_unreviewed_is_proposed_no_longer(fed: TalentPool, run_readers: Run) -> None:
    run_readers()
    segment = Segment.objects.get()
    rule = {"field": "skill", "op": "is_any_of", "value": ["cobol"]}
    segments.update(segment=segment, name="Python", rule=rule, by=SYSTEM, now=NOW)
    run_readers()

    assert states() == []


def test_confidential_pools_are_fed_as_well(fed: TalentPool, owner: Member, run_readers: Run) -> None:
    keep_confidential(fed, owner)
    a_candidate("Bea", "bea@example.com")
    run_readers()

    assert PoolProposal.whole_table.count() == 2


def test_accepted_people_come_into_the_pool(fed: TalentPool) -> None:
    decide(fed, pool_feeds.accept)

    assert (states(), PoolMembership.objects.get().reason) == ([("Ann", "accepted")], "From “Python”")


def test_declined_people_are_not_proposed_again(fed: TalentPool) -> None:
    decide(fed, pool_feeds.decline)
    ann = Candidate.objects.get()

    pool_feeds.segment_brought(segment=Segment.objects.get().pk, people=[ann.pk], now=NOW)

    assert states() == [("Ann", "declined")]


def test_unreviewed_tab_decides_and_takes_back(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_candidate("Ann", "ann@example.com")
        pool = a_pool()
        pool_feeds.feed(pool=pool, segment=a_segment(), by=SYSTEM, now=NOW)
        key = PoolProposal.objects.get().pk
    page = recruiter_client.get(f"/o/acme/pools/{pool.pk}/unreviewed/")
    answer = recruiter_client.post(f"/o/acme/pools/{pool.pk}/accept/", {"ids": [key]}, follow=True)
    undo = next(m.extra_tags.removeprefix("undo:") for m in answer.context["messages"])
    with open_tenant(tenant):
        assert (len(page.context["page"].rows), PoolMembership.objects.count()) == (1, 1)
    recruiter_client.post(undo)

    with open_tenant(tenant):
        assert (states(), PoolMembership.objects.count()) == ([("Ann", "waiting")], 0)
