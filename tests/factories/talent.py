"""People of the talent community, invented."""

from __future__ import annotations

from datetime import UTC, datetime

from crm.actors import SYSTEM
from talent.models import Candidate, CandidateSkill, ContactPoint
from talent.profile import Claim, Job, Place, Profile
from talent.services import candidates, search_text
from talent.services.candidates import Origin

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_profile(name: str = "Zoë Ångström", email: str = "zoe@example.com", **fields: object) -> Profile:
    """A full profile; fields replace what is in it."""
    profile = Profile(
        name=Claim(name),
        emails=[Claim(email)] if email else [],
        phones=[Claim("+46 8 123 456 78")],
        place=Place("Stockholm, Sweden"),
        skills=[Claim("Python"), Claim("PostgreSQL")],
        jobs=[Job("Data engineer", "Nordlicht", "2021-04", "", True), Job("Developer", "Fjord Labs", "2018", "2021")],
    )
    return profile.without(**fields)


def a_candidate(name: str = "Zoë Ångström", email: str = "zoe@example.com", **fields: object) -> Candidate:
    """A candidate of the current tenant."""
    return candidates.save(
        profile=a_profile(name, email, **fields), origin=Origin("Test"), by=SYSTEM, now=NOW
    ).candidate


def a_crowd(count: int) -> list[Candidate]:
    """Candidates called "Person 00", "Person 01", ... in a few statements, all with what `a_candidate` has but jobs."""
    first = a_candidate("Person 00", "person0@example.com")
    like = {field.attname: getattr(first, field.attname) for field in Candidate._meta.concrete_fields}
    like = {name: value for name, value in like.items() if name not in ("id", "name", "search_vector")}
    people = Candidate.objects.bulk_create(Candidate(**like, name=f"Person {n:02}") for n in range(1, count))
    addresses = [f"person{n}@example.com" for n in range(1, count)]
    ContactPoint.objects.bulk_create(
        ContactPoint(candidate=person, kind="email", value=address, normal=address, is_primary=True)
        for person, address in zip(people, addresses, strict=True)
    )
    known = list(CandidateSkill.objects.filter(candidate=first))
    CandidateSkill.objects.bulk_create(
        CandidateSkill(candidate=person, skill_id=claim.skill_id) for person in people for claim in known
    )
    search_text.rebuild([person.pk for person in people])
    return [first, *people]
