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
from talent.models import Candidate, CandidateSkill, CandidateTag, Skill, Tag
from talent.profile import Claim
from talent.services import search_text


def skills_named(names: Iterable[str]) -> Mapping[str, Skill]:
    """{key: skill} for these names; new ones are made. Two workers at once agree on one row."""
    wanted = {skill_key(n): " ".join(n.split())[:80] for n in names if skill_key(n)}
    known = {s.key: s for s in Skill.objects.filter(key__in=wanted)}
    missing = [Skill(key=key, name=name) for key, name in wanted.items() if key not in known]
    if missing:
        Skill.objects.bulk_create(missing, ignore_conflicts=True)
        known = {s.key: s for s in Skill.objects.filter(key__in=wanted)}
    return known


def add_skills(*, candidate: Candidate, claims: Iterable[Claim]) -> list[str]:
    """Give a person skills they do not have yet; returns the names added. The caller rebuilds the search text."""
    claims = [c for c in claims if skill_key(c.value)]
    skills = skills_named(c.value for c in claims)
    had = set(CandidateSkill.objects.filter(candidate=candidate).values_list("skill__key", flat=True))
    fresh = {skill_key(c.value): c for c in claims if skill_key(c.value) not in had}
    CandidateSkill.objects.bulk_create(
        [CandidateSkill(candidate=candidate, skill=skills[k], evidence=c.snippet[:300]) for k, c in fresh.items()],
        ignore_conflicts=True,
    )
    return [skills[k].name for k in fresh]


@transaction.atomic
def tag(*, candidates: Iterable[Candidate], name: str, by: Actor, now: datetime) -> int:
    """Put a tag on people; returns how many did not have it. Publishes one event each."""
    tag_row, _ = Tag.objects.get_or_create(name=" ".join(name.split())[:60])
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
    wanted = {skill_key(n): n for n in names if skill_key(n)}
    gone = CandidateSkill.objects.filter(candidate=candidate).exclude(skill__key__in=wanted).select_related("skill")
    changed = [row.skill.name for row in gone]
    CandidateSkill.objects.filter(pk__in=[row.pk for row in gone]).delete()
    changed += add_skills(candidate=candidate, claims=[Claim(n) for n in wanted.values()])
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
    wanted = list(dict.fromkeys(cleaned for n in names if (cleaned := " ".join(n.split())[:60])))
    for row in list(CandidateTag.objects.filter(candidate=candidate).select_related("tag")):
        if row.tag.name not in wanted:
            untag(candidates=[candidate], tag=row.tag, by=by, now=now)
    for name in wanted:
        tag(candidates=[candidate], name=name, by=by, now=now)


def _tell(kind: str, people: list[Candidate], tag: Tag, by: Actor, now: datetime) -> None:
    search_text.rebuild(p.pk for p in people)
    events.publish_many(
        [events.build(kind, candidate=p.pk, occurred_at=now, actor=by, data={"tag": tag.name}) for p in people]
    )
    if people:
        audit.record(action=kind, by=by, object_type="talent.tag", object_id=tag.pk, facts={"people": len(people)})
