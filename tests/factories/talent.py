"""People of the talent community, invented."""

from __future__ import annotations

from datetime import UTC, datetime

from crm.actors import SYSTEM
from talent.models import Candidate
from talent.profile import Claim, Job, Place, Profile
from talent.services import candidates
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
