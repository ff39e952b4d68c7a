"""Rules mean what they say: the database, the explanation and a plain reading of the tree agree."""

from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given

from talent.filters.compile import candidates
from talent.filters.explain import explain_all
from talent.filters.tree import Node
from talent.models import Candidate
from tests.factories.filters import a_population, conditions, trees
from tests.factories.oracle import Oracle
from tests.factories.talent import NOW
from tests.properties import costly

ZONE = ZoneInfo("Europe/Stockholm")


def _agree(rule: Node, people: list[Candidate]) -> None:
    meant = {p.pk for p in people if Oracle(NOW, ZONE).holds(rule, p)}

    found = set(candidates(rule, NOW, ZONE).values_list("pk", flat=True))
    explained = {pk for pk, v in explain_all(rule, [p.pk for p in people], NOW, ZONE).items() if v.matches}

    assert found == meant
    assert explained == meant


def test_every_condition_means_what_it_says(inside: UUID) -> None:
    population = a_population(inside, size=15)
    people = list(Candidate.objects.all())
    costly(120)(given(conditions(population.ids))(lambda rule: _agree(rule, people)))()


def test_trees_mean_what_they_say(inside: UUID) -> None:
    population = a_population(inside, size=8, seed=11)
    people = list(Candidate.objects.all())
    costly(20)(given(trees(population.ids))(lambda rule: _agree(rule, people)))()
