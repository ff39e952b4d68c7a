"""Explaining one person agrees with compiling the rule."""

from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given

from talent.filters import catalogue, tree
from talent.filters.compile import candidates
from talent.filters.explain import Verdict, explain, explain_all
from talent.filters.tree import All, Any, Condition, Node, Not
from tests.factories.filters import Population, a_population, conditions, trees
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared
from tests.properties import costly

ZONE = ZoneInfo("Europe/Stockholm")


@shared
def population(inside: UUID) -> Population:
    return a_population(inside)


def test_explain_agrees_with_candidates(population: Population) -> None:
    @costly(12)
    @given(trees(population.ids))
    def agrees(rule: Node) -> None:
        found = set(candidates(rule, NOW, ZONE).values_list("pk", flat=True))

        verdicts = explain_all(rule, population.people, NOW, ZONE)

        assert {pk for pk, verdict in verdicts.items() if verdict.matches} == found

    agrees()


def test_not_is_the_complement(population: Population) -> None:
    @costly(20)
    @given(trees(population.ids))
    def complements(rule: Node) -> None:
        inside = set(candidates(rule, NOW, ZONE).values_list("pk", flat=True))
        outside = set(candidates(Not(rule), NOW, ZONE).values_list("pk", flat=True))

        assert inside | outside == set(population.people)
        assert inside & outside == set()

    complements()


def test_json_of_a_tree_reads_back(population: Population) -> None:
    leaves = conditions(population.ids)

    @costly(40)
    @given(leaves, leaves, leaves)
    def reads_back(one: Node, two: Node, three: Node) -> None:
        rule = All((one, Not(Any((two, Not(three)))), Any((two, All((one, three))))))

        assert catalogue.load(tree.dump(rule)) == rule

    reads_back()


def test_explain_shows_ticks_and_values(inside: UUID) -> None:
    person = a_candidate()
    rule = All((Condition("skill", "is_any_of", ("Python",)), Any((Condition("country", "is_any_of", ("DE",)),))))

    verdict = explain(rule, person.pk, NOW, ZONE)

    assert verdict == Verdict(
        "All of these",
        False,
        "",
        (
            Verdict("with Python", True, "PostgreSQL, Python"),
            Verdict("Any of these", False, "", (Verdict("in Germany", False, "Sweden"),)),
        ),
    )


def test_explain_says_none_of_these(inside: UUID) -> None:
    person = a_candidate()
    rule = Not(Any((Condition("last_contacted", "in_last", 90),)))

    verdict = explain(rule, person.pk, NOW, ZONE)

    leaf = Verdict("contacted in the last 90 days (since 2 Dec 2025)", False, "never")
    assert verdict == Verdict("None of these", True, "", (leaf,))
