"""Finds people we know for a job: what it asks for, and for each person the evidence for it, or its lack.

Nobody gets a score. Who has evidence for more of what the job must have comes first, then for more of the rest; the
page shows the passages, so that a person can judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from crm.actors import Actor
from crm.models import Member
from crm.services import audit
from talent.filters import catalogue, compile, tree
from talent.filters.clock import here
from talent.filters.tree import Node
from talent.identity import skill_key
from talent.models import FencedCandidate, Job, JobRequirement, RediscoverySearch, Skill
from talent.search.compile import where
from talent.search.embedding import Vector
from talent.search.grammar import Either, Word
from talent.services import lines, listing, meanings, reachable, search, snippets
from talent.services.lines import Row
from talent.services.results import fuse
from talent.services.snippets import Snippet

MOST_REQUIREMENTS = 15
MOST_LETTERS = 300
TAKEN, KEPT = 200, 100  # of each ranking; people of a search
ENOUGH = 0.5  # nearness of a passage that counts as evidence
MUST = re.compile(r"^must(?: have)?\s*[:–-]\s*", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-•*–·]|\d{1,2}[.)])\s+")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


@dataclass(frozen=True)
class Requirement:
    """One thing a job asks for; `must` when nobody without it is wanted."""

    text: str
    must: bool = False


@dataclass(frozen=True)
class Evidence:
    """What speaks for one requirement: a passage, found by its words or near in meaning; or nothing."""

    requirement: Requirement
    snippet: Snippet | None = None
    is_worded: bool = False


@dataclass(frozen=True)
class Finding:
    """Somebody who was found, with the evidence for each requirement."""

    row: Row
    evidence: Sequence[Evidence]

    @property
    def met(self) -> int:
        return sum(one.snippet is not None for one in self.evidence)


# --- requirements


def requirements_in(text: str) -> list[Requirement]:
    """What a job's text asks for: its bullet points when it has some, else its sentences; `must:` marks a must."""
    written = [line for line in text.splitlines() if line.strip()]
    bullets = [_BULLET.sub("", line) for line in written if _BULLET.match(line)]
    pieces = bullets if len(bullets) > 1 else [p for line in written for p in _SENTENCE.split(line)]
    return [one for piece in pieces if (one := _requirement(piece))][:MOST_REQUIREMENTS]


def read_lines(text: str) -> list[Requirement]:
    """Requirements as the page shows them for editing: one a line."""
    return [one for line in text.splitlines() if (one := _requirement(line))][:MOST_REQUIREMENTS]


def _requirement(line: str) -> Requirement | None:
    clean = " ".join(line.replace("\x00", " ").split())
    text = MUST.sub("", clean)[:MOST_LETTERS].strip()
    return Requirement(text, bool(MUST.match(clean))) if sum(c.isalnum() for c in text) > 1 else None


def as_lines(requirements: Sequence[Requirement]) -> str:
    return "\n".join(f"must: {one.text}" if one.must else one.text for one in requirements)


def of(stored: RediscoverySearch) -> list[Requirement]:
    return [Requirement(one["text"], one["must"]) for one in stored.requirements]


def asked_by(job: Job) -> list[Requirement]:
    """What one of our jobs asks for; what its text says when nothing is written down."""
    written = [Requirement(one.text[:MOST_LETTERS], one.must) for one in JobRequirement.objects.filter(job=job)]
    return written[:MOST_REQUIREMENTS] or requirements_in(job.description)


def latest_for(job: Job) -> RediscoverySearch | None:
    """The search that was last run for a job of ours."""
    return RediscoverySearch.objects.filter(job=job).first()


# --- looking


def _skills_in(text: str) -> Either | Word | None:
    """The tenant's skills that a requirement names, any of which is evidence."""
    words = re.findall(r"[\w+#.]+", text)
    parts = {" ".join(words[n : n + size]).strip(".") for size in (1, 2, 3) for n in range(len(words) - size + 1)}
    keys = {skill_key(part) for part in parts if part}
    names = list(Skill.objects.filter(key__in=keys).values_list("name", flat=True)[:12])
    found = tuple(Word(name, is_phrase=True) for name in names)
    return Either(found) if len(found) > 1 else found[0] if found else None


@dataclass(frozen=True)
class _Question:
    """A requirement, ready to be asked."""

    requirement: Requirement
    node: Either | Word | None
    vector: Vector | None


def _questions(requirements: Sequence[Requirement]) -> list[_Question]:
    return [_Question(one, _skills_in(one.text), meanings.query(one.text)[0]) for one in requirements]


def _people(stored: RediscoverySearch, now: datetime) -> QuerySet[FencedCandidate]:
    """Whom the hard filters let through: the rule, and nobody who must not be contacted."""
    rule: Node = catalogue.load(stored.rule) if stored.rule else tree.EVERYBODY
    return reachable.only(compile.candidates(rule, now, here(now).zone), now)


def _ranking(question: _Question, people: QuerySet[FencedCandidate]) -> list[UUID]:
    worded: list[UUID] = []
    if question.node:
        hits = people.filter(where(question.node)).annotate(score=search.score(question.node))
        worded = list(hits.order_by(F("score").desc(), "-pk").values_list("pk", flat=True)[:TAKEN])
    near = meanings.people_near(question.vector, people, TAKEN) if question.vector else []
    return fuse([worded, [one.candidate_id for one in near]])


def _evidence(question: _Question, ids: Sequence[UUID]) -> dict[UUID, Evidence]:
    """For each of these people the passage that speaks for a requirement; who has none is not in it."""
    worded = snippets.of_words(question.node, ids)
    found = {pk: Evidence(question.requirement, snippet, True) for pk, snippet in worded.items()}
    rest = [pk for pk in ids if pk not in found]
    best: dict[UUID, UUID] = {}
    for one in meanings.of_person(question.vector, rest) if question.vector and rest else ():
        if one.nearness >= ENOUGH:
            best.setdefault(one.candidate_id, one.passage_id)
    told = snippets.of_passages(list(best.values()))
    return found | {pk: Evidence(question.requirement, told[passage]) for pk, passage in best.items()}


def _in_order(ids: Sequence[UUID], questions: Sequence[_Question]) -> list[UUID]:
    """Those with evidence for more of the musts first, then for more of the rest, then as they were ranked."""
    met = [(question.requirement.must, set(_evidence(question, ids))) for question in questions]

    def lacks(pk: UUID) -> tuple[int, int]:
        missing = [must for must, people in met if pk not in people]
        return sum(missing), len(missing)

    return sorted(ids, key=lacks)


# --- storing


def _values(text: str, requirements: Sequence[Requirement], rule: dict[str, Any]) -> dict[str, Any]:
    wanted = requirements or requirements_in(text)
    return {"text": text, "requirements": [{"text": r.text, "must": r.must} for r in wanted], "rule": rule}


@transaction.atomic
def create(
    *,
    name: str,
    text: str,
    requirements: Sequence[Requirement] = (),
    rule: dict[str, Any],
    by: Actor,
    now: datetime,
    job: Job | None = None,
) -> RediscoverySearch:
    """Store a search and run it. Without `requirements` they are read out of the text; `rule` is a tree's JSON."""
    author = by.member_id
    created_by = Member.objects.filter(pk=author).first() if author else None
    stored = RediscoverySearch.objects.create(
        name=name, created_by=created_by, job=job, **_values(text, requirements, rule)
    )
    audit.record(action="rediscovery.create", by=by, object_type="talent.rediscoverysearch", object_id=stored.pk)
    return run(stored=stored, by=by, now=now)


@transaction.atomic
def change(
    *, stored: RediscoverySearch, name: str, text: str, requirements: Sequence[Requirement], rule: dict[str, Any],
    by: Actor, now: datetime,
) -> RediscoverySearch:  # fmt: skip
    """Ask for something else, and run it."""
    stored.name = name
    for field, value in _values(text, requirements, rule).items():
        setattr(stored, field, value)
    stored.save(update_fields=["name", "text", "requirements", "rule", "updated_at"])
    return run(stored=stored, by=by, now=now)


@transaction.atomic
def run(*, stored: RediscoverySearch, by: Actor, now: datetime) -> RediscoverySearch:
    """Look again among whom we know now. Audited: who looked for whom must be answerable. Raises search.TooSlow."""
    with search.in_time():
        people = _people(stored, now)
        questions = _questions(of(stored))
        rankings = [_ranking(question, people) for question in questions]
        twice = [ranking for ranking, question in zip(rankings, questions, strict=True) if question.requirement.must]
        stored.found = _in_order(fuse([*rankings, *twice])[:KEPT], questions)
        stored.looked_at = people.count()
    stored.run_at, stored.run_by = now, by.label[:200]
    stored.save(update_fields=["found", "looked_at", "run_at", "run_by", "updated_at"])
    facts = {"found": len(stored.found), "looked_at": stored.looked_at}
    audit.record(
        action="rediscovery.run", by=by, object_type="talent.rediscoverysearch", object_id=stored.pk, facts=facts
    )
    return stored


@transaction.atomic
def delete(*, stored: RediscoverySearch, by: Actor) -> None:
    """Forget a search."""
    key = stored.pk
    stored.delete()
    audit.record(action="rediscovery.delete", by=by, object_type="talent.rediscoverysearch", object_id=key)


def findings(*, stored: RediscoverySearch, now: datetime, start: int = 0, limit: int = 10) -> list[Finding]:
    """People of the last run, `limit` from `start`, who still pass the hard filters, with evidence as it is now."""
    ids = stored.found[start : start + limit]
    known = {one["pk"]: one for one in _people(stored, now).filter(pk__in=ids).values(*listing.LINE)}
    shown = [pk for pk in ids if pk in known]
    questions = _questions(of(stored))
    evidence = [(question.requirement, _evidence(question, shown)) for question in questions]
    return [
        Finding(row, [people.get(row.id, Evidence(requirement)) for requirement, people in evidence])
        for row in lines.rows([known[pk] for pk in shown])
    ]
