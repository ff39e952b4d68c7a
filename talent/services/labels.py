"""Skills and tags on people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.services import audit
from talent.events import CANDIDATE_CHANGED, CANDIDATE_TAGGED, CANDIDATE_UNTAGGED
from talent.identity import skill_key
from talent.models import Candidate, CandidateSkill, CandidateTag, Document, Skill, Tag
from talent.profile import Claim
from talent.services import search_text, skills, tags


def add_skills(
    *, candidate: Candidate, claims: Iterable[Claim], said_by: str = "", document: Document | None = None
) -> list[str]:
    """Give a person skills they do not have yet; returns the names added. The caller rebuilds the search text."""
    rows = skill_rows(candidate=candidate, claims=claims, said_by=said_by, document=document)
    if not rows:
        return []
    had = set(CandidateSkill.objects.filter(candidate=candidate).values_list("skill_id", flat=True))
    fresh = [row for row in rows if row.skill_id not in had]
    CandidateSkill.objects.bulk_create(fresh, ignore_conflicts=True)
    return [row.skill.name for row in fresh]


def skill_rows(
    *,
    candidate: Candidate,
    claims: Iterable[Claim],
    said_by: str = "",
    document: Document | None = None,
    known: Mapping[str, Skill] | None = None,
) -> list[CandidateSkill]:
    """The claims as rows not yet written, each skill once, whichever of its names was used."""
    claims = [c for c in claims if skill_key(c.value)]
    found = skills.named(c.value for c in claims) if known is None else known
    told = {found[skill_key(c.value)].pk: (found[skill_key(c.value)], c) for c in reversed(claims)}
    return [
        CandidateSkill(
            candidate=candidate,
            skill=skill,
            evidence=claim.snippet[:300],
            line=line_of(document, claim.snippet),
            document=document,
            asserted_by=said_by[:120],
        )
        for skill, claim in reversed(told.values())
    ]


def line_of(document: Document | None, snippet: str) -> int | None:
    """The line of the document's text, from 1, in which the words begin; None when they are not there."""
    place = document.text.find(snippet) if document and snippet else -1
    return document.text.count("\n", 0, place) + 1 if document and place >= 0 else None


@transaction.atomic
def tag(*, candidates: Iterable[Candidate], name: str, by: Actor, now: datetime) -> int:
    """Put a tag on people; returns how many did not have it. Publishes one event each."""
    tag_row = tags.known_or_new([name])[0]
    people = list(candidates)
    had = set(CandidateTag.objects.filter(tag=tag_row, candidate__in=people).values_list("candidate_id", flat=True))
    fresh = [p for p in people if p.pk not in had]
    CandidateTag.objects.bulk_create([CandidateTag(candidate=p, tag=tag_row) for p in fresh], ignore_conflicts=True)
    _tell(CANDIDATE_TAGGED, fresh, tag_row, by, now)
    return len(fresh)


@transaction.atomic
def untag(*, candidates: Iterable[Candidate], tag: Tag, by: Actor, now: datetime) -> int:
    """Take a tag off people; returns how many had it."""
    people = [c.candidate for c in CandidateTag.objects.filter(tag=tag, candidate__in=list(candidates))]
    CandidateTag.objects.filter(tag=tag, candidate__in=people).delete()
    _tell(CANDIDATE_UNTAGGED, people, tag, by, now)
    return len(people)


@transaction.atomic
def set_skills(*, candidate: Candidate, names: Iterable[str], by: Actor, now: datetime) -> list[str]:
    """Make these the person's skills; those that stay keep their evidence. Returns the names added and removed."""
    wanted = skills.named(names)
    gone = CandidateSkill.objects.filter(candidate=candidate).exclude(skill__in=list(wanted.values()))
    changed = list(gone.values_list("skill__name", flat=True))
    gone.delete()
    changed += add_skills(candidate=candidate, claims=[Claim(s.name) for s in wanted.values()], said_by=by.label)
    if changed:
        search_text.rebuild([candidate.pk])
        events.publish(
            CANDIDATE_CHANGED, candidate=candidate.pk, occurred_at=now, actor=by, data={"fields": ["skills"]}
        )
        audit.record(
            action="candidate.change",
            by=by,
            object_type="talent.candidate",
            object_id=candidate.pk,
            fields=["skills"],
        )
    return changed


@transaction.atomic
def set_tags(*, candidate: Candidate, names: Iterable[str], by: Actor, now: datetime) -> None:
    """Make these the person's tags; new names become new tags."""
    wanted = {row.pk: row for row in tags.known_or_new(names)}
    rows = CandidateTag.objects.filter(candidate=candidate)
    had = {row.tag_id: row.tag for row in rows.select_related("tag")}
    gone = [row for key, row in had.items() if key not in wanted]
    fresh = [row for key, row in wanted.items() if key not in had]
    rows.filter(tag__in=gone).delete()
    CandidateTag.objects.bulk_create([CandidateTag(candidate=candidate, tag=row) for row in fresh])
    changes = [(CANDIDATE_UNTAGGED, row) for row in gone] + [(CANDIDATE_TAGGED, row) for row in fresh]
    if not changes:
        return
    search_text.rebuild([candidate.pk])
    events.publish_many(
        [
            events.build(kind, candidate=candidate.pk, occurred_at=now, actor=by, data={"tag": row.name})
            for kind, row in changes
        ]
    )
    audit.record_all(
        audit.entry(action=kind, by=by, object_type="talent.tag", object_id=row.pk, facts={"people": 1})
        for kind, row in changes
    )


def _tell(kind: str, people: list[Candidate], tag: Tag, by: Actor, now: datetime) -> None:
    search_text.rebuild(p.pk for p in people)
    events.publish_many(
        [events.build(kind, candidate=p.pk, occurred_at=now, actor=by, data={"tag": tag.name}) for p in people]
    )
    if people:
        audit.record(action=kind, by=by, object_type="talent.tag", object_id=tag.pk, facts={"people": len(people)})
