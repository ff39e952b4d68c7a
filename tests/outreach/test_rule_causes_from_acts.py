"""Every moment that a rule may wait for, brought about as people bring it about: by a page, by the API, by time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Notification, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import (
    Enrolment,
    WebhookCall,
)
from talent.models import (
    Candidate,
    CandidateTag,
    PoolMembership,
    Task,
)
from talent.services import pools
from tests.factories.outreach import a_person, a_sequence
from tests.outreach import rule_causes as acts
from tests.outreach import rule_causes_of_time as later
from tests.outreach.rule_world import Cause, World


@pytest.fixture
def world(tenant: Tenant, owner_client: Client, run_readers: Callable[[], int]) -> World:
    cache.clear()
    with open_tenant(tenant):
        maya = a_person()
    return World(tenant, owner_client, maya, run_readers)


CAUSES = [*acts.CAUSES, *later.CAUSES]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_rule_runs_for_the_person_when_it_happens(world: World, cause: Cause) -> None:
    act = cause(world)
    world.settle()
    before = world.ran_for()

    act()
    world.settle()

    assert (before, world.ran_for()) == ([], [world.maya])
    with open_tenant(world.tenant):
        assert CandidateTag.objects.filter(candidate=world.maya, tag__name="noticed").exists()


# --- then


def _did(world: World, *actions: dict[str, Any]) -> None:
    world.rule("consent_given", *actions)
    consent_by_api_only(world)
    world.settle()
    assert world.ran_for() == [world.maya]


def consent_by_api_only(world: World) -> None:
    said = {"purpose": "news", "state": "given", "origin": "spoken", "evidence": "On the phone"}
    world.api("post", f"candidates/{world.maya.pk}/consents/", **said)


def test_everything_that_may_be_done_is_done(world: World, owner: Member, recruiter: Member) -> None:
    with open_tenant(world.tenant):
        Candidate.objects.update(owner=recruiter)
        sequence = a_sequence()
        pool = pools.create(name="Berlin", purpose="", by=SYSTEM)

    _did(
        world,
        {"act": "enrol", "sequence": str(sequence.pk)},
        {"act": "pool", "pool": str(pool.pk)},
        {"act": "tag", "tag": "agreed"},
        {"act": "task", "words": "Call them", "days": 2},
        {"act": "notify", "member": str(owner.pk), "words": "They agreed."},
        {"act": "webhook", "url": "https://hooks.example.com/rapport"},
    )

    with open_tenant(world.tenant):
        assert Enrolment.objects.open().get().candidate == world.maya
        assert PoolMembership.objects.get().pool == pool
        assert CandidateTag.objects.get(tag__name="agreed").candidate == world.maya
        assert Task.objects.get().assignee == recruiter
        assert Notification.objects.get(kind="automation").member == owner
        assert WebhookCall.objects.get().url == "https://hooks.example.com/rapport"
