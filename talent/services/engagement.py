"""Keeps the engagement score of people from the event log, says why it is what it is, and changes what counts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from crm import events, together
from crm.actors import SYSTEM, Actor
from crm.events import Subject
from crm.models import Event, Tenant
from crm.services import audit
from crm.tenancy.context import current_tenant_id
from crm.tenancy.context import tenant as open_tenant
from crm.together import Asked
from talent import warmth
from talent.choices import Warmth
from talent.events import WARMTH_CHANGED, WEIGHTS_CHANGED
from talent.models import Candidate, EngagementProgress, EngagementWeights
from talent.services import field_changes
from talent.warmth import EPOCH, REPEAT, Happened, Piece, Told, Weights

BATCH = 5000
SAMPLE = 20_000
SHOWN = 200  # pieces of evidence on one page

# The same arithmetic as `warmth.pieces`, for many people at once. That they agree is a tested property.
_SUMS = """
WITH classes (class, kind, facts, weight, resets, undoes) AS (
  SELECT * FROM unnest(%(classes)s::text[], %(kinds)s::text[], %(facts)s::jsonb[], %(weights)s::float8[],
                       %(resets)s::bool[], %(undoes)s::bool[])
), told AS MATERIALIZED (
  SELECT e.candidate_id AS person, e.occurred_at AS at, e.subject_id AS subject, c.class, c.weight, c.resets, c.undoes
  FROM crm_event e JOIN classes c ON c.kind = e.kind
   AND (c.facts = '{}'::jsonb OR NOT EXISTS (
     SELECT FROM jsonb_each_text(c.facts) f WHERE lower(coalesce(e.data ->> f.key, '')) <> f.value))
  WHERE e.tenant_id = %(tenant)s AND e.candidate_id = ANY (%(people)s) AND e.kind = ANY (%(kinds)s)
    AND e.occurred_at <= %(now)s
), undone AS (
  SELECT class, subject, max(at) AS at FROM told WHERE undoes GROUP BY class, subject
), live AS (
  SELECT t.*, t.at - lag(t.at) OVER mine < %(repeat)s AS again
  FROM told t LEFT JOIN (SELECT person, max(at) AS at FROM told WHERE resets GROUP BY person) r USING (person)
  LEFT JOIN undone u ON u.class = t.class AND u.subject = t.subject
  WHERE NOT t.undoes AND (r.at IS NULL OR t.at > r.at) AND (u.at IS NULL OR u.at < t.at)
  WINDOW mine AS (PARTITION BY t.person, t.class ORDER BY t.at)
), runs AS (
  SELECT person, at, class, weight, count(*) FILTER (WHERE again IS NOT TRUE)
         OVER (PARTITION BY person, class ORDER BY at ROWS UNBOUNDED PRECEDING) AS run
  FROM live
), damped AS (
  SELECT person, weight * 2.0::float8 ^ (1 - row_number() OVER (PARTITION BY person, class, run ORDER BY at))
         * 2.0::float8 ^ (extract(epoch FROM at - %(epoch)s)::float8 / 86400 / %(half_life)s) AS part
  FROM runs
)
SELECT p.person, coalesce(sum(d.part), 0) AS kept
FROM unnest(%(people)s) AS p (person) LEFT JOIN damped d USING (person) GROUP BY p.person
"""

_TOLD = """
SELECT coalesce(json_agg(json_build_array(kind, extract(epoch FROM occurred_at), data, subject_id)), '[]')::text
FROM crm_event WHERE tenant_id = %s AND candidate_id = %s AND kind IN ({}) AND ({})
"""
_SAID = "kind = %s AND lower(coalesce(data ->> %s, '')) = ANY (%s)"

_UPDATE = f"""
UPDATE talent_candidate c SET engagement = s.kept
FROM (SELECT s.person, s.kept, b.engagement AS before FROM ({_SUMS}) s
      JOIN talent_candidate b ON b.tenant_id = %(tenant)s AND b.id = s.person) s
WHERE c.tenant_id = %(tenant)s AND c.id = s.person AND c.engagement IS DISTINCT FROM s.kept
RETURNING c.id, s.before, c.engagement
"""  # noqa: S608 - made of our own text


@dataclass(frozen=True)
class Story:
    """A person's score with its reasons: `pieces` are the newest SHOWN, `count` is how many there are."""

    score: float
    level: Warmth
    weights: Weights
    pieces: Sequence[Piece]
    count: int

    @property
    def reasons(self) -> list[Piece]:
        """What makes most of the score, in that order."""
        return sorted((p for p in self.pieces if p.points >= 0.05), key=lambda p: -p.points)[:3]


@dataclass(frozen=True)
class Change:
    """How many people would go from one level to another. `of` people were looked at; all of them unless `sampled`."""

    moves: dict[tuple[Warmth, Warmth], int]
    of: int
    sampled: bool

    @property
    def described(self) -> list[tuple[str, str, int]]:
        """(level before, level after, people), in words."""
        return [(str(was.label), str(then.label), count) for (was, then), count in self.moves.items()]


@together.planned
def in_force() -> Asked[EngagementWeights]:
    """The newest version of the weights, if there is one."""
    return EngagementWeights.objects.all()[:1]


def current() -> Weights:
    """The weights in force in the current tenant; those of a new one where nobody has changed them."""
    row = next(iter(together.rows(in_force())), None)
    return _weights(row) if row else Weights()


def _weights(row: EngagementWeights) -> Weights:
    a, b, c = row.levels
    return Weights(row.half_life_days, row.points, (a, b, c), row.version)


def _parameters(people: Sequence[UUID], weights: Weights, now: datetime) -> dict[str, Any]:
    counted = list(warmth.evidence.values())
    undone = {one.name: one.undone_by for one in counted if one.undone_by}
    told = [(one.kind, one.facts) for one in counted] + [(one.kind, one.facts) for one in undone.values()]
    return {
        "classes": [*(one.name for one in counted), *undone],
        "kinds": [kind for kind, _ in told],
        "facts": [json.dumps(dict(facts)) for _, facts in told],
        "weights": [0.0 if one.resets else float(weights.of(one)) for one in counted] + [0.0] * len(undone),
        "resets": [one.resets for one in counted] + [False] * len(undone),
        "undoes": [False] * len(counted) + [True] * len(undone),
        "tenant": current_tenant_id(),
        "people": list(people),
        "now": now,
        "repeat": REPEAT,
        "epoch": EPOCH,
        "half_life": weights.half_life_days,
    }


def _moved(before: float, after: float, weights: Weights, now: datetime) -> tuple[Warmth, Warmth] | None:
    was, now_is = weights.level(before, now), weights.level(after, now)
    return None if was == now_is else (was, now_is)


@transaction.atomic
def refresh(*, people: Collection[UUID], now: datetime, weights: Weights | None = None) -> int:
    """Sum up the evidence about these people anew; returns for how many the sum changed.

    Whoever is at another level because of it gets a WARMTH_CHANGED event. One statement for each BATCH people.
    """
    in_force, ids, changed = weights or current(), list(dict.fromkeys(people)), 0
    for start in range(0, len(ids), BATCH):
        with connection.cursor() as cursor:
            cursor.execute(_UPDATE, _parameters(ids[start : start + BATCH], in_force, now))
            rows = cursor.fetchall()
        changed += len(rows)
        moved = [(pk, move) for pk, before, after in rows if (move := _moved(before, after, in_force, now))]
        events.publish_many([_warmth_event(pk, move, now) for pk, move in moved])
    return changed


def _warmth_event(person: UUID, move: tuple[Warmth, Warmth], now: datetime) -> Event:
    facts = {"from": int(move[0]), "to": int(move[1])}
    return events.build(WARMTH_CHANGED, candidate=person, occurred_at=now, actor=SYSTEM, data=facts)


def story(candidate: Candidate, now: datetime) -> Story:
    """A person's score, level, and every event it is made of, newest first."""
    weights = current()
    found = warmth.pieces(_happened(candidate.pk), weights, now)
    score = sum(piece.points for piece in found)
    level = weights.level(score * weights.growth(now), now)
    return Story(score, level, weights, list(reversed(found))[:SHOWN], len(found))


@together.planned
def told_of(person: UUID) -> together.One:
    """What may be evidence about a person, or take some back: [kind, seconds since 1970, facts, subject], as JSON."""
    classes = warmth.evidence.values()
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    named = [(one.kind, one.facts[0]) for one in classes if one.facts]
    named += [(one.undone_by.kind, one.undone_by.facts[0]) for one in classes if one.undone_by]
    for kind, (name, value) in named:
        said[kind, name].add(value)
    silent = sorted({one.kind for one in classes if not one.facts})
    may = " OR ".join(["kind = ANY (%s)", *[f"({_SAID})"] * len(said)])
    values = [part for (kind, name), words in sorted(said.items()) for part in (kind, name, sorted(words))]
    # In the text: a plan that serves any kinds could not use the index that has only these.
    kinds = ", ".join(f"'{kind}'" for kind in sorted(warmth.kinds()))
    return together.One(_TOLD.format(kinds, may), (current_tenant_id(), person, silent, *values))


def _happened(person: UUID) -> list[Happened]:
    told = [
        Told(kind, _moment(at), data, subject)
        for kind, at, data, subject in orjson.loads(together.one(told_of(person)))
    ]
    return warmth.happened(told)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# --- changing what counts


@transaction.atomic
def change(*, weights: Weights, by: Actor, now: datetime) -> EngagementWeights:
    """A new version of the weights; everybody is summed up anew in the background. Older versions are kept."""
    row = EngagementWeights.objects.create(
        version=current().version + 1,
        half_life_days=weights.half_life_days,
        points={one.name: weights.of(one) for one in warmth.evidence.values() if not one.resets},
        levels=list(weights.levels),
        changed_by_id=by.member_id,
    )
    subject = Subject("talent.engagementweights", row.pk)
    events.publish(
        WEIGHTS_CHANGED, candidate=None, occurred_at=now, actor=by, subject=subject, data={"version": row.version}
    )
    audit.record(action="engagement.change", by=by, object_type=subject.type, object_id=row.pk)
    return row


@transaction.atomic
def walk(*, now: datetime) -> bool:
    """Sum up the next BATCH people with the weights in force; False when everybody has been.

    A tenant that was never walked through begins at its first person, so scores of old events appear by themselves.
    """
    weights = current()
    progress, _ = EngagementProgress.objects.select_for_update().get_or_create(defaults={"version": weights.version})
    if progress.version != weights.version:
        progress.version, progress.after, progress.finished_at = weights.version, None, None
    if progress.finished_at is not None:
        return False
    rows = Candidate.objects.order_by("pk").values_list("pk", flat=True)
    people = list((rows.filter(pk__gt=progress.after) if progress.after else rows)[:BATCH])
    refresh(people=people, now=now, weights=weights)
    progress.after = people[-1] if people else progress.after
    progress.finished_at = None if len(people) == BATCH else now
    progress.save()
    if progress.finished_at is not None:
        field_changes.tell("engagement", "warmth", by=SYSTEM)
    return progress.finished_at is None


def is_settled() -> bool:
    """Has everybody been summed up with the weights in force?"""
    return EngagementProgress.objects.filter(version=current().version, finished_at__isnull=False).exists()


def walk_tenants(*, now: datetime, steps: int = 20) -> int:
    """Go on with the walk of each active tenant, `steps` transactions at the most; returns how many were made."""
    made = 0
    for owner in Tenant.objects.active():
        for _ in range(steps):
            with open_tenant(owner):
                goes_on = not is_settled() and walk(now=now)
            made += goes_on
            if not goes_on:
                break
    return made


def would_change(*, draft: Weights, now: datetime) -> Change:
    """How many people would be at another level with these weights.

    Of everybody, or in a large tenant of the SAMPLE people who were added last.
    """
    ids = list(Candidate.objects.order_by("-pk").values_list("pk", flat=True)[: SAMPLE + 1])
    looked_at, in_force = ids[:SAMPLE], current()
    moves: dict[tuple[Warmth, Warmth], int] = {}
    kept = dict(Candidate.objects.filter(pk__in=looked_at).values_list("pk", "engagement"))
    for start in range(0, len(looked_at), BATCH):
        with connection.cursor() as cursor:
            cursor.execute(_SUMS, _parameters(looked_at[start : start + BATCH], draft, now))
            for person, after in cursor.fetchall():
                move = (in_force.level(kept.get(person, 0.0), now), draft.level(after, now))
                if move[0] != move[1]:
                    moves[move] = moves.get(move, 0) + 1
    return Change(dict(sorted(moves.items())), len(looked_at), len(ids) > SAMPLE)


def versions() -> list[EngagementWeights]:
    """Every version of the weights, the newest first."""
    return list(EngagementWeights.objects.select_related("changed_by__user"))


def told_versions() -> list[tuple[EngagementWeights, list[str]]]:
    """The same, each with what it made different from the one before it, in words."""
    rows = versions()
    before = [*(_weights(row) for row in rows[1:]), Weights()]
    return [(row, _differences(was, _weights(row))) for row, was in zip(rows, before, strict=False)]


def _differences(was: Weights, now_is: Weights) -> list[str]:
    counted = [(one.label, was.of(one), now_is.of(one)) for one in warmth.evidence.values() if not one.resets]
    levels = zip(list(Warmth)[1:], was.levels, now_is.levels, strict=True)
    compared = [
        ("Half-life in days", was.half_life_days, now_is.half_life_days),
        *counted,
        *((f"{level.label} from", before, after) for level, before, after in levels),
    ]
    return [f"{label}: {before:g} → {after:g}" for label, before, after in compared if before != after]
