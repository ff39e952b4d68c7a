"""Renames and merges skills and tags for everybody who has them, and takes it back within the hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from crm import events
from crm.actors import Actor
from crm.services import audit, undo
from crm.unseen import one_line
from talent.events import CANDIDATE_CHANGED
from talent.identity import skill_key
from talent.models import Candidate, CandidateSkill, CandidateTag, Skill, SkillAlias, Tag
from talent.services import field_changes, search_text, skills
from talent.services.skills import NameTaken

DETAILS = ("level", "cefr", "years")
CLAIM = ("id", "candidate_id", *DETAILS, "evidence", "document_id", "line", "asserted_by")


class SameLabel(ValueError):
    """A skill or tag cannot be merged into itself."""


@dataclass(frozen=True)
class Relabelled:
    """How many people it touched, and the token that takes it back."""

    people: int
    undo: str


def _tell(people: Sequence[UUID], field: str, name: str, by: Actor, now: datetime) -> None:
    search_text.rekey(people, also_called=name)
    events.publish_each(CANDIDATE_CHANGED, candidates=people, occurred_at=now, actor=by, data={"fields": [field]})


def _audit(action: str, kind: str, key: UUID, people: int, by: Actor) -> None:
    audit.record(action=action, by=by, object_type=f"talent.{kind}", object_id=key, facts={"people": people})


def _haves(skill: Skill) -> list[UUID]:
    return list(CandidateSkill.objects.filter(skill=skill).values_list("candidate_id", flat=True))


def _taken(name: str) -> str:
    return f"“{name}” is there already. Merge the two if they mean the same." if name else "Write a name."


# --- skills


@transaction.atomic
def rename_skill(*, skill: Skill, name: str, by: Actor, now: datetime) -> Relabelled:
    """Call a skill something else; its old name stays an alias. Raises NameTaken."""
    name, key = one_line(name)[:80], skill_key(name)
    owner = skills.known([key]).get(key)
    if not key or (owner is not None and owner != skill):
        raise NameTaken(_taken(str(owner or "")))
    facts = {"act": "skill-name", "skill": str(skill.pk), "name": skill.name, "key": skill.key}
    people = _rename(skill, name, key, by, now)
    _audit("skill.rename", "skill", skill.pk, len(people), by)
    return Relabelled(len(people), undo.keep(facts))


def _rename(skill: Skill, name: str, key: str, by: Actor, now: datetime) -> list[UUID]:
    SkillAlias.objects.filter(skill=skill, key=key).delete()
    if key != skill.key:
        SkillAlias.objects.create(skill=skill, name=skill.name, key=skill.key)
    skill.name, skill.key = name, key
    skill.save(update_fields=["name", "key"])
    people = _haves(skill)
    _tell(people, "skills", name, by, now)
    return people


@transaction.atomic
def merge_skills(*, skill: Skill, into: Skill, by: Actor, now: datetime) -> Relabelled:
    """Whoever has the one has the other; its names become aliases. What both claims say is kept. Raises SameLabel."""
    if skill == into:
        raise SameLabel("Choose another skill to merge it into.")
    people = _haves(skill)
    facts = {
        "act": "skill-merge",
        "skill": {n: str(v) if isinstance(v, UUID) else v for n, v in model_to_dict(skill).items()},
        "id": str(skill.pk),
        "into": str(into.pk),
        "aliases": _texts(SkillAlias.objects.filter(skill=skill).values_list("pk", flat=True)),
        "children": _texts(Skill.objects.filter(parent=skill).exclude(pk=into.pk).values_list("pk", flat=True)),
        "was_child": into.parent_id == skill.pk,
    }
    facts |= _move_claims(skill, into)
    _mean_others(skill, by)
    _absorb(skill, into)
    _tell(people, "skills", into.name, by, now)
    _audit("skill.merge", "skill", into.pk, len(people), by)
    return Relabelled(len(people), undo.keep(facts))


def _mean_others(skill: Skill, by: Actor) -> None:
    """Rules that name the skill mean other people too, or no longer: those with the one it is merged into."""
    names = [skill.key, *SkillAlias.objects.filter(skill=skill).values_list("key", flat=True)]
    field_changes.tell(*field_changes.SKILLS, by=by, words=names)


def _texts(keys: Any) -> list[str]:
    return [str(key) for key in keys]


def _move_claims(skill: Skill, into: Skill) -> dict[str, Any]:
    """Give the claims to the other skill; who has both keeps one, with what the other one knew.

    Returns what the undo needs.
    """
    theirs = {claim.candidate_id: claim for claim in CandidateSkill.objects.filter(skill=into)}
    double = list(CandidateSkill.objects.filter(skill=skill, candidate__in=list(theirs)))
    before = {str(theirs[c.candidate_id].pk): [getattr(theirs[c.candidate_id], n) for n in DETAILS] for c in double}
    dropped = [{n: _plain(getattr(c, n)) for n in CLAIM} for c in double]
    for claim in double:
        kept = theirs[claim.candidate_id]
        for name in DETAILS:
            if getattr(kept, name) is None:
                setattr(kept, name, getattr(claim, name))
    CandidateSkill.objects.bulk_update([theirs[c.candidate_id] for c in double], DETAILS, batch_size=1000)
    CandidateSkill.objects.filter(pk__in=[c.pk for c in double]).delete()
    moved = CandidateSkill.objects.filter(skill=skill)
    facts = {"moved": _texts(moved.values_list("pk", flat=True)), "dropped": dropped, "before": before}
    moved.update(skill=into)
    return facts


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def _absorb(skill: Skill, into: Skill) -> None:
    """Take over names and children, then the skill is gone."""
    if into.parent_id == skill.pk:
        into.parent_id = skill.parent_id
        into.save(update_fields=["parent"])
    Skill.objects.filter(parent=skill).exclude(pk=into.pk).update(parent=into)
    SkillAlias.objects.filter(skill=skill).update(skill=into)
    name, key = skill.name, skill.key
    Skill.objects.filter(pk=skill.pk).delete()
    SkillAlias.objects.create(skill=into, name=name, key=key)


# --- tags


@transaction.atomic
def rename_tag(*, tag: Tag, name: str, by: Actor, now: datetime) -> Relabelled:
    """Call a tag something else, for everybody who has it. Raises NameTaken."""
    name = one_line(name)[:60]
    if not name or Tag.objects.filter(name__iexact=name).exclude(pk=tag.pk).exists():
        raise NameTaken(_taken(name))
    facts = {"act": "tag-name", "tag": str(tag.pk), "name": tag.name}
    people = _call_tag(tag, name, by, now)
    _audit("tag.rename", "tag", tag.pk, len(people), by)
    return Relabelled(len(people), undo.keep(facts))


def _call_tag(tag: Tag, name: str, by: Actor, now: datetime) -> list[UUID]:
    tag.name = name
    tag.save(update_fields=["name"])
    people = list(CandidateTag.objects.filter(tag=tag).values_list("candidate_id", flat=True))
    _tell(people, "tags", name, by, now)
    return people


@transaction.atomic
def merge_tags(*, tag: Tag, into: Tag, by: Actor, now: datetime) -> Relabelled:
    """Whoever has the one tag has the other. Raises SameLabel."""
    if tag == into:
        raise SameLabel("Choose another tag to merge it into.")
    had = set(CandidateTag.objects.filter(tag=into).values_list("candidate_id", flat=True))
    rows = list(CandidateTag.objects.filter(tag=tag).values_list("pk", "candidate_id"))
    people = [person for _, person in rows]
    double = [(pk, person) for pk, person in rows if person in had]
    CandidateTag.objects.filter(pk__in=[pk for pk, _ in double]).delete()
    CandidateTag.objects.filter(tag=tag).update(tag=into)
    facts = {
        "act": "tag-merge",
        "tag": str(tag.pk),
        "name": tag.name,
        "into": str(into.pk),
        "moved": [str(pk) for pk, person in rows if person not in had],
        "dropped": [str(person) for _, person in double],
    }
    Tag.objects.filter(pk=tag.pk).delete()
    _tell(people, "tags", into.name, by, now)
    _audit("tag.merge", "tag", into.pk, len(people), by)
    return Relabelled(len(people), undo.keep(facts))


# --- the way back


def _unname_skill(facts: dict[str, Any], by: Actor, now: datetime) -> list[UUID]:
    skill = Skill.objects.filter(pk=facts["skill"]).first()
    if skill is None:
        return []
    wrong = skill.key
    people = _rename(skill, facts["name"], facts["key"], by, now)
    SkillAlias.objects.filter(skill=skill, key=wrong).delete()
    return people


def _unmerge_skill(facts: dict[str, Any], by: Actor, now: datetime) -> list[UUID]:
    was, into = facts["skill"], Skill.objects.filter(pk=facts["into"]).first()
    parent = Skill.objects.filter(pk=was["parent"]).first() if was["parent"] else None
    SkillAlias.objects.filter(key=was["key"]).delete()
    skill = Skill.objects.create(pk=facts["id"], name=was["name"], key=was["key"], kind=was["kind"], parent=parent)
    SkillAlias.objects.filter(pk__in=facts["aliases"]).update(skill=skill)
    Skill.objects.filter(pk__in=facts["children"]).update(parent=skill)
    if facts["was_child"] and into is not None:
        Skill.objects.filter(pk=into.pk).update(parent=skill)
    CandidateSkill.objects.filter(pk__in=facts["moved"]).update(skill=skill)
    _restore_claims(facts, skill)
    people = _haves(skill)
    _mean_others(skill, by)
    _tell(people, "skills", skill.name, by, now)
    return people


def _restore_claims(facts: dict[str, Any], skill: Skill) -> None:
    kept = CandidateSkill.objects.in_bulk([UUID(key) for key in facts["before"]])
    for claim in kept.values():
        for name, value in zip(DETAILS, facts["before"][str(claim.pk)], strict=True):
            setattr(claim, name, value)
    CandidateSkill.objects.bulk_update(kept.values(), DETAILS, batch_size=1000)
    here = _still_here([row["candidate_id"] for row in facts["dropped"]])
    rows = [row for row in facts["dropped"] if UUID(row["candidate_id"]) in here]
    CandidateSkill.objects.bulk_create([CandidateSkill(skill=skill, **row) for row in rows], batch_size=1000)


def _still_here(people: Sequence[str]) -> set[UUID]:
    return set(Candidate.objects.filter(pk__in=people).values_list("pk", flat=True))


def _unname_tag(facts: dict[str, Any], by: Actor, now: datetime) -> list[UUID]:
    tag = Tag.objects.filter(pk=facts["tag"]).first()
    return _call_tag(tag, facts["name"], by, now) if tag else []


def _unmerge_tag(facts: dict[str, Any], by: Actor, now: datetime) -> list[UUID]:
    tag = Tag.objects.create(pk=facts["tag"], name=facts["name"])
    CandidateTag.objects.filter(pk__in=facts["moved"]).update(tag=tag)
    here = _still_here(facts["dropped"])
    CandidateTag.objects.bulk_create([CandidateTag(candidate_id=key, tag=tag) for key in here], batch_size=1000)
    people = list(CandidateTag.objects.filter(tag=tag).values_list("candidate_id", flat=True))
    _tell(people, "tags", tag.name, by, now)
    return people


WAYS_BACK: dict[str, Callable[[dict[str, Any], Actor, datetime], list[UUID]]] = {
    "skill-name": _unname_skill,
    "skill-merge": _unmerge_skill,
    "tag-name": _unname_tag,
    "tag-merge": _unmerge_tag,
}


@transaction.atomic
def take_back(*, token: str, by: Actor, now: datetime) -> int:
    """Undo one rename or merge; returns for how many people. Raises NothingToUndo."""
    facts = undo.take(token)
    if facts.get("act") not in WAYS_BACK:
        raise undo.NothingToUndo("This can no longer be undone here.")
    try:
        with transaction.atomic():
            people = WAYS_BACK[facts["act"]](facts, by, now)
    except IntegrityError as error:
        raise undo.NothingToUndo("Its old name is in use again, so this can no longer be undone here.") from error
    audit.record(action="label.undo", by=by, facts={"people": len(people), "act": facts["act"]})
    return len(people)
