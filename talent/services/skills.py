"""The skills of a workspace: finding one by any of its names, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from uuid import UUID

import pycountry
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from crm.actors import Actor
from crm.services import audit
from crm.tenancy.many import among_texts, texts
from crm.unseen import one_line
from talent.choices import SkillKind
from talent.identity import skill_key
from talent.models import CandidateSkill, Skill, SkillAlias
from talent.services import field_changes

DEEPEST = 5


class NameTaken(ValueError):
    """Another skill has that name, or an alias of another one."""


class BadParent(ValueError):
    """A skill cannot be below itself, nor too deep."""


class SkillInUse(ValueError):
    """People have it: it can be merged, not deleted."""


@cache
def human_languages() -> frozenset[str]:
    """The keys of what is a human language when nobody has said what sort of skill it is: ISO 639-1, in English."""
    named = (part for one in pycountry.languages if hasattr(one, "alpha_2") for part in one.name.split(";"))
    return frozenset(skill_key(part.split("(")[0]) for part in named)


def of_keys(keys: str) -> QuerySet[Skill]:
    """The skills with these keys themselves, not by another name; the keys are told as `crm.tenancy.many.texts`."""
    return Skill.objects.filter(among_texts("key", keys))


def known(keys: Iterable[str]) -> dict[str, Skill]:
    """{key: skill} for those keys that a skill or one of its aliases has."""
    wanted = list(keys)
    found = {skill.key: skill for skill in of_keys(texts(wanted))}
    missing = [key for key in wanted if key not in found]
    if missing:
        aliases = SkillAlias.objects.filter(key__in=missing).select_related("skill")
        found |= {alias.key: alias.skill for alias in aliases}
    return found


def named(names: Iterable[str]) -> Mapping[str, Skill]:
    """{key: skill} for these names, by alias too; new ones are made. Two workers at once agree on one row."""
    wanted = {skill_key(n): one_line(n)[:80] for n in names if skill_key(n)}
    found = known(wanted)
    missing = [
        Skill(key=key, name=name, kind=SkillKind.LANGUAGE if key in human_languages() else SkillKind.TECHNICAL)
        for key, name in wanted.items()
        if key not in found
    ]
    if missing:
        Skill.objects.bulk_create(missing, ignore_conflicts=True)
        found = known(wanted)
    return found


def canonical(name: str) -> str:
    """The key that filters compare, whichever of the skill's names is given."""
    key = skill_key(name)
    skill = known([key]).get(key)
    return skill.key if skill else key


def overview(words: str = "", kind: str = "") -> QuerySet[Skill]:
    """Skills by name, each with `people` and its aliases; those whose name or alias holds the words."""
    counted = CandidateSkill.objects.filter(skill=OuterRef("pk")).order_by().values("skill")
    rows = Skill.objects.select_related("parent").prefetch_related("aliases").order_by("name", "pk")
    rows = rows.annotate(people=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0))
    if kind:
        rows = rows.filter(kind=kind)
    if key := skill_key(words.replace("\x00", "")):
        by_alias = SkillAlias.objects.filter(key__contains=key).values("skill_id")
        rows = rows.filter(Q(key__contains=key) | Q(pk__in=by_alias))
    return rows


def people(skill: Skill) -> int:
    """How many people have it."""
    return CandidateSkill.objects.filter(skill=skill).count()


def both(skill: Skill, into: Skill) -> int:
    """How many people have the one and the other."""
    theirs = CandidateSkill.objects.filter(skill=into).values("candidate")
    return CandidateSkill.objects.filter(skill=skill, candidate__in=theirs).count()


def _refuse_taken(key: str, skill: Skill | None) -> None:
    owner = known([key]).get(key)
    if not key:
        raise NameTaken("Write a name.")
    if owner is not None and owner != skill:
        raise NameTaken(f"“{owner}” is called that already. Merge the two if they are the same.")


def _refuse_circle(skill: Skill, parent: Skill | None) -> None:
    above, steps = parent, 0
    while above is not None:
        steps += 1
        if above == skill:
            raise BadParent(f"“{parent}” lies below “{skill}” already.")
        if steps >= DEEPEST:
            raise BadParent(f"Skills can lie {DEEPEST} levels deep at most.")
        above = above.parent


@transaction.atomic
def create(*, name: str, kind: str, by: Actor, parent: Skill | None = None) -> Skill:
    """A new skill. Raises NameTaken."""
    key = skill_key(name)
    _refuse_taken(key, None)
    skill = Skill.objects.create(name=one_line(name)[:80], key=key, kind=kind, parent=parent)
    audit.record(action="skill.create", by=by, object_type="talent.skill", object_id=skill.pk)
    return skill


@transaction.atomic
def place(*, skill: Skill, kind: str, parent: Skill | None, by: Actor) -> None:
    """Say what sort of skill it is, and below which one it lies. Raises BadParent."""
    _refuse_circle(skill, parent)
    skill.kind, skill.parent = kind, parent
    skill.save(update_fields=["kind", "parent"])
    audit.record(action="skill.place", by=by, object_type="talent.skill", object_id=skill.pk)


@transaction.atomic
def add_alias(*, skill: Skill, name: str, by: Actor) -> SkillAlias:
    """One more name of a skill. Raises NameTaken when it means another one."""
    key = skill_key(name)
    _refuse_taken(key, skill)
    if key == skill.key:
        raise NameTaken("That is its name already.")
    alias, _ = SkillAlias.objects.get_or_create(key=key, defaults={"skill": skill, "name": one_line(name)[:80]})
    audit.record(action="skill.alias", by=by, object_type="talent.skill", object_id=skill.pk)
    field_changes.tell(*field_changes.SKILLS, by=by, words=[key])
    return alias


@transaction.atomic
def remove_alias(*, alias: SkillAlias, by: Actor) -> None:
    """From now on the name no longer means the skill; people who got it by that name keep it."""
    alias.delete()
    audit.record(action="skill.unalias", by=by, object_type="talent.skill", object_id=alias.skill_id)
    field_changes.tell(*field_changes.SKILLS, by=by, words=[alias.key])


@transaction.atomic
def delete(*, skill: Skill, by: Actor) -> None:
    """Remove a skill that nobody has. Raises SkillInUse."""
    if CandidateSkill.objects.filter(skill=skill).exists():
        raise SkillInUse(f"People have “{skill}”. Merge it into another skill instead.")
    key: UUID = skill.pk
    skill.delete()
    audit.record(action="skill.delete", by=by, object_type="talent.skill", object_id=key)
