"""Judges changed people again by every segment of the tenant, in a constant number of statements.

What is true of the people is read once for all rules; the rules are then judged in memory, each after the segments
that it speaks of. Only what moved is written. That this equals a full refresh is a tested property.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from crm import events
from crm.actors import SYSTEM
from crm.events import Same
from crm.tenancy.context import current_tenant_id
from crm.tenancy.many import among, array
from crm.tenancy.models import uuid7
from crm.viewing import seen_by_nobody
from talent.choices import MembershipCause
from talent.events import SEGMENT_ENTERED, SEGMENT_LEFT
from talent.filters import facts
from talent.filters.catalogue import remembering
from talent.filters.clock import Clock, here
from talent.filters.judge import Facts, Judge, Test
from talent.filters.tree import Node
from talent.models import Segment, SegmentMembership, SegmentPlacement
from talent.services import membership

BATCH = 1000
Pair = tuple[UUID, UUID]  # segment, person

# A refresh or a deletion takes its segment's row whole and is waited for; edits and other upkeep are not.
_LOCK = "SELECT id FROM talent_segment WHERE tenant_id = %s ORDER BY id FOR KEY SHARE"
_ENTER = """
INSERT INTO talent_segmentmembership
  (id, tenant_id, segment_id, candidate_id, created_at, entered_at, entered_by, left_by)
SELECT each.id, %s, each.segment, each.person, now(), %s, %s, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS each (id, segment, person)
ON CONFLICT DO NOTHING
RETURNING segment_id, candidate_id
"""
_LEAVE = """
UPDATE talent_segmentmembership s SET left_at = greatest(%s, s.entered_at), left_by = %s
FROM unnest(%s::uuid[], %s::uuid[]) AS each (segment, person)
WHERE s.tenant_id = %s AND s.segment_id = each.segment AND s.candidate_id = each.person AND s.left_at IS NULL
RETURNING s.segment_id, s.candidate_id
"""
_RESIZE = """
UPDATE talent_segment s SET size = greatest(0, s.size + each.change)
FROM unnest(%s::uuid[], %s::int[]) AS each (id, change)
WHERE s.tenant_id = %s AND s.id = each.id
"""


@dataclass
class _Moves:
    """Who enters and who leaves what, and how many of the people no longer exist."""

    entered: list[Pair] = field(default_factory=list)
    left: list[Pair] = field(default_factory=list)
    erased: int = 0


def _places(people: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """{segment: which of these people are in it}."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = SegmentMembership.objects.current().filter(among("candidate_id", people))
    for segment, person in rows.values_list("segment_id", "candidate_id"):
        found[segment].add(person)
    return found


def _judge_one(
    segment: UUID,
    test: Test,
    known: Mapping[UUID, Facts],
    placed: Mapping[UUID, bool],
    inside: set[UUID],
    moves: _Moves,
) -> None:
    """Compare who belongs in with who is in; rules judged later see the outcome."""
    for person, about in known.items():
        by_hand = placed.get(person) if placed else None
        matches = test(about) if by_hand is None else by_hand
        if matches is (person in inside):
            continue
        (moves.entered if matches else moves.left).append((segment, person))
        places = about.get("segment")
        if places is not None and matches:
            places.append(segment)
        elif places is not None:
            places[:] = [place for place in places if place != segment]


def _moves(rules: Sequence[tuple[Segment, Node]], people: Sequence[UUID], clock: Clock) -> _Moves:
    trees = [rule for _, rule in rules]
    with remembering(), seen_by_nobody():  # what only some may see has no say in a segment, which is shown to all
        known, judge = facts.about(trees, people, clock), Judge(clock, facts.plains(trees))
        moves = _Moves(erased=len(people) - len(known))
        inside, placed = _places(people), SegmentPlacement.objects.by_segment(people)
        for segment, rule in rules:
            _judge_one(segment.pk, judge.of(rule), known, placed[segment.pk], inside[segment.pk], moves)
    return moves


def _write(statement: str, parameters: Sequence[Any]) -> list[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def _split(pairs: Sequence[Pair]) -> tuple[str, str]:
    return array(segment for segment, _ in pairs), array(person for _, person in pairs)


def _apply(moves: _Moves, cause: str, now: datetime) -> _Moves:
    """Write the moves; returns those that took place."""
    tenant, movers = current_tenant_id(), {person for _, person in (*moves.entered, *moves.left)}
    there = membership.held(movers)
    done = _Moves(erased=moves.erased + len(movers) - len(there))
    if entering := [(segment, person) for segment, person in moves.entered if person in there]:
        keys = array(uuid7() for _ in entering)  # one after the other: random ones touch as many pages as rows
        done.entered = _write(_ENTER, [tenant, now, cause, keys, *_split(entering)])
    if moves.left:
        done.left = _write(_LEAVE, [now, cause, *_split(moves.left), tenant])
    return done


def _tell(done: _Moves, segments: Mapping[UUID, Segment], cause: str, now: datetime) -> None:
    """Events for each person, and the sizes of what moved."""
    change: dict[UUID, int] = defaultdict(int)
    told: list[Same] = []
    for kind, pairs, step in ((SEGMENT_ENTERED, done.entered, 1), (SEGMENT_LEFT, done.left, -1)):
        by_segment: dict[UUID, list[UUID]] = defaultdict(list)
        for segment, person in pairs:
            by_segment[segment].append(person)
            change[segment] += step
        told += [membership.told(kind, segments[segment], people, cause) for segment, people in by_segment.items()]
    events.publish_same(told, occurred_at=now, actor=SYSTEM)
    moved = {segment: by for segment, by in sorted(change.items()) if by}
    if moved:
        _write(_RESIZE, [list(moved), list(moved.values()), current_tenant_id()])


@transaction.atomic
def keep(*, people: Collection[UUID], now: datetime, cause: str = str(MembershipCause.DATA)) -> int:
    """Judge some people again by every segment of the tenant; returns how many moves there were."""
    wanted, total, erased = sorted(set(people)), 0, 0
    if not wanted:
        return 0
    _write(_LOCK, [current_tenant_id()])
    rules, clock = membership.in_order(Segment.objects.all()), here(now)
    segments = {segment.pk: segment for segment, _ in rules}
    for start in range(0, len(wanted), BATCH):
        done = _apply(_moves(rules, wanted[start : start + BATCH], clock), cause, now)
        _tell(done, segments, cause, now)
        total += len(done.entered) + len(done.left)
        erased += done.erased
    if erased:  # they took their memberships with them
        membership.count_sizes(list(segments))
    return total
