"""Pages through the whole stack of the product, one after the other, beside bare views that are called as functions.

What the goals are about, requests a second of pages that are served, is in `serving.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm import paging
from crm.bench.measure import Spread, geometric_mean, varied
from crm.bench.rows import Row
from crm.models import Event
from talent.bench import bare
from talent.bench.stage import Stage, open_tenant
from talent.models import FencedCandidate
from talent.services import listing

VARIED = 50
QUERIES = (
    "",
    "sort=name",
    "sort=replied",
    "sort=contacted",
    "sort=changed",
    "country=DE",
    "skill=python",
    "skill=python&country=DE&sort=name",
    "all_skills=python&all_skills=sql",
    "title=senior",
    "country=GB&sort=replied",
    "state=prospect&sort=contacted",
)
DEEP = 200 * 50
ACCEPTED = 200


def get(client: Client, path: str, headers: dict[str, str] | None = None) -> bytes:
    response = client.get(path, headers=headers)
    if response.status_code != ACCEPTED:
        raise AssertionError(f"{path} answers {response.status_code}.")
    return response.content


def deep(stage: Stage) -> dict[str, str]:
    """Cursors of page 200 of the lists that are long enough, whatever is asked."""
    return {query: _deep(stage, query) for query in QUERIES if "=" not in query.replace("sort=", "")}


def _deep(stage: Stage, query: str) -> str:
    """The cursor of page 200 of a list, or of its last one."""
    order = listing.ORDERS[_sort(query)]
    with open_tenant(stage.large):
        people = FencedCandidate.objects.values("pk", order.column)
        return paging.page(people, order, limit=min(DEEP, stage.people // 2)).after


def _sort(query: str) -> str:
    named = [part.removeprefix("sort=") for part in query.split("&") if part.startswith("sort=")]
    return named[0] if named else listing.NEWEST


def rate(name: str, ours: Spread, reference: Spread, least: float | None, of: str) -> Row:
    ratios = [b / a for a, b in zip(ours.seconds, reference.seconds, strict=True)]
    of_bare = f"{1 / reference.p50:.0f}/s {of} (p50 {reference.p50 * 1000:.1f} ms)"
    p50, p95 = ours.p50 * 1000, ours.p95 * 1000
    return Row(name, 1 / ours.p50, "/s", of_bare, geometric_mean(ratios), least=least, p50=p50, p95=p95)


def against(name: str, calls: Sequence[Callable[[], Any]], reference: bare.Bare, least: float | None, of: str) -> Row:
    took = varied({"ours": calls, "bare": [reference] * len(calls)})
    return rate(name, took["ours"], took["bare"], least, of)


def lists(stage: Stage) -> list[Row]:
    """First pages and pages 200 of a dozen views, each against the bare list."""
    client, path = stage.client(stage.large), stage.path(stage.large, "candidates/")
    first = [partial(get, client, f"{path}?{query}") for query in islice(cycle(QUERIES), VARIED)]
    after = deep(stage)
    late = [partial(get, client, f"{path}?{q}&after={after[q]}") for q in islice(cycle(after), VARIED)]
    reference = bare.list_page(stage.large)
    return [
        against("list page, first", first, reference, None, "bare list, called"),
        against("list page, page 200", late, reference, None, "bare list, called"),
        *(_single(client, f"{path}?{query}", reference) for query in QUERIES),
    ]


def _single(client: Client, path: str, reference: bare.Bare) -> Row:
    took = varied({"ours": [partial(get, client, path)], "bare": [reference]}, rounds=7)
    with CaptureQueriesContext(connection) as asked:
        get(client, path)
    ours, ref = took["ours"].p50, took["bare"].p50
    slowest = sorted(asked.captured_queries, key=lambda query: -float(query["time"]))[:3]
    detail = "\n".join(f"{query['time']} s  {(query['sql'] or 'prepared')[:1500]}" for query in slowest)
    return Row(
        f"  {path}, {len(asked)} queries", ours * 1000, "ms", f"{ref * 1000:.1f} ms bare", ref / ours, detail=detail
    )


def most_written(stage: Stage) -> UUID:
    """The person of the large tenant with the longest history."""
    row = stage.owner.execute(
        "SELECT candidate_id FROM crm_event WHERE tenant_id = %s AND candidate_id IS NOT NULL "
        "GROUP BY candidate_id ORDER BY count(*) DESC LIMIT 1",
        [stage.large.pk],
    ).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def person(stage: Stage) -> list[Row]:
    """The page of somebody with thousands of events, against a bare view that sends as many bytes."""
    key = most_written(stage)
    client, path = stage.client(stage.large), stage.path(stage.large, f"candidates/{key}/")
    reference = bare.called(bare.person_view(stage.large, key, len(get(client, path))))
    with open_tenant(stage.large):
        known = Event.objects.filter(candidate_id=key).count()
        calls = [partial(get, client, path)] * VARIED
        row = against(f"person page, {known} events", calls, reference, None, "bare, called")
    return [row, _queries(client, path)]


def _queries(client: Client, path: str) -> Row:
    with CaptureQueriesContext(connection) as asked:
        get(client, path)
    detail = "\n".join(f"{query['time']} s  {(query['sql'] or 'prepared')[:300]}" for query in asked.captured_queries)
    return Row("person page: queries", len(asked), "queries", "15", len(asked) / 15, 1.0, detail)
