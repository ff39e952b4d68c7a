"""Audiences: the people of some segments and pools, less those of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from crm.tenancy.many import among
from outreach.models import AudienceSource, Broadcast, SendingPolicy
from outreach.services import contact_rules
from talent.filters import tree
from talent.models import Candidate, PoolMembership
from talent.services import membership

FEW = 50  # below it a share of the workspace says nothing
# What makes a rule about somebody in particular: what they can do, where they are, what they want.
SAYS_WHO = frozenset(
    {
        "skill",
        "language",
        "tag",
        "pool",
        "seniority",
        "title",
        "headline",
        "company",
        "employer",
        "past_employer",
        "past_title",
        "school",
        "country",
        "region_of_world",
        "city",
        "region",
        "location",
        "near",
        "open_to_remote",
        "open_to_relocation",
        "job_search",
        "job",
        "application_outcome",
        "application_stage",
        "disposition",
        "finalist",
        "silver_medallist",
    }
)


@dataclass
class Audience:
    """Who is in it, each with the name of what put them there first; how many were named, and taken out again."""

    people: dict[UUID, str] = field(default_factory=dict)
    named: int = 0

    @property
    def taken_out(self) -> int:
        return self.named - len(self.people)


def sources_of(broadcast: Broadcast) -> list[AudienceSource]:
    return list(broadcast.sources.select_related("segment", "pool"))


def _rows(source: AudienceSource) -> QuerySet[Any]:
    """The places of whoever is in the segment now, or in the pool as far as whoever looks may know of it."""
    if source.segment is not None:
        return membership.current(source.segment)
    return PoolMembership.objects.filter(pool=source.pool_id)


def _people_of(source: AudienceSource) -> Iterable[UUID]:
    people: Iterable[UUID] = _rows(source).order_by("candidate_id").values_list("candidate_id", flat=True)
    return people


def of(sources: Sequence[AudienceSource]) -> Audience:
    """The people of the sources that include, less those of the sources that exclude; one query a source."""
    audience = Audience()
    for source in (s for s in sources if not s.is_excluded):
        for person in _people_of(source):
            audience.people.setdefault(person, str(source)[:120])
    audience.named = len(audience.people)
    for source in (s for s in sources if s.is_excluded):
        for person in _people_of(source):
            audience.people.pop(person, None)
    return audience


def at_most(sources: Sequence[AudienceSource]) -> int:
    """How many people may be in it: whoever is in two sources counts twice, and nobody is taken out."""
    return sum(_rows(source).count() for source in sources if not source.is_excluded)


@dataclass(frozen=True)
class Part:
    """Some of an audience, as in `Audience.people`; `last` is who was looked at last, None when nobody is left."""

    people: dict[UUID, str]
    last: UUID | None


def part(sources: Sequence[AudienceSource], after: UUID | None, size: int) -> Part:
    """Of the next `size` people of the sources that include, in the order of keys, those who are in the audience."""
    named: dict[UUID, str] = {}
    for source in (s for s in sources if not s.is_excluded):
        rows = _rows(source).filter(candidate_id__gt=after) if after else _rows(source)
        for person in rows.order_by("candidate_id").values_list("candidate_id", flat=True)[:size]:
            named.setdefault(person, str(source)[:120])
    looked_at = sorted(named)[:size]
    out: set[UUID] = set()
    for source in (s for s in sources if s.is_excluded):
        out.update(_rows(source).filter(among("candidate", looked_at)).values_list("candidate_id", flat=True))
    people = {person: named[person] for person in looked_at if person not in out}
    return Part(people, looked_at[-1] if len(looked_at) == size else None)


def is_broad(source: AudienceSource) -> bool:
    """A segment whose rule names no skill, role, place or interest: anybody. A pool was put together by hand."""
    if source.segment is None:
        return False
    rule = membership.rule_of(source.segment)
    fields = {one.field for one in tree.conditions(rule)} if rule is not None else set()
    return not any(name in SAYS_WHO or name.startswith("custom:") for name in fields)


def needs_approval(sources: Sequence[AudienceSource], people: int, rules: SendingPolicy | None = None) -> list[str]:
    """Why a second person must look at this audience, in sentences; empty: nobody must."""
    rules, why = rules or contact_rules.current(), []
    if rules.approval_people and people > rules.approval_people:
        why.append(f"It goes to {people:,} people; above {rules.approval_people:,} a second person looks at it.")
    if people <= FEW:
        return why
    everybody = Candidate.objects.count()
    if rules.approval_percent and people * 100 > rules.approval_percent * everybody:
        share = people / everybody
        why.append(
            f"It goes to {share:.0%} of everybody; above {rules.approval_percent} % a second person looks at it."
        )
    broad = [str(s) for s in sources if not s.is_excluded and is_broad(s)] if rules.approval_for_broad else []
    if broad:
        names = ", ".join(f"“{name}”" for name in broad)
        why.append(f"{names} names no skill, role, place or interest: it is written to anybody.")
    return why
