"""Many profiles at once: the people nobody knows yet are written in a few statements, whatever their number."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.services import audit
from talent.choices import IDENTIFYING_KINDS
from talent.events import CANDIDATE_CREATED
from talent.identity import Identified, skill_key
from talent.models import Candidate, CandidateSkill, ContactPoint, Education, Employment, Provenance, Source
from talent.profile import Profile
from talent.services import candidates, contact, labels, profile_rows, search_text, seniority, skills
from talent.services.candidates import Origin, Outcome


@dataclass(frozen=True)
class Arrival:
    """A profile, where it came from, who brought it and when."""

    profile: Profile
    origin: Origin
    by: Actor
    now: datetime


@dataclass(frozen=True)
class _Newcomer:
    arrival: Arrival
    candidate: Candidate
    points: Sequence[Identified]
    problems: Sequence[str]

    @property
    def lists(self) -> list[str]:
        """The names of the lists that this person comes with."""
        said = self.arrival.profile
        brought = {
            "contact_points": self.points,
            "employments": [j for j in said.jobs if j.title or j.company],
            "education": [s for s in said.schools if s.institution or s.degree],
            "skills": [c for c in said.skills if skill_key(c.value)],
        }
        return [name for name, rows in brought.items() if rows]


@transaction.atomic
def save_all(arrivals: Sequence[Arrival]) -> list[Outcome]:
    """What `candidates.save` does for each, in their order; the outcomes come in the same order.

    Who is known already, or shares an address with another of the batch, is saved one by one after the others.
    Raises NothingKnown when one of the profiles describes nobody: then nothing is saved.
    """
    read = [candidates.identified(arrival.profile) for arrival in arrivals]
    contact.hold(point for points, _ in read for point in points)
    alone = _alone([points for points, _ in read])
    fresh = {
        number: _Newcomer(arrivals[number], _candidate(arrivals[number], read[number][0]), *read[number])
        for number in alone
    }
    _write(list(fresh.values()))
    return [
        Outcome(fresh[number].candidate, True, tuple(fresh[number].lists), tuple(fresh[number].problems))
        if number in fresh
        else candidates.save(profile=one.profile, origin=one.origin, by=one.by, now=one.now)
        for number, one in enumerate(arrivals)
    ]


def _alone(all_points: Sequence[Sequence[Identified]]) -> list[int]:
    """Which of these name somebody whom neither the workspace nor another of them names."""
    naming = [{p.key for p in points if p.kind in IDENTIFYING_KINDS} for points in all_points]
    times = Counter(key for keys in naming for key in keys)
    known = ContactPoint.objects.owners_of(times)
    return [n for n, keys in enumerate(naming) if all(times[key] == 1 and key not in known for key in keys)]


def _candidate(arrival: Arrival, points: Sequence[Identified]) -> Candidate:
    return candidates.newcomer(arrival.profile, points, arrival.by)


def _write(newcomers: Sequence[_Newcomer]) -> None:
    if not newcomers:
        return
    sources = _sources(newcomers)
    for one in newcomers:
        one.candidate.source = sources[candidates.source_name(one.arrival.origin)]
    Candidate.objects.bulk_create([one.candidate for one in newcomers])
    _write_lists(newcomers)
    _write_skills(newcomers)
    seniority.derive([one.candidate.pk for one in newcomers], now=newcomers[0].arrival.now)
    search_text.rebuild(one.candidate.pk for one in newcomers)
    _tell(newcomers)


def _sources(newcomers: Sequence[_Newcomer]) -> dict[str, Source]:
    kinds = {candidates.source_name(one.arrival.origin): one.arrival.origin.kind for one in newcomers}
    return {name: candidates.source_named(name, kind) for name, kind in kinds.items()}


def _write_lists(newcomers: Sequence[_Newcomer]) -> None:
    """Contact points, jobs, schools, and where every value came from."""
    told = [(one.candidate, one.arrival.profile, one.arrival.origin) for one in newcomers]
    ContactPoint.objects.bulk_create(
        [row for one in newcomers for row in contact.rows(one.candidate, one.points)], batch_size=1000
    )
    Employment.objects.bulk_create([r for person, said, _ in told for r in profile_rows.jobs(person, said)])
    Education.objects.bulk_create([r for person, said, _ in told for r in profile_rows.schools(person, said)])
    Provenance.objects.bulk_create(
        [row for person, said, origin in told for row in candidates.provenance_of(person, said, origin)],
        batch_size=1000,
    )


def _write_skills(newcomers: Sequence[_Newcomer]) -> None:
    known = skills.named(claim.value for one in newcomers for claim in one.arrival.profile.skills)
    rows = [
        row
        for one in newcomers
        for row in labels.skill_rows(
            candidate=one.candidate,
            claims=one.arrival.profile.skills,
            said_by=one.arrival.origin.name,
            document=one.arrival.origin.document,
            known=known,
        )
    ]
    CandidateSkill.objects.bulk_create(rows, batch_size=1000)


def _tell(newcomers: Sequence[_Newcomer]) -> None:
    """One event and one audit entry for each person, as for people who come alone."""
    brought: dict[Actor, dict[UUID, list[str]]] = defaultdict(dict)
    for one in newcomers:
        brought[one.arrival.by][one.candidate.pk] = one.lists
    events.publish_many(
        [
            events.build(
                CANDIDATE_CREATED,
                candidate=one.candidate.pk,
                occurred_at=one.arrival.now,
                actor=one.arrival.by,
                data={"source": candidates.source_name(one.arrival.origin)},
            )
            for one in newcomers
        ]
    )
    for by, fields in brought.items():
        audit.record_each(action="candidate.create", by=by, object_type="talent.candidate", fields=fields)
