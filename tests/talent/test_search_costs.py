"""Beginnings of words: the index or each person's own words, whichever reads less; who is found is the same."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.cache import cache
from django.db.models import Q

from crm.tenancy.keys import cache_key
from talent.search import costs
from talent.services import search
from tests.factories.talent import a_candidate

MILLIONS = 2_000_000


@pytest.mark.parametrize(
    ("own", "everybody", "matching", "less"),
    [
        (20_000, MILLIONS, 4_600, True),  # a common word, a small tenant beside a large one
        (20_000, MILLIONS, 40, False),  # a rare word
        (1_000_000, MILLIONS, 1_000_000, False),  # the large tenant
        (20_000, 20_000, 20_000, False),  # alone
        (0, -1, 0, False),  # never counted
    ],
)
def test_reading_is_less_where_others_have_many_more(own: int, everybody: int, matching: int, less: bool) -> None:
    assert costs.is_less_to_read(own=own, everybody=everybody, matching=matching) is less


@pytest.mark.parametrize("words", ["pyth", "data pyth", "rust OR pyth", "name:zoe pyth", "lyon -pyth", "nobod"])
def test_reading_finds_whom_the_index_finds(inside: UUID, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    a_candidate()
    by_index = set(search.find(words).values_list("pk", flat=True))

    monkeypatch.setattr(costs, "are_read", lambda beginnings: bool(beginnings))

    assert set(search.find(words).values_list("pk", flat=True)) == by_index


def test_small_tenant_beside_many_reads_its_people(inside: UUID) -> None:
    cache.set(cache_key(inside, costs.SIZES), (10, MILLIONS))

    assert costs.are_read([Q(name="Zoë")])
    assert not costs.are_read([])


def test_large_tenant_is_not_even_asked(inside: UUID, django_assert_num_queries: pytest.FixtureRequest) -> None:
    cache.set(cache_key(inside, costs.SIZES), (MILLIONS, MILLIONS))

    with django_assert_num_queries(0):  # type: ignore[operator]
        assert not costs.are_read([Q(name="Zoë")])
