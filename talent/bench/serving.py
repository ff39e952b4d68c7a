"""Requests a second: pages as `make run` serves them, against bare views behind the same web server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings

from crm import served as servers
from crm.bench.clients import CLIENTS, Clients, Pace, clients
from crm.bench.measure import Spread, geometric_mean
from crm.bench.rows import Row
from talent.bench import pages
from talent.bench.stage import Stage

WORKERS = 2
ROUNDS = 5
REQUESTS = 40  # of each rival in a round
BEFORE = 120  # that do not count: a server makes a plan of its own for each of the first five times of a connection


@dataclass(frozen=True)
class Rivals:
    """The same number of clients at the product, logged in, and at the bare site."""

    ours: Clients
    bare: Clients

    def turns(self, path: str, bare: str) -> tuple[list[Pace], list[Pace]]:
        """Rounds in turn, at servers that know the page."""
        self.ours.ask([path] * BEFORE)
        self.bare.ask([bare] * BEFORE)
        taken = [(self.ours.ask([path] * REQUESTS), self.bare.ask([bare] * REQUESTS)) for _ in range(ROUNDS)]
        return [one for one, _ in taken], [other for _, other in taken]


@contextmanager
def rivals(stage: Stage) -> Iterator[Rivals]:
    session = stage.client(stage.large).cookies[settings.SESSION_COOKIE_NAME].value
    headers = {"Host": settings.ALLOWED_HOSTS[0], "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    with tempfile.TemporaryDirectory() as name:
        log = Path(name) / "web.log"
        product, bare = servers.product(WORKERS, log), servers.other("crm.settings.bare", WORKERS, log)
        with product as ours, bare as other:
            host = {"Host": settings.ALLOWED_HOSTS[0]}
            with clients(ours.port, headers) as asking, clients(other.port, host) as asking_bare:
                yield Rivals(asking, asking_bare)


def served(stage: Stage) -> list[Row]:
    """First pages and pages 200 of the views that the bench of single pages looks at, and a person's."""
    with rivals(stage) as both:
        return [*_lists(stage, both), *_person(stage, both)]


def _lists(stage: Stage, both: Rivals) -> list[Row]:
    path = stage.path(stage.large, "candidates/")
    first = {query: f"{path}?{query}" for query in pages.QUERIES}
    late = {query: f"{path}?{query}&after={after}" for query, after in pages.deep(stage).items()}
    race = partial(_race, both, bare=f"/people/{stage.large.pk}/", least=0.35)
    return [*race("served: list page, first", first), *race("served: list page, page 200", late)]


def _person(stage: Stage, both: Rivals) -> list[Row]:
    """Of somebody with thousands of events, against as many bytes."""
    key = pages.most_written(stage)
    path = stage.path(stage.large, f"candidates/{key}/")
    size = len(pages.get(stage.client(stage.large), path))
    return _race(both, "served: person page", {"": path}, bare=f"/person/{stage.large.pk}/{key}/{size}/", least=0.3)


def _race(both: Rivals, name: str, paths: Mapping[str, str], *, bare: str, least: float) -> list[Row]:
    rows, all_ours, all_bare = list[Row](), list[Pace](), list[Pace]()
    for query, path in paths.items():
        ours, other = both.turns(path, bare)
        all_ours += ours
        all_bare += other
        rows.append(_row(f"  {query or 'no filter'}", ours, other))
    return [_row(name, all_ours, all_bare, least), *(rows if len(rows) > 1 else [])]


def _row(name: str, ours: Sequence[Pace], bare: Sequence[Pace], least: float | None = None) -> Row:
    rates, of_bare = [one.per_second for one in ours], [one.per_second for one in bare]
    ratio = geometric_mean([a / b for a, b in zip(rates, of_bare, strict=True)])
    took = Spread([second for one in ours for second in one.each])
    against = f"{geometric_mean(of_bare):.0f}/s bare, {CLIENTS} clients each"
    p50, p95 = took.p50 * 1000, took.p95 * 1000
    return Row(name, geometric_mean(rates), "/s", against, ratio, least=least, p50=p50, p95=p95)
