"""Membership of segments: after changes, for one person, and whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from statistics import median
from uuid import UUID

from django.db import transaction

from crm.bench.measure import Spread
from crm.bench.rows import Row
from talent.bench import rules
from talent.bench.stage import Stage, open_tenant
from talent.choices import MembershipCause
from talent.models import Candidate, Segment
from talent.services import membership, upkeep

CHANGED, SEGMENTS, ROUNDS, PEOPLE = 1000, 200, 5, 50
SLOWEST = 300.0
WHOLE = rules.any_skill("python")
MEMBERS = """
INSERT INTO talent_segmentmembership
  (id, tenant_id, segment_id, candidate_id, created_at, entered_at, entered_by, left_by)
SELECT gen_random_uuid(), c.tenant_id, %(segment)s, c.id, now(), now(), 'rule', '' FROM talent_candidate c
WHERE c.tenant_id = %(tenant)s AND ({condition})
"""
EVENTS = """
INSERT INTO crm_event
  (id, tenant_id, created_at, kind, candidate_id, occurred_at, actor_kind, actor_label, subject_type, subject_id, data)
SELECT gen_random_uuid(), c.tenant_id, now(), 'segment_entered', c.id, now(), 'system', 'Rapport', 'talent.segment',
       %(segment)s, '{{"segment": "Bench", "cause": "rule"}}' FROM talent_candidate c
WHERE c.tenant_id = %(tenant)s AND ({condition})
"""


def _undone(stage: Stage, prepare: Callable[[], object], act: Callable[[], object]) -> float:
    """Seconds of `act` after `prepare`, in a transaction of the tenant that is then rolled back."""
    with open_tenant(stage.large):
        prepare()
        started = time.perf_counter()
        act()
        took = time.perf_counter() - started
        transaction.set_rollback(True)
    return took


def _some(stage: Stage, count: int) -> list[UUID]:
    with open_tenant(stage.large):
        keys = list(Candidate.objects.order_by("country", "pk").values_list("pk", flat=True)[: count * 20])
    return keys[:: max(1, len(keys) // count)][:count]


def _change(people: Sequence[UUID]) -> Callable[[], object]:
    """Half of them learn Python, the other half forget it."""

    def change() -> None:
        half = len(people) // 2
        Candidate.objects.filter(pk__in=people[:half]).update(skill_keys=["python", "aws"])
        Candidate.objects.filter(pk__in=people[half:]).update(skill_keys=[])

    return change


def after_changes(stage: Stage, now: datetime) -> Row:
    """What a reader does after an import of a thousand, against judging everybody by every segment."""
    people = _some(stage, min(CHANGED, stage.people // 10))

    def whole() -> None:
        for segment in Segment.objects.all():
            membership.refresh(segment=segment, cause=MembershipCause.DATA, now=now)

    few, full = [], []
    for _ in range(ROUNDS):
        few.append(_undone(stage, _change(people), lambda: upkeep.keep(people=people, now=now)))
        full.append(_undone(stage, _change(people), whole))
    ours, reference = median(few), median(full)
    name = f"membership: {len(people)} of {stage.people} changed"
    return Row(name, ours * 1000, "ms", f"{reference * 1000:.0f} ms whole", ours / reference, 0.05)


def one_person(stage: Stage, now: datetime) -> Row:
    """From the change of one person to membership and events, with 200 segments in the tenant."""

    def segments() -> None:
        thrown = rules.varied(now, seed=11, count=SEGMENTS)
        made = [Segment(name=f"Bench {number}", rule=rule.tree) for number, rule in enumerate(thrown)]
        Segment.objects.bulk_create(made)

    taken: list[float] = []
    with open_tenant(stage.large):
        segments()
        for person in _some(stage, PEOPLE):
            Candidate.objects.filter(pk=person).update(skill_keys=["python", "sql"], country="DE", state="lead")
            started = time.perf_counter()
            upkeep.keep(people=[person], now=now)
            taken.append(time.perf_counter() - started)
        transaction.set_rollback(True)
    spread = Spread(taken)
    p50, p95 = spread.p50 * 1000, spread.p95 * 1000
    name = f"membership: one person, {SEGMENTS} segments"
    return Row(name, p50, "ms", f"{SLOWEST:.0f} ms", p50 / SLOWEST, 1.0, p50=p50, p95=p95)


def whole(stage: Stage, now: datetime) -> Row:
    """The first filling of a segment, against INSERT ... SELECT of the same memberships and events."""
    made: list[Segment] = []

    def empty() -> None:
        made[:] = [Segment.objects.create(name="Bench", rule={"all": [WHOLE.tree]})]

    def fill() -> None:
        membership.refresh(segment=made[0], cause=MembershipCause.RULE, now=now)

    ours, reference = [], []
    for _ in range(ROUNDS):
        ours.append(_undone(stage, empty, fill))
        reference.append(_inserted(stage))
    a, b = median(ours), median(reference)
    return Row("membership: whole", a * 1000, "ms", f"{b * 1000:.0f} ms INSERT ... SELECT", a / b, 1.5)


def _inserted(stage: Stage) -> float:
    """The same rows by hand, constraints checked as they are at a commit."""
    with stage.owner.transaction(force_rollback=True):
        key = stage.owner.execute(
            "INSERT INTO talent_segment (id, tenant_id, created_at, updated_at, name, description, rule, size) "
            "VALUES (gen_random_uuid(), %s, now(), now(), 'Bench', '', '{}', 0) RETURNING id",
            [stage.large.pk],
        ).fetchone()
        assert key is not None
        facts = {"tenant": stage.large.pk, "segment": key[0]}
        started = time.perf_counter()
        for statement in (MEMBERS, EVENTS):
            stage.owner.execute(statement.format(condition=WHOLE.sql).encode(), facts)
        return time.perf_counter() - started
