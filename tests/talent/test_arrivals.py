"""Many profiles at once leave exactly what they leave one by one."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from crm.actors import SYSTEM
from crm.models import AuditEntry, Event
from talent.models import Candidate, CandidateSkill, ContactPoint, Education, Employment, Provenance
from talent.profile import Claim, Profile, School
from talent.services import arrivals, candidates
from talent.services.arrivals import Arrival
from talent.services.candidates import NothingKnown, Origin
from tests.factories.talent import NOW, a_candidate, a_profile

LEFT = (
    (Candidate, ("name", "current_title", "country", "source__name", "skill_keys", "search_text")),
    (ContactPoint, ("candidate__name", "kind", "normal", "is_primary")),
    (Employment, ("candidate__name", "title", "company", "start", "is_current")),
    (Education, ("candidate__name", "institution", "degree")),
    (CandidateSkill, ("candidate__name", "skill__key", "evidence")),
    (Provenance, ("candidate__name", "field", "value", "snippet", "origin")),
    (Event, ("kind", "occurred_at", "actor_label", "data")),
    (AuditEntry, ("action", "object_type", "actor_label", "fields")),
)


def an_arrival(name: str, email: str, **fields: object) -> Arrival:
    return Arrival(a_profile(name, email, **fields), Origin("Fair", "event"), SYSTEM, NOW)


STACK = [
    an_arrival("Mei", "mei@example.com", schools=[School("Tokyo", "MSc", "2010", "2014")]),
    an_arrival("Zoë again", "zoe@example.com", skills=[Claim("Rust", "wrote Rust")]),
    an_arrival("Jun", "not an address"),
    an_arrival("Mei T.", "MEI@example.com", skills=[Claim("Go")]),
    an_arrival("Ada", "ada@example.com", skills=[Claim("Go"), Claim("Go")]),
]


def left() -> list[list[Any]]:
    return [sorted(map(repr, model.objects.values_list(*columns))) for model, columns in LEFT]


def one_by_one(stack: list[Arrival]) -> list[candidates.Outcome]:
    return [candidates.save(profile=a.profile, origin=a.origin, by=a.by, now=a.now) for a in stack]


def test_stack_leaves_what_its_profiles_leave_alone(inside: UUID) -> None:
    found = []
    for save in (one_by_one, arrivals.save_all):
        with transaction.atomic():
            a_candidate()
            told = [(o.candidate.name, o.created, o.changed, o.problems) for o in save(STACK)]
            found.append((told, left()))
            transaction.set_rollback(True)

    assert found[0] == found[1]


def test_statements_do_not_grow_with_the_people(inside: UUID) -> None:
    counts = []
    for size in (3, 60):
        stack = [an_arrival(f"P{size}-{n}", f"p{size}.{n}@example.com") for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            arrivals.save_all(stack)
        counts.append(len(queries) - (size == 3) * 2)  # the first stack makes source and skills

    assert counts[1] <= counts[0]


def test_profile_of_nobody_stops_the_stack(inside: UUID) -> None:
    with pytest.raises(NothingKnown):
        arrivals.save_all([*STACK, Arrival(Profile(), Origin("Fair"), SYSTEM, NOW)])

    assert Candidate.objects.count() == 0
