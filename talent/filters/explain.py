"""Why a person matches a tree or does not: a tick or a cross and the actual value at each leaf."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from talent.filters import facts, sentence
from talent.filters.catalogue import Names
from talent.filters.clock import Clock
from talent.filters.judge import Facts, Judge
from talent.filters.tree import All, Any, Condition, Node, Not


@dataclass(frozen=True)
class Verdict:
    """A node with its answer. Groups have `nodes`; leaves have the `actual` value in words."""

    text: str
    matches: bool
    actual: str = ""
    nodes: tuple[Verdict, ...] = ()


def _verdict(node: Node, known: Facts, judge: Judge, names: Names) -> Verdict:
    match node:
        case Condition():
            text = sentence.phrase(node, names, judge.clock)
            return Verdict(text, judge.leaf(node)(known), sentence.actual(node, known, names, judge.clock))
        case Not(inner):
            below = _verdict(inner, known, judge, names)
            return Verdict("None of these", not below.matches, "", below.nodes if isinstance(inner, Any) else (below,))
        case All(nodes):
            parts = tuple(_verdict(one, known, judge, names) for one in nodes)
            return Verdict("All of these", all(p.matches for p in parts), "", parts)
        case Any(nodes):
            parts = tuple(_verdict(one, known, judge, names) for one in nodes)
            return Verdict("Any of these", any(p.matches for p in parts), "", parts)


def explain_all(node: Node, ids: Iterable[UUID], now: datetime, zone: ZoneInfo) -> dict[UUID, Verdict]:
    """A verdict for each of these people who exists in the current tenant; the queries do not grow with the people."""
    clock, names = Clock(now, zone), Names()
    judge = Judge(clock, facts.plains([node]))
    return {pk: _verdict(node, known, judge, names) for pk, known in facts.about([node], ids, clock).items()}


def explain(node: Node, candidate_id: UUID, now: datetime, zone: ZoneInfo) -> Verdict:
    """Why one person matches or does not; KeyError when there is no such person in the current tenant."""
    return explain_all(node, [candidate_id], now, zone)[candidate_id]
