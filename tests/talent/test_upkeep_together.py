"""People are deleted while segments are kept up over them: nobody waits for ever, and what is left is right."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from uuid import UUID

from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Segment, SegmentMembership
from talent.services import candidates, membership, segments, upkeep
from tests.factories.people import a_tenant
from tests.factories.talent import a_crowd

PEOPLE, ROUNDS = 24, 6
RULES = [
    {"all": [{"field": "city", "op": "is", "value": "Lagos"}]},
    {"not": {"all": [{"field": "city", "op": "is", "value": "Lagos"}]}},
    {"all": [{"field": "name", "op": "contains", "value": "Person"}]},
]


def a_thread(tenant: Tenant, act: Callable[[random.Random], None], seed: int, failed: list[str]) -> threading.Thread:
    def run() -> None:
        chance = random.Random(seed)
        try:
            for _ in range(ROUNDS):
                try:
                    with open_tenant(tenant):
                        act(chance)
                except DatabaseError as error:
                    failed.append(str(error).splitlines()[0])
        finally:
            connections["default"].close()

    return threading.Thread(target=run)


def deleting(keys: list[UUID], at_once: int) -> Callable[[random.Random], None]:
    """Deletes some of them in one transaction, as a plan for many people does."""

    def act(chance: random.Random) -> None:
        with transaction.atomic():
            for key in sorted(chance.sample(keys, at_once)):
                for person in Candidate.objects.filter(pk=key):
                    candidates.delete(candidate=person, by=SYSTEM, now=timezone.now())

    return act


def keeping(keys: list[UUID]) -> Callable[[random.Random], None]:
    def act(chance: random.Random) -> None:
        upkeep.keep(people=keys, now=timezone.now())

    return act


def refreshing(keys: list[UUID]) -> Callable[[random.Random], None]:
    def act(chance: random.Random) -> None:
        segment = chance.choice(list(Segment.objects.order_by("name")))
        membership.refresh(segment=segment, cause="rule", now=timezone.now())

    return act


def moving(keys: list[UUID]) -> Callable[[random.Random], None]:
    def act(chance: random.Random) -> None:
        Candidate.objects.filter(pk=chance.choice(keys)).update(city=chance.choice(["Lagos", "Berlin"]))

    return act


def test_people_are_deleted_while_segments_are_kept(committed: None) -> None:
    failed: list[str] = []
    tenant = a_tenant()
    for turn in range(3):
        with open_tenant(tenant):
            keys = [person.pk for person in a_crowd(PEOPLE)]
            if not turn:
                for number, rule in enumerate(RULES):
                    segments.create(name=f"Segment {number}", rule=rule, by=SYSTEM, now=timezone.now())
        acts = [
            keeping(keys),
            keeping(keys),
            moving(keys),
            moving(keys),
            deleting(keys, 1),
            deleting(keys, 5),
            refreshing(keys),
        ]
        threads = [a_thread(tenant, act, 10 * turn + seed, failed) for seed, act in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
        with open_tenant(tenant):
            for person in Candidate.objects.all():
                candidates.delete(candidate=person, by=SYSTEM, now=timezone.now())

    assert failed == []
    with open_tenant(tenant):
        membership.count_sizes(list(Segment.objects.values_list("pk", flat=True)))
        for segment in Segment.objects.all():
            assert segment.size == SegmentMembership.objects.current().filter(segment=segment).count()
