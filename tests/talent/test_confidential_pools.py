"""A confidential pool leaves no trace on any page or in any answer for those who were not chosen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Protocol
from uuid import UUID

import pytest
from django.test import Client, RequestFactory

from crm import viewing
from crm.access import door_of
from crm.models import AuditEntry, Event, Member, Tenant
from crm.permissions import Role
from crm.services import api_keys, audit_words
from crm.tenancy.context import tenant as open_tenant
from inbox.services import timeline
from talent.filters import catalogue
from talent.filters.tree import RuleError
from talent.models import Candidate, PoolMembership, TalentPool
from talent.services import pool_sharing, pools, segments
from talent.services.pool_sharing import NotTheOwner
from tests.architecture import addresses
from tests.architecture.addresses import Route, fill
from tests.architecture.examples import a_world
from tests.architecture.walking import answered, answerer, at_hand, said
from tests.architecture.world import World, keys_of
from tests.factories.people import a_member
from tests.factories.pools import a_pool, keep_confidential
from tests.factories.talent import NOW, a_candidate

SECRET = "quokkasecret"
ROUTES = [route for route in addresses.our_routes() if door_of(route.view) in ("member", "api")]
POOLED = ("pools", "pk"), ("pool-members", "pk"), ("pool-stages", "pk")


@pytest.fixture
def secret(tenant: Tenant, owner: Member) -> TalentPool:
    """The owner's pool, confidential, with somebody in it."""
    with open_tenant(tenant):
        pool = a_pool(SECRET, people=[a_candidate()])
        keep_confidential(pool, owner)
    return pool


def pool_names(viewer: Member | None) -> list[str]:
    with viewing.seen_by(viewer.pk if viewer else None):
        return list(TalentPool.objects.values_list("name", flat=True))


def test_owner_and_guests_see_it_and_nobody_else(tenant: Tenant, owner: Member, secret: TalentPool) -> None:
    guest, other = a_member(tenant, Role.RECRUITER), a_member(tenant, Role.ADMIN)
    with open_tenant(tenant):
        keep_confidential(secret, owner, guest)

        assert [bool(pool_names(who)) for who in (owner, guest, other, None)] == [True, True, False, False]


def test_personal_pool_is_its_owners_alone(tenant: Tenant, owner: Member, secret: TalentPool) -> None:
    guest = a_member(tenant, Role.RECRUITER)
    with open_tenant(tenant):
        pool_sharing.share(pool=secret, visibility="personal", members=[guest], owner=owner, by=owner.actor)

        assert [bool(pool_names(who)) for who in (owner, guest)] == [True, False]


def test_only_the_owner_decides_who_sees_it(tenant: Tenant, recruiter: Member, secret: TalentPool) -> None:
    with open_tenant(tenant), pytest.raises(NotTheOwner):
        pool_sharing.share(pool=secret, visibility="shared", members=[], by=recruiter.actor)


def test_machinery_sees_all_until_it_is_done(tenant: Tenant, secret: TalentPool) -> None:
    with open_tenant(tenant):
        with viewing.machinery_that_also_touches_confidential_rows():
            inside = PoolMembership.objects.count()

        assert (inside, PoolMembership.objects.count()) == (1, 0)


def test_same_name_may_be_shared_without_learning_of_it(recruiter_client: Client, secret: TalentPool) -> None:
    assert recruiter_client.post("/o/acme/pools/new/", {"name": SECRET}).status_code == 302


def test_event_log_says_nothing_of_it(tenant: Tenant, owner: Member, secret: TalentPool) -> None:
    with open_tenant(tenant), viewing.seen_by(owner.pk):
        pools.add(pool=secret, candidates=[a_candidate("Bo", "bo@example.com")], by=owner.actor, now=NOW)

        assert Event.objects.filter(kind="pool_joined").latest("pk").data == {}


@pytest.mark.parametrize("role", ["owner", "recruiter"])
def test_timeline_shows_it_to_those_who_may_know(
    tenant: Tenant, owner: Member, recruiter: Member, secret: TalentPool, role: str
) -> None:
    with open_tenant(tenant), viewing.seen_by({"owner": owner, "recruiter": recruiter}[role].pk):
        shown = timeline.events_page(Candidate.objects.get().pk).rows

    told = [e.data.get("pool") for e in shown if e.kind == "pool_joined"]
    assert told == ([SECRET] if role == "owner" else [])


def test_segments_cannot_speak_of_it(tenant: Tenant, owner: Member, secret: TalentPool) -> None:
    rule = {"field": "pool", "op": "is_any_of", "value": [str(secret.pk)]}
    with open_tenant(tenant), viewing.seen_by(owner.pk), pytest.raises(RuleError):
        segments.create(name="Leak", rule=rule, by=owner.actor, now=NOW)


def test_segments_count_shared_pools_only(tenant: Tenant, owner: Member, secret: TalentPool) -> None:
    with open_tenant(tenant), viewing.seen_by(owner.pk):
        made = segments.create(name="In a pool", rule={"field": "pool", "op": "is_not_empty"}, by=owner.actor, now=NOW)

    assert made.size == 0


def test_filter_offers_it_to_those_who_may_know(tenant: Tenant, owner: Member, secret: TalentPool) -> None:
    choices = catalogue.fields["pool"].choices
    assert choices
    with open_tenant(tenant):
        with viewing.seen_by(owner.pk):
            known = [c.label for c in choices()]

        assert (known, choices()) == ([SECRET], [])


def test_person_in_it_can_be_deleted_by_others(tenant: Tenant, secret: TalentPool) -> None:
    with open_tenant(tenant):
        Candidate.objects.get().delete()

        assert PoolMembership.whole_table.count() == 0


def test_audit_names_it(tenant: Tenant, owner: Member, secret: TalentPool) -> None:
    with open_tenant(tenant):
        entries = list(AuditEntry.objects.filter(action="pool.share"))

        assert [t.thing for t in audit_words.told(entries, "acme")] == [SECRET]


# --- every page and every answer


@pytest.fixture
def walked(tenant: Tenant, owner: Member) -> World:
    """A tenant full of things, whose one pool is confidential, with a name that must not be seen."""
    with open_tenant(tenant):
        world = a_world()
        TalentPool.objects.update(name=SECRET, purpose=SECRET)
        pool = TalentPool.objects.get()
        keep_confidential(pool, owner)
    return world


class Look(Protocol):
    """Looks at an address as somebody, and makes somebody out of a member."""

    visitor: Callable[[Member], RequestFactory]

    def __call__(self, who: RequestFactory, route: Route) -> tuple[int, str]: ...


@pytest.fixture
def look(walked: World) -> Iterator[Look]:
    """Gives what shows an address to somebody: its status and all of its text."""
    with at_hand() as visitor:
        answer = answerer()

        def look(who: RequestFactory, route: Route) -> tuple[int, str]:
            arguments = {name: walked.made[key] for name, key in keys_of(route).items()}
            response = answered(answer, who.get(fill(route.pattern, {**arguments, "tenant": "acme"})))
            return response.status_code, said(response)

        look.visitor = visitor
        yield look


def machine(tenant: Tenant) -> RequestFactory:
    by = a_member(tenant, Role.OWNER, "k@acme.test").actor
    with open_tenant(tenant):
        _, key = api_keys.create(name="Machine", by=by, role=Role.OWNER)
    return RequestFactory(headers={"Authorization": f"Bearer {key}"})


def test_no_page_and_no_answer_knows_of_it(tenant: Tenant, look: Look) -> None:
    leaks, opened, shown = [], [], 0
    for who, visitor in {"admin": look.visitor(a_member(tenant, Role.ADMIN)), "key": machine(tenant)}.items():
        for route in ROUTES:
            if route.name == "crm:audit-list" or (who == "key" and door_of(route.view) == "member"):
                continue  # the audit sees it; a key opens no page
            status, text = look(visitor, route)
            leaks += [(who, route.name)] if SECRET in text else []
            pooled = set(keys_of(route).values()) & set(POOLED)
            opened += [(who, route.name, status)] if pooled and status not in (302, 401, 404, 405) else []
            shown += status == 200

    assert (leaks, opened) == ([], [])
    assert shown > len(ROUTES) / 3  # the rest are sent to, or need a file


def test_walk_would_find_it(owner: Member, look: Look) -> None:
    visitor, telling = look.visitor(owner), {"talent:pool-list", "talent:pool-board", "talent:candidate-detail"}

    found = {route.name for route in ROUTES if route.name in telling and SECRET in look(visitor, route)[1]}

    assert found == telling


def test_palette_and_search_do_not_find_it(recruiter_client: Client, secret: TalentPool) -> None:
    answers = [recruiter_client.get(f"/o/acme/{path}?q={SECRET}") for path in ("palette/", "candidates/")]

    assert [json.dumps(a.content.decode()).count(f"{SECRET}</") for a in answers] == [0, 0]


def test_viewer_is_forgotten_after_the_request(recruiter_client: Client, secret: TalentPool) -> None:
    recruiter_client.get("/o/acme/pools/")

    assert viewing.viewer() == viewing.NOBODY


def test_key_of_a_pool_is_of_no_use(recruiter_client: Client, secret: TalentPool) -> None:
    paths = [f"/o/acme/pools/{secret.pk}/board/", f"/o/acme/api/v1/pools/{secret.pk}/", f"/o/acme/pools/{UUID(int=1)}/"]

    assert [recruiter_client.get(p).status_code for p in paths] == [404, 404, 404]
