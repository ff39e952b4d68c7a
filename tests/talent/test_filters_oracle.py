"""Rules mean what they say: the database, the explanation and a plain reading of the tree agree."""

from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from talent.filters import catalogue
from talent.filters.compile import candidates
from talent.filters.explain import explain_all
from talent.filters.tree import Node
from talent.models import Candidate
from tests.factories.filters import Population, a_population, conditions, drawn, of_field, trees
from tests.factories.known import known
from tests.factories.oracle import Oracle
from tests.factories.talent import NOW
from tests.ground import shared
from tests.properties import costly

ZONE = ZoneInfo("Europe/Stockholm")


@shared
def population(inside: UUID) -> Population:
    return a_population(inside, size=25)


class Judges:
    """The three who read a rule: they must agree about everybody."""

    def __init__(self) -> None:
        self.people, self.oracle = list(Candidate.objects.all()), Oracle(NOW, ZONE)

    def agree(self, rule: Node) -> None:
        meant = {p.pk for p in self.people if self.oracle.holds(rule, p)}

        found = set(candidates(rule, NOW, ZONE).values_list("pk", flat=True))
        explained = {pk for pk, v in explain_all(rule, [p.pk for p in self.people], NOW, ZONE).items() if v.matches}

        assert found == meant
        assert explained == meant


def test_rules_are_drawn_from_every_field_and_each_says_something(population: Population) -> None:
    people, fields = list(Candidate.objects.all()), list(catalogue.every())

    assert [field.name for field in drawn(population.ids)] == [field.name for field in fields]
    assert [f.name for f in fields if not any(known(person, f.name) for person in people)] == []


@pytest.mark.parametrize("name", sorted(catalogue.fields))
def test_every_field_means_what_it_says(population: Population, name: str) -> None:
    judges, field = Judges(), catalogue.field(name)
    costly(len(field.operators) + 2)(given(of_field(field, population.ids))(lambda rule: judges.agree(rule)))()


def test_every_condition_means_what_it_says(population: Population) -> None:
    judges = Judges()
    costly(120)(given(conditions(population.ids))(lambda rule: judges.agree(rule)))()


def test_trees_mean_what_they_say(inside: UUID) -> None:
    population = a_population(inside, size=8, seed=11)
    judges = Judges()
    costly(20)(given(trees(population.ids))(lambda rule: judges.agree(rule)))()


def test_skills_with_a_place_mean_what_they_say(inside: UUID) -> None:
    population = a_population(inside, size=30, seed=3)
    judges, placed = Judges(), ("skill", "language", "state", "country", "region_of_world")
    costly(60)(given(trees(population.ids, placed))(lambda rule: judges.agree(rule)))()
