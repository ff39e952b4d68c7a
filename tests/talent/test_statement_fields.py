"""Rules about what people told us, and about how long they have worked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.filters import catalogue, sentence
from talent.filters.compile import candidates
from talent.filters.explain import explain, explain_all
from talent.filters.statement_fields import STATEMENT_FIELDS
from talent.filters.tenure_fields import TENURE_FIELDS
from talent.filters.tree import Node
from talent.models import Candidate
from talent.profile import Job
from talent.services import facts, membership, preferences
from talent.services.preferences import Wishes
from tests.factories.filters import a_population, conditions
from tests.factories.oracle import Oracle
from tests.factories.talent import NOW, a_candidate
from tests.properties import costly
from tests.talent.test_membership import a_segment, people_in
from tests.talent.test_tree import leaf

ZONE = ZoneInfo("Europe/Stockholm")
TODAY = NOW.date()
NAMES = [field.name for field in (*STATEMENT_FIELDS, *TENURE_FIELDS)]
SENTENCES = [
    (leaf("fact", "contains", "budget"), "People with a fact that says “budget”"),
    (leaf("open_promise", "is_true"), "People to whom we promised something that is still open"),
    (leaf("fact_until", "in_next", 30), "People with a fact that runs out in the next 30 days"),
    (leaf("preferred_channel", "is_any_of", ["phone"]), "People who like to be reached by “Phone call”"),
    (leaf("preferred_day", "is_any_of", ["1", "3"]), "People who like to be reached on “Monday” or “Wednesday”"),
    (leaf("preferred_language", "is_any_of", ["sv"]), "People who like to be written to in “Swedish”"),
    (leaf("paused_until", "in_next", 7), "People who asked for a pause that ends in the next 7 days"),
    (leaf("tenure", "ge", 1), "People who have been in their job for at least 1 year"),
    (leaf("experience", "between", {"from": 2, "to": 5}), "People who have worked for between 2 and 5 years"),
]


@pytest.mark.parametrize(("rule", "words"), SENTENCES, ids=[words for _, words in SENTENCES])
def test_sentence(inside: UUID, rule: object, words: str) -> None:
    assert sentence.say(catalogue.parse(rule)) == words


def test_they_mean_what_they_say(inside: UUID) -> None:
    population = a_population(inside, size=12, seed=23)
    people, oracle = list(Candidate.objects.all()), Oracle(NOW, ZONE)

    @costly(60)
    @given(conditions(population.ids, NAMES))
    def agrees(rule: Node) -> None:
        meant = {p.pk for p in people if oracle.holds(rule, p)}
        explained = explain_all(rule, population.people, NOW, ZONE)

        assert set(candidates(rule, NOW, ZONE).values_list("pk", flat=True)) == meant
        assert {pk for pk, verdict in explained.items() if verdict.matches} == meant

    agrees()


def said(rule: dict[str, object], person: Candidate) -> str:
    return explain(catalogue.parse(rule), person.pk, NOW, ZONE).actual


def test_explanation_shows_what_is_known(inside: UUID) -> None:
    person = a_candidate(
        jobs=[Job("Data engineer", "Nordlicht", "2024-03", "", True), Job("", "Fjord", "2018", "2021")]
    )
    facts.add(candidate=person, text="Vests in March", by=SYSTEM, now=NOW, valid_until=TODAY)
    preferences.put(candidate=person, wishes=Wishes(channel="phone", paused_until=date(2026, 5, 1)), by=SYSTEM, now=NOW)

    assert said(leaf("fact", "contains", "vests"), person) == "Vests in March"
    assert said(leaf("preferred_channel", "is_any_of", ["email"]), person) == "Phone call"
    assert said(leaf("paused_until", "in_next", 7), person) == "1 May 2026"
    assert [said(leaf(name, "ge", 4), person) for name in ("tenure", "past_tenure", "experience")] == ["2", "3", "5"]


def test_months_that_overlap_count_once(inside: UUID) -> None:
    jobs = [Job("Developer", "One", "2020", "2024"), Job("Lecturer", "Two", "2021", "2023")]
    person = a_candidate(jobs=jobs)

    assert said(leaf("experience", "ge", 4), person) == "4"


def test_segments_follow_facts(tenant: Tenant, run_readers: Callable[[], int]) -> None:
    with open_tenant(tenant):
        person = a_candidate()
        segment = a_segment(leaf("open_promise", "is_true"))
        fact = facts.add(candidate=person, text="We send the paper", by=SYSTEM, now=NOW, kind="promise")
    run_readers()
    with open_tenant(tenant):
        entered = people_in(segment)
        facts.settle(fact=fact, by=SYSTEM, now=NOW)
    run_readers()

    with open_tenant(tenant):
        assert (entered, people_in(segment)) == ({person.pk}, set())


def test_segments_follow_wishes(tenant: Tenant, run_readers: Callable[[], int]) -> None:
    with open_tenant(tenant):
        person = a_candidate()
        segment = a_segment(leaf("preferred_channel", "is_any_of", ["text"]))
        preferences.put(candidate=person, wishes=Wishes(channel="text"), by=SYSTEM, now=NOW)
    run_readers()

    with open_tenant(tenant):
        assert people_in(segment) == {person.pk}


def test_a_fact_that_runs_out_leaves_with_the_day(inside: UUID) -> None:
    person = a_candidate()
    facts.add(candidate=person, text="No relocation before June", by=SYSTEM, now=NOW, valid_until=TODAY)
    segment = a_segment(leaf("fact", "contains", "relocation"))
    before = people_in(segment)

    due = membership.moved_by_time(NOW + timedelta(days=1))
    membership.refresh(segment=due[0], cause="time", now=NOW + timedelta(days=1))

    assert (before, due, people_in(segment)) == ({person.pk}, [segment], set())
