"""What somebody new comes with: the rows of a profile's lists, and where each value came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from django.db.models import Model

from talent.identity import Identified, skill_key
from talent.models import Candidate, CandidateSkill, ContactPoint, Document, Education, Employment, Provenance, Skill
from talent.profile import Profile
from talent.services import contact, labels, profile_rows, skills

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Brought:
    """The rows of somebody new, each list as its model orders it; provenance in the order of writing."""

    points: Sequence[ContactPoint]
    jobs: Sequence[Employment]
    schools: Sequence[Education]
    skills: Sequence[CandidateSkill]
    provenance: Sequence[Provenance]

    @property
    def names(self) -> list[str]:
        """The names of the lists that are not empty."""
        lists = {"contact_points": self.points, "employments": self.jobs, "education": self.schools}
        return [name for name, rows in (*lists.items(), ("skills", self.skills)) if rows]


def skill_keys(profile: Profile) -> list[str]:
    """The normal forms of a profile's skills, each once."""
    return list(dict.fromkeys(key for claim in profile.skills if (key := skill_key(claim.value))))


def rows(
    candidate: Candidate,
    profile: Profile,
    points: Sequence[Identified],
    provenance: Sequence[Provenance],
    *,
    known: Mapping[str, Skill],
    said_by: str,
    document: Document | None,
) -> Brought:
    """Not yet written. `known` are skills by their keys, in the order of their names; those nobody has had are made."""
    return Brought(
        _in_order(contact.rows(candidate, points)),
        _in_order(profile_rows.jobs(candidate, profile)),
        _in_order(profile_rows.schools(candidate, profile)),
        _skills(candidate, profile, known, said_by, document),
        provenance,
    )


def _skills(
    candidate: Candidate, profile: Profile, known: Mapping[str, Skill], said_by: str, document: Document | None
) -> list[CandidateSkill]:
    order = [skill.pk for skill in known.values()]
    if any(key not in known for key in skill_keys(profile)):
        known = skills.named(claim.value for claim in profile.skills)
        order = list(Skill.objects.filter(pk__in=[skill.pk for skill in known.values()]).values_list("pk", flat=True))
    told = labels.skill_rows(
        candidate=candidate, claims=profile.skills, said_by=said_by, document=document, known=known
    )
    return sorted(told, key=lambda row: order.index(row.skill_id))


def _in_order(rows: Sequence[M]) -> list[M]:
    """As the database would answer: by plain columns, whose words are digits, signs and names out of the code. They are
    written in this order, so that among equals `created_at` says the same.
    """
    ordered = list(rows)
    names = [str(name) for name in ordered[0]._meta.ordering or ()] if len(ordered) > 1 else []
    for name in reversed([name for name in names if name != "created_at"]):
        ordered.sort(key=attrgetter(name.removeprefix("-")), reverse=name.startswith("-"))
    return ordered
