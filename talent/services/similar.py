"""Who is like somebody: near in what they do, with the reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from talent.choices import PassageKind
from talent.models import Candidate, Employment, FencedCandidate, Passage, Skill
from talent.search import embedding
from talent.services import lines, listing, meanings, reachable, snippets
from talent.services.lines import Row
from talent.services.snippets import Snippet

LOOKED_AT = 200
MOST_PASSAGES = 20  # of the person, the profile's first


@dataclass(frozen=True)
class Alike:
    """Somebody who is like the person: what both share, and the passage that comes nearest."""

    row: Row
    skills: Sequence[str]
    companies: Sequence[str]
    snippet: Snippet | None


def _people(candidate: Candidate, same_country: bool, now: datetime) -> QuerySet[FencedCandidate]:
    """Everybody else who may be contacted."""
    people = reachable.only(FencedCandidate.objects.exclude(pk=candidate.pk), now)
    return people.filter(country=candidate.country) if same_country and candidate.country else people


def _near(candidate: Candidate, people: QuerySet[FencedCandidate]) -> dict[UUID, UUID]:
    """{person: passage}, the nearest first, by what the profile and the documents say; notes are our own words."""
    own = Passage.objects.filter(candidate=candidate, code__isnull=False).exclude(kind=PassageKind.NOTE)
    codes = [bytes(code) for code in own.order_by("-kind", "number").values_list("code", flat=True)[:MOST_PASSAGES]]
    if not codes:
        return {}
    near = meanings.people_near(embedding.middle(codes), people, LOOKED_AT)
    return {one.candidate_id: one.passage_id for one in near}


def _by_skills(candidate: Candidate, people: QuerySet[FencedCandidate]) -> list[UUID]:
    """People who share skills, some LOOKED_AT of them: all there is while meanings cannot be compared."""
    sharing = people.filter(skill_keys__overlap=candidate.skill_keys) if candidate.skill_keys else people.none()
    return list(sharing.order_by("-pk").values_list("pk", flat=True)[:LOOKED_AT])


def _companies(ids: Sequence[UUID], candidate: Candidate) -> dict[UUID, list[str]]:
    """Where both have worked."""
    own = set(Employment.objects.filter(candidate=candidate).exclude(company="").values_list("company", flat=True))
    shared: dict[UUID, list[str]] = {}
    for person, company in Employment.objects.filter(candidate__in=ids, company__in=own).values_list(
        "candidate_id", "company"
    ):
        if company not in shared.setdefault(person, []):
            shared[person].append(company)
    return shared


def people_like(*, candidate: Candidate, now: datetime, same_country: bool = False, limit: int = 20) -> list[Alike]:
    """The people most like somebody. Who must not be contacted is left out.

    The order: the share of skills in common and the nearness of what they do, each as a rank, added up.
    """
    people = _people(candidate, same_country, now)
    near = _near(candidate, people)
    ids = list(near) or _by_skills(candidate, people)
    own = set(candidate.skill_keys)
    known = {one["pk"]: one for one in FencedCandidate.objects.filter(pk__in=ids).values(*listing.LINE)}
    shared = {pk: sorted(own.intersection(one["skill_keys"])) for pk, one in known.items()}
    by_skills = sorted(ids, key=lambda pk: -len(shared.get(pk, ())))
    ranks = {pk: ids.index(pk) + place for place, pk in enumerate(by_skills)}
    best = [pk for pk in sorted(ids, key=lambda pk: ranks[pk]) if pk in known][:limit]
    names = dict(Skill.objects.filter(key__in=own).values_list("key", "name"))
    companies = _companies(best, candidate)
    told = snippets.of_passages([near[pk] for pk in best if pk in near])
    rows = lines.rows([known[pk] for pk in best])
    return [
        Alike(
            row,
            [names.get(key, key) for key in shared[row.id]],
            companies.get(row.id, []),
            told.get(near[row.id]) if row.id in near else None,
        )
        for row in rows
    ]
