"""Keeps who is in which segment: in full when a rule changes, by the day for rules that time changes.

What changed people need is done by `upkeep`.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from time import perf_counter
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from crm import events
from crm.actors import SYSTEM
from crm.events import Same, Subject
from crm.models import Tenant
from crm.tenancy.context import current_tenant_id
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.many import array
from crm.viewing import seen_by_nobody
from talent.choices import MembershipCause, Placing
from talent.events import SEGMENT_ENTERED, SEGMENT_LEFT
from talent.filters import catalogue, tree
from talent.filters.clock import Clock, here
from talent.filters.compile import where
from talent.filters.tree import Node, RuleError
from talent.models import FencedCandidate, Segment, SegmentMembership, SegmentPlacement

logger = logging.getLogger(__name__)

# Keys need not be in order of time here, and uuidv7() is younger than the oldest PostgreSQL we run on.
_DIFF = """
WITH matching (id) AS MATERIALIZED ({matching}),
entered AS (
  INSERT INTO talent_segmentmembership
    (id, tenant_id, segment_id, candidate_id, created_at, entered_at, entered_by, left_by)
  SELECT gen_random_uuid(), %s, %s, m.id, now(), %s, %s, '' FROM matching m
  WHERE NOT EXISTS (SELECT FROM talent_segmentmembership o WHERE o.tenant_id = %s AND o.segment_id = %s
                    AND o.candidate_id = m.id AND o.left_at IS NULL)
  ON CONFLICT DO NOTHING
  RETURNING candidate_id
), gone AS (
  UPDATE talent_segmentmembership s SET left_at = greatest(%s, s.entered_at), left_by = %s
  WHERE s.tenant_id = %s AND s.segment_id = %s AND s.left_at IS NULL
    AND NOT EXISTS (SELECT FROM matching m WHERE m.id = s.candidate_id)
  RETURNING candidate_id
)
SELECT candidate_id, true FROM entered UNION ALL SELECT candidate_id, false FROM gone
"""

_HOLD = "SELECT id FROM talent_candidate WHERE tenant_id = %s AND id = ANY (%s::uuid[]) ORDER BY id FOR KEY SHARE"
_DROP = """
DELETE FROM talent_segmentmembership
WHERE tenant_id = %s AND segment_id = %s AND candidate_id = ANY (%s::uuid[])
"""

_SIZES = """
UPDATE talent_segment s SET size = (
  SELECT count(*) FROM talent_segmentmembership m
  WHERE m.tenant_id = s.tenant_id AND m.segment_id = s.id AND m.left_at IS NULL)
WHERE s.id = ANY (%s)
"""


def rule_of(segment: Segment) -> Node | None:
    """A segment's rule; None, with a line in the log, when it can no longer be read (a field that was taken away)."""
    try:
        return catalogue.load(segment.rule)
    except RuleError as error:
        logger.warning("the rule of segment %s cannot be used: %s", segment.pk, error)
        return None


def uses(rule: Node) -> set[UUID]:
    """The segments that a rule speaks about."""
    named = (c.value for c in tree.conditions(rule) if c.field == "segment")
    return {UUID(v) for values in named if isinstance(values, tuple) for v in values}


def in_order(segments: Iterable[Segment]) -> list[tuple[Segment, Node]]:
    """Segments with their rules, each after those that it uses."""
    rules = {s.pk: (s, rule) for s in segments if (rule := rule_of(s)) is not None}
    try:
        order = list(TopologicalSorter({pk: uses(rule) for pk, (_, rule) in rules.items()}).static_order())
    except CycleError:  # two saves at once may close a circle; each is then as good as its last turn
        order = list(rules)
    return [rules[pk] for pk in order if pk in rules]


def belonging(segment: Segment | None, rule: Node, clock: Clock, truth: bool = True) -> Q:
    """Who belongs in a segment: those who match, and whom a colleague keeps in, but nobody who was left out by hand.

    With `truth` false, all others. The few who are placed by hand are named one by one: the rule keeps its indexes.
    """
    found = where(rule, clock, truth)
    if segment is None:
        return found
    placed = dict(SegmentPlacement.objects.of(segment.pk).values_list("candidate_id", "placing"))
    kept = [person for person, placing in placed.items() if placing == Placing.IN]
    out = [person for person, placing in placed.items() if placing == Placing.OUT]
    more, fewer = (kept, out) if truth else (out, kept)
    found = found | Q(pk__in=more) if more else found
    return found & ~Q(pk__in=fewer) if fewer else found


def _matching(segment: Segment, rule: Node, clock: Clock) -> tuple[str, tuple[Any, ...]]:
    with seen_by_nobody():  # a segment is shown to all: what only some may see has no say in it
        found: QuerySet[FencedCandidate] = FencedCandidate.objects.filter(belonging(segment, rule, clock))
    try:
        return found.values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::uuid WHERE false", ()


def held(people: Collection[UUID]) -> set[UUID]:
    """Those of these people who are there, and now stay until the transaction ends.

    Whoever deletes one is waited for, or waits; all take them in the order of their keys, so that no two wait for each
    other. Without it a membership could be written for somebody who is gone when it is kept.
    """
    if not people:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [current_tenant_id(), array(people)])
        return {row[0] for row in cursor.fetchall()}


def _still_there(segment: Segment, entered: Sequence[UUID]) -> list[UUID]:
    """Of those who entered, who is not being deleted just now; the others do not enter."""
    there = held(entered)
    if gone := [person for person in entered if person not in there]:
        with connection.cursor() as cursor:
            cursor.execute(_DROP, [segment.tenant_id, segment.pk, array(gone)])
    return [person for person in entered if person in there]


def _differences(segment: Segment, rule: Node, cause: str, clock: Clock) -> tuple[list[UUID], list[UUID]]:
    """Open and close memberships, in one statement; returns who entered and who left."""
    matching, params = _matching(segment, rule, clock)
    key = [segment.tenant_id, segment.pk]
    with connection.cursor() as cursor:
        cursor.execute(
            _DIFF.format(matching=matching),
            [*params, *key, clock.now, str(cause), *key, clock.now, str(cause), *key],
        )
        rows = cursor.fetchall()
    entered, left = [pk for pk, came in rows if came], [pk for pk, came in rows if not came]
    return _still_there(segment, entered), left


def told(kind: str, segment: Segment, people: Sequence[UUID], cause: str) -> Same:
    """That these people entered a segment, or left it."""
    subject = Subject("talent.segment", segment.pk)
    return Same(kind, people, subject, {"segment": segment.name, "cause": cause})


def _apply(segment: Segment, rule: Node, cause: str, clock: Clock) -> int:
    """Bring a segment's membership in line with its rule; returns how many entered or left."""
    entered, left = _differences(segment, rule, cause, clock)
    moves = [told(SEGMENT_ENTERED, segment, entered, cause), told(SEGMENT_LEFT, segment, left, cause)]
    events.publish_same(moves, occurred_at=clock.now, actor=SYSTEM)
    return len(entered) + len(left)


def count_sizes(segments: Collection[UUID]) -> None:
    if segments:
        with connection.cursor() as cursor:
            cursor.execute(_SIZES, [list(segments)])


@transaction.atomic
def refresh(*, segment: Segment, cause: str, now: datetime) -> int:
    """Judge everybody by the segment's rule; returns how many entered or left. Publishes an event for each of them.

    `cause` is a MembershipCause. The work is one statement over the tenant's people, whatever the segment's size.
    The rule is the one that stands when nobody else holds the row any more: who loaded `segment` may have read an
    older one. A segment that is gone by then moves nobody.
    """
    held = Segment.objects.select_for_update().filter(pk=segment.pk).first()
    if held is None:
        return 0
    segment.name, segment.rule = held.name, held.rule
    rule = rule_of(segment)
    if rule is None:
        return 0
    begun = perf_counter()
    changed = _apply(segment, rule, cause, here(now))
    count_sizes([segment.pk])
    segment.refreshed_at, segment.refresh_ms = now, int((perf_counter() - begun) * 1000)
    segment.save(update_fields=["refreshed_at", "refresh_ms"])
    segment.refresh_from_db(fields=["size"])
    return changed


def with_dependents(roots: Collection[UUID]) -> list[Segment]:
    """These segments and all that use them, however indirectly, in the order to refresh them."""
    wanted, chosen = set(roots), []
    for segment, rule in in_order(Segment.objects.all()):
        if segment.pk in wanted or uses(rule) & wanted:
            wanted.add(segment.pk)
            chosen.append(segment)
    return chosen


def asking(fields: Collection[str], words: Collection[str] = ()) -> set[UUID]:
    """The segments whose rules ask one of these fields; with `words`, those that name one of these values there."""
    return {s.pk for s, rule in in_order(Segment.objects.all()) if _asks(rule, set(fields), set(words))}


def _asks(rule: Node, fields: set[str], words: set[str]) -> bool:
    asked = [(catalogue.field(c.field), c) for c in tree.conditions(rule) if c.field in fields]
    return any(not words or words & set(map(field.normal, tree.words(c))) for field, c in asked)


def moved_by_time(now: datetime) -> list[Segment]:
    """The current tenant's segments that time alone may have changed since they were last judged, in order.

    Days begin at the tenant's midnight, so each of them is due once a day.
    """
    clock = here(now)
    midnight = clock.midnight(clock.today)
    timed = {s.pk for s, rule in in_order(Segment.objects.all()) if catalogue.depends_on_time(rule)}
    return [s for s in with_dependents(timed) if s.refreshed_at is None or s.refreshed_at < midnight]


def refresh_by_time(*, now: datetime) -> int:
    """Refresh, in every active tenant, what time has changed; returns how many segments. Each is a transaction."""
    done = 0
    for owner in Tenant.objects.active():
        try:
            with open_tenant(owner):
                due = moved_by_time(now)
            for segment in due:
                with open_tenant(owner):
                    refresh(segment=segment, cause=MembershipCause.TIME, now=now)
                done += 1
        except Exception:
            logger.exception("the segments of tenant %s could not be refreshed", owner.pk)
    return done


def current(segment: Segment) -> QuerySet[SegmentMembership]:
    """Who is in a segment now, the people known last first; the order of its index."""
    return SegmentMembership.objects.current().filter(segment=segment).order_by("-candidate_id")
