"""What a rule would find and what it costs to ask, before anything is saved; all of it bounded in time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any as Plan

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from crm.viewing import seen_by_nobody
from talent.filters import catalogue, compile, sentence, tree
from talent.filters.catalogue import Names
from talent.filters.clock import Clock, here
from talent.filters.tree import All, Condition, Node
from talent.models import Candidate, FencedCandidate, Segment, SegmentMembership
from talent.services import membership

COUNT_LIMIT = 10_000
COUNT_SECONDS = 5
PARTS_SECONDS = 2.0
MOST_PARTS = 8
LARGE = 200_000  # people, above whom a rule must rest on an index
TOO_LONG = "This rule takes too long to count. Begin with a condition on skill, title or country."
NO_INDEX = (
    "No index serves this rule, so that each of more than 200,000 people would be looked at one by one. Add a condition"
    " that all must meet: a skill, a tag, a title, a country, a place, a source, a segment, or a date of contact."
)
TABLE = str(Candidate._meta.db_table)


class TooSlow(ValueError):
    """A rule that cannot be counted in a few seconds, or that no index serves among very many people."""


@dataclass(frozen=True)
class Part:
    """One condition of a rule: how many it finds `alone`, and how many are left `here`, after all before it.

    None where it took too long to count.
    """

    text: str
    alone: int | None
    here: int | None
    empties: bool = False


@dataclass(frozen=True)
class Preview:
    """What a rule would find. `count` is exact up to COUNT_LIMIT; beyond, it is COUNT_LIMIT + 1 ("10,000+").

    `looked_at` are the people whose rows the database read to count them, in `milliseconds`.
    """

    count: int
    samples: Sequence[FencedCandidate]
    looked_at: int = 0
    milliseconds: float = 0
    parts: Sequence[Part] = ()

    @property
    def is_capped(self) -> bool:
        return self.count > COUNT_LIMIT


@dataclass(frozen=True)
class Diff:
    """Whom a new rule of a segment would bring and take away; counts are capped as in a Preview."""

    added: int
    removed: int
    joining: Sequence[FencedCandidate]
    leaving: Sequence[FencedCandidate]


@contextmanager
def bounded(seconds: float | None = None) -> Iterator[None]:
    """Statements inside may take so long each (COUNT_SECONDS); TooSlow otherwise, and the transaction goes on."""
    most = COUNT_SECONDS if seconds is None else seconds
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {max(1, int(most * 1000))}")
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "57014":
            raise
        raise TooSlow(TOO_LONG) from error


def capped(found: QuerySet[FencedCandidate]) -> int:
    """How many, counted no further than one above COUNT_LIMIT."""
    return found.order_by()[: COUNT_LIMIT + 1].count()


# --- cost


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _looked_at(plan: Plan) -> int:
    """The candidates that a plan, run with ANALYZE, has read."""
    read = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    scans = (node for node in _nodes(plan) if node.get("Relation Name") == TABLE)
    return int(sum(sum(node.get(name, 0) for name in read) * node["Actual Loops"] for node in scans))


def _explained(found: QuerySet[FencedCandidate], options: str) -> Plan:
    """The plan of a query, as JSON; None when it cannot find anybody."""
    try:
        sql, params = found.values("pk").query.sql_with_params()
    except EmptyResultSet:
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({options}, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]


def _measured(found: QuerySet[FencedCandidate]) -> tuple[int, int, float]:
    """Count by counting in EXPLAIN ANALYZE: how many, how many were looked at, and how long it took."""
    told = _explained(found.order_by()[: COUNT_LIMIT + 1], "ANALYZE, TIMING OFF")
    if told is None:
        return 0, 0, 0.0
    plan = told["Plan"]
    return int(plan["Actual Rows"]), _looked_at(plan), told["Planning Time"] + told["Execution Time"]


def _narrows(node: Plan) -> bool:
    """Does an index find some of the tenant's people only?"""
    conditions = f"{node.get('Index Cond', '')} {node.get('Recheck Cond', '')}".replace("(tenant_id = ", "")
    return node.get("Relation Name") == TABLE and any(sign in conditions for sign in ("=", "<", ">", "@", "&&", "~~"))


def is_served(rule: Node, clock: Clock) -> bool:
    """Does some index serve the rule, whatever the planner prefers for people as they are now?"""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        told = _explained(compile.candidates(rule, clock.now, clock.zone).order_by(), "COSTS OFF")
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
    return told is None or any(_narrows(node) for node in _nodes(told["Plan"]))


def refuse_the_unserved(rule: Node, now: datetime) -> None:
    """Raises TooSlow for a rule that no index serves, in a tenant of more than LARGE people. "Everybody" may be."""
    if rule == All(()) or Candidate.objects.order_by()[: LARGE + 1].count() <= LARGE:
        return
    if not is_served(rule, here(now)):
        asked = dict.fromkeys(condition.field for condition in tree.conditions(rule))
        why = [field.unserved for name in asked if (field := catalogue.known(name)) and field.unserved]
        raise TooSlow(" ".join([NO_INDEX, *why]))


# --- previews


def count_and_samples(*, rule: Node, now: datetime, limit: int = 10, segment: Segment | None = None) -> Preview:
    """How many match, and the `limit` people added last. Raises TooSlow after COUNT_SECONDS.

    With the segment that the rule is for, whom colleagues keep in or leave out of it by name counts as well.
    """
    found = FencedCandidate.objects.filter(membership.belonging(segment, rule, here(now)))
    with bounded():
        count, looked_at, milliseconds = _measured(found)
        samples = list(found.order_by("-created_at", "-pk")[:limit])
    return Preview(count, samples, looked_at, milliseconds, parts(rule=rule, now=now))


def _in_time(node: Node, clock: Clock, until: float) -> int | None:
    left = until - perf_counter()
    if left <= 0:
        return None
    try:
        with bounded(left):
            return capped(compile.candidates(node, clock.now, clock.zone))
    except TooSlow:
        return None


def _named(node: Node, names: Names, clock: Clock) -> str:
    text = sentence.phrase(node, names, clock) if isinstance(node, Condition) else sentence.say(node, names, clock)
    return text[:1].upper() + text[1:]


def parts(*, rule: Node, now: datetime) -> list[Part]:
    """The conditions that must all hold, with counts, as far as PARTS_SECONDS reach; none for other rules."""
    if not isinstance(rule, All) or not 2 <= len(rule.nodes) <= MOST_PARTS:
        return []
    clock, names, until = here(now), Names(), perf_counter() + PARTS_SECONDS
    found: list[Part] = []
    for n, node in enumerate(rule.nodes, 1):
        alone = _in_time(node, clock, until)
        so_far = alone if n == 1 else _in_time(All(rule.nodes[:n]), clock, until)
        before = found[-1].here if found else None
        empties = so_far == 0 and (n == 1 or before is None or before > 0)
        found.append(Part(_named(node, names, clock), alone, so_far, empties))
    return found


def diff(*, segment: Segment, rule: Node, now: datetime, limit: int = 20) -> Diff:
    """What saving this rule would change in a segment's membership. Raises TooSlow."""
    clock = here(now)
    member = Exists(SegmentMembership.objects.current().filter(segment=segment, candidate_id=OuterRef("pk")))
    with seen_by_nobody():
        joining = FencedCandidate.objects.filter(membership.belonging(segment, rule, clock)).filter(~member)
        leaving = FencedCandidate.objects.filter(membership.belonging(segment, rule, clock, truth=False)).filter(member)
        with bounded():
            people = [list(found.order_by("name", "pk")[:limit]) for found in (joining, leaving)]
            return Diff(capped(joining), capped(leaving), *people)
