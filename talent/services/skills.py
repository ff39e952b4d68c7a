"""The skills of a workspace: finding one by any of its names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from talent.identity import skill_key
from talent.models import Skill, SkillAlias


def known(keys: Iterable[str]) -> dict[str, Skill]:
    """{key: skill} for those keys that a skill or one of its aliases has."""
    wanted = list(keys)
    found = {skill.key: skill for skill in Skill.objects.filter(key__in=wanted)}
    missing = [key for key in wanted if key not in found]
    if missing:
        aliases = SkillAlias.objects.filter(key__in=missing).select_related("skill")
        found |= {alias.key: alias.skill for alias in aliases}
    return found


def named(names: Iterable[str]) -> Mapping[str, Skill]:
    """{key: skill} for these names, by alias too; new ones are made. Two workers at once agree on one row."""
    wanted = {skill_key(n): " ".join(n.split())[:80] for n in names if skill_key(n)}
    found = known(wanted)
    missing = [Skill(key=key, name=name) for key, name in wanted.items() if key not in found]
    if missing:
        Skill.objects.bulk_create(missing, ignore_conflicts=True)
        found = known(wanted)
    return found


def canonical(name: str) -> str:
    """The key that filters compare, whichever of the skill's names is given."""
    key = skill_key(name)
    skill = known([key]).get(key)
    return skill.key if skill else key
