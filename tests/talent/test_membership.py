"""Upkeep of segments: on change, by time, and in full."""

import random
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import Event, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices import MembershipCause
from talent.filters import tree
from talent.filters.tree import Node
from talent.models import Candidate, Segment, SegmentMembership
from talent.services import candidates, membership, segments, upkeep
from tests.factories.filters import COUNTRIES, SKILLS, TITLES, a_population, conditions
from tests.factories.people import a_tenant
from tests.factories.talent import NOW, a_candidate
from tests.properties import costly


def country(*codes: str) -> dict[str, object]:
    return {"field": "country", "op": "is_any_of", "value": list(codes)}


def a_segment(rule: dict[str, object], name: str = "Segment") -> Segment:
    return segments.create(name=name, rule=rule, by=SYSTEM, now=NOW)


def people_in(segment: Segment) -> set[UUID]:
    return set(membership.current(segment).values_list("candidate_id", flat=True))


def move(person: Candidate, code: str) -> None:
    Candidate.objects.filter(pk=person.pk).update(country=code)


def test_keep_lets_people_enter_and_leave(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("DE"))

    move(person, "DE")
    upkeep.keep(people=[person.pk], now=NOW)
    entered = people_in(segment)
    move(person, "SE")
    upkeep.keep(people=[person.pk], now=NOW + timedelta(hours=1))

    assert (entered, people_in(segment)) == ({person.pk}, set())
    interval = SegmentMembership.objects.get()
    assert (interval.entered_at, interval.left_at) == (NOW, NOW + timedelta(hours=1))
    assert (interval.entered_by, interval.left_by) == (MembershipCause.DATA, MembershipCause.DATA)


def test_keep_publishes_entering_and_leaving(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("DE"), "Germans")
    move(person, "DE")
    upkeep.keep(people=[person.pk], now=NOW)

    event = Event.objects.get(kind="segment_entered")

    assert (event.candidate_id, event.subject_id) == (person.pk, segment.pk)
    assert event.data == {"segment": "Germans", "cause": "data"}


def test_keep_counts_the_size(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("SE"))
    move(person, "DE")

    upkeep.keep(people=[person.pk], now=NOW)

    before, after = segment.size, Segment.objects.get().size
    assert (before, after) == (1, 0)


def test_keep_counts_again_when_people_are_gone(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("SE"))
    gone = person.pk
    person.delete()

    upkeep.keep(people=[gone], now=NOW)

    assert Segment.objects.get(pk=segment.pk).size == 0


def test_keep_follows_segments_of_segments(inside: UUID) -> None:
    person, inner = a_candidate(), a_segment(country("DE"), "Z inner")
    outer = a_segment({"field": "segment", "op": "is_any_of", "value": [str(inner.pk)]}, "A outer")
    move(person, "DE")

    upkeep.keep(people=[person.pk], now=NOW)

    assert (people_in(inner), people_in(outer)) == ({person.pk}, {person.pk})


def test_a_rule_that_cannot_be_read_changes_nothing(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("SE"))
    Segment.objects.update(rule={"field": "no longer", "op": "there"})

    upkeep.keep(people=[person.pk], now=NOW)
    membership.refresh(segment=Segment.objects.get(), cause=MembershipCause.RULE, now=NOW)

    assert people_in(segment) == {person.pk}


def test_a_refresh_takes_the_rule_that_was_saved_meanwhile(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("DE"), "Germans")
    loaded = Segment.objects.get(pk=segment.pk)  # by a reader, before somebody saves another rule
    Segment.objects.filter(pk=segment.pk).update(rule=country("SE"), name="Swedes")

    changed = membership.refresh(segment=loaded, cause=MembershipCause.RULE, now=NOW)

    assert (changed, people_in(segment), loaded.name) == (1, {person.pk}, "Swedes")
    assert Segment.objects.get(pk=segment.pk).rule == country("SE")


def test_a_refresh_of_a_segment_that_is_gone_moves_nobody(inside: UUID) -> None:
    segment = a_segment(country("SE"))
    loaded = Segment.objects.get(pk=segment.pk)
    segment.delete()

    assert membership.refresh(segment=loaded, cause=MembershipCause.RULE, now=NOW) == 0


def test_keep_costs_the_same_for_one_and_for_many(inside: UUID) -> None:
    population = a_population(inside)
    a_segment(country("DE"))
    Candidate.objects.update(country="SE")
    upkeep.keep(people=population.people, now=NOW)
    Candidate.objects.update(country="DE")

    with CaptureQueriesContext(connection) as one:
        upkeep.keep(people=population.people[:1], now=NOW)
    with CaptureQueriesContext(connection) as many:
        upkeep.keep(people=population.people, now=NOW)

    assert len(one) == len(many)


def _change(chance: random.Random, person: UUID) -> None:
    Candidate.objects.filter(pk=person).update(
        country=chance.choice(COUNTRIES),
        current_title=chance.choice(TITLES),
        skill_keys=chance.sample(SKILLS, chance.randrange(4)),
        last_contacted_at=chance.choice([None, NOW, NOW - timedelta(days=60)]),
    )


def test_upkeep_equals_a_full_refresh(inside: UUID) -> None:
    population = a_population(inside, size=20)
    Segment.objects.all().delete()
    leaves = conditions({k: v for k, v in population.ids.items() if k != "segment"})

    @costly(15)
    @given(st.lists(leaves, min_size=1, max_size=3), st.integers(0, 2**32))
    def equals(rules: list[Node], seed: int) -> None:
        Segment.objects.all().delete()
        kept = [a_segment(tree.dump(rule), f"Segment {i}") for i, rule in enumerate(rules)]
        chance = random.Random(seed)
        changed = chance.sample(population.people, chance.randrange(1, 8))
        for person in changed:
            _change(chance, person)

        upkeep.keep(people=changed, now=NOW)

        sizes = [Segment.objects.get(pk=s.pk).size for s in kept]
        assert sizes == [len(people_in(s)) for s in kept]
        assert [membership.refresh(segment=s, cause=MembershipCause.RULE, now=NOW) for s in kept] == [0] * len(kept)

    equals()


def test_reader_keeps_membership(tenant: Tenant, run_readers: Callable[[], int]) -> None:
    with open_tenant(tenant):
        segment = a_segment(country("DE"))
        person = a_candidate()
        candidates.edit(candidate=person, changes={"country": "DE"}, by=SYSTEM, now=NOW)
    run_readers()

    with open_tenant(tenant):
        assert people_in(segment) == {person.pk}


def test_reader_refreshes_the_users_of_a_changed_segment(tenant: Tenant, run_readers: Callable[[], int]) -> None:
    with open_tenant(tenant):
        person, inner = a_candidate(), a_segment(country("DE"), "Inner")
        outer = a_segment({"field": "segment", "op": "is_any_of", "value": [str(inner.pk)]}, "Outer")
        segments.update(segment=inner, name="Inner", rule=country("SE"), by=SYSTEM, now=NOW)
    run_readers()

    with open_tenant(tenant):
        assert people_in(outer) == {person.pk}


RECENT = {"field": "last_contacted", "op": "in_last", "value": 7}


@pytest.mark.parametrize(("hours", "refreshed"), [(14, 0), (16, 1)])
def test_time_refreshes_once_the_tenants_day_is_over(tenant: Tenant, hours: int, refreshed: int) -> None:
    Tenant.objects.update(time_zone="UTC")
    with open_tenant(tenant):
        a_segment(RECENT, "Recent")
        a_segment(country("DE"), "Germans")

    assert membership.refresh_by_time(now=NOW + timedelta(hours=hours)) == refreshed


def test_time_lets_people_leave_in_every_tenant(tenant: Tenant) -> None:
    owners = [tenant, a_tenant("other")]
    for owner in owners:
        with open_tenant(owner):
            person = a_candidate()
            Candidate.objects.filter(pk=person.pk).update(last_contacted_at=NOW)
            inner = a_segment(RECENT, "Recent")
            a_segment({"field": "segment", "op": "is_any_of", "value": [str(inner.pk)]}, "Uses it")

    membership.refresh_by_time(now=NOW + timedelta(days=9))

    left = []
    for owner in owners:
        with open_tenant(owner):
            left.append(sorted(SegmentMembership.objects.values_list("segment__name", "left_by")))
    assert left == [[("Recent", "time"), ("Uses it", "time")]] * 2
