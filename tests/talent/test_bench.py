"""The bench of the fence, on a small crowd: it measures what it says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client

from crm import together
from crm.bench import scratch
from crm.bench.rows import Options
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent import bench, crowd
from talent.bench import growing, pages
from talent.models import Candidate


def test_fence_compares_the_same_answers(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "NAME", f"{connections['default'].settings_dict['NAME']}_bench")
    monkeypatch.setattr("crm.bench.measure.SHORTEST", 0.001)

    rows = bench.fence(Options(candidates=3000, say=lambda words: None))

    fenced, on_the_table = rows[::2], rows[1::2]
    assert [row.goal for row in fenced] == ["<= 1.2"] * 4
    assert [row.goal for row in on_the_table] == [""] * 4
    assert [row.detail.count("Execution Time") for row in fenced] == [3] * 4


def test_crowd_is_the_same_each_time_and_of_the_size_asked_for() -> None:
    spread = crowd.spread([uuid4() for _ in range(5)], 100)

    first, second = ([row[4:15] for row in crowd.people(spread)] for _ in range(2))

    assert (len(first), first) == (100, second)
    assert spread.sizes[spread.largest] == 32


@together.planned
def quiet(summary: together.Word) -> together.Asked[Candidate]:
    return Candidate.objects.filter(summary=summary)


def test_walks_are_found_in_what_is_prepared(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def get(client: Client, path: str) -> None:
        with open_tenant(tenant), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
            together.fetch([quiet(together.Word("%s of “it”"))])

    monkeypatch.setattr(pages, "get", get)
    here: Any = SimpleNamespace(small=tenant)

    found = growing.walks(here, Client(), "/here/")

    assert [line.startswith("/here/: SELECT (SELECT coalesce(json_agg") for line in found] == [True]
