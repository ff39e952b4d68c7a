"""Varied people, and random rules about them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st

from crm import events
from crm.actors import SYSTEM
from crm.permissions import Role
from talent.choices import BanReason, ContactKind, MembershipCause, RelationshipState
from talent.filters import catalogue
from talent.filters.catalogue import Field
from talent.filters.tree import All, Any, Condition, Node, Not, Times, Value
from talent.models import (
    Candidate,
    ContactBan,
    ContactPoint,
    PoolMembership,
    Segment,
    SegmentMembership,
    Source,
    Tag,
    TalentPool,
)
from tests.factories.people import a_user
from tests.factories.talent import NOW

SKILLS = ["python", "go", "c++", "sql"]
TITLES = ["", "Senior Software Engineer", "Développeuse Python", "Head of 100% Sales", "data_engineer", "ŁÓDŹ Straße"]
COUNTRIES = ["", "DE", "AT", "SE"]
WORDS = ["engineer", "SENIOR", "developp", "100%", "_", "strasse", "łódź", "python", "\\", "e"]
MAIL_KINDS = ["message_sent", "message_opened", "message_clicked", "message_received", "message_bounced"]


@dataclass(frozen=True)
class Population:
    """Everybody who was made, and the ids that rules can name, by field."""

    people: list[UUID]
    ids: dict[str, list[str]]


def _moment(chance: random.Random) -> object:
    # around midnights as well, where "N days" begins
    days, seconds = chance.choice([0, 1, 6, 7, 8, 30, 31, 90, 400]), chance.choice([0, 1, 9 * 3600, 86399])
    return chance.choice([None, NOW - timedelta(days=days, seconds=seconds)])


def _labels(member_id: UUID) -> dict[str, list[UUID]]:
    rule = {"all": []}
    return {
        "tag": [Tag.objects.create(name=n).pk for n in ("Alumni", "Speaker", "Unused")],
        "source": [Source.objects.create(name=n, kind="manual").pk for n in ("Fair", "Import")],
        "pool": [TalentPool.objects.create(name=n).pk for n in ("Platform", "Sales", "Nobody")],
        "segment": [Segment.objects.create(name=n, rule=rule).pk for n in ("First", "Second")],
        "owner": [member_id],
    }


def a_person(chance: random.Random, number: int, ids: dict[str, list[UUID]]) -> Candidate:
    """One person whose every field is drawn by chance, missing values included."""
    person = Candidate.objects.create(
        name=f"Person {number}",
        current_title=chance.choice(TITLES),
        country=chance.choice(COUNTRIES),
        state=chance.choice(RelationshipState.values),
        source_id=chance.choice([None, *ids["source"]]),
        owner_id=chance.choice([None, *ids["owner"]]),
        skill_keys=chance.sample(SKILLS, chance.randrange(4)),
        tag_ids=chance.sample(ids["tag"][:2], chance.randrange(3)),
        last_contacted_at=_moment(chance),
        last_replied_at=_moment(chance),
    )
    Candidate.objects.filter(pk=person.pk).update(created_at=_moment(chance) or NOW)
    return person


def _surround(chance: random.Random, person: Candidate, ids: dict[str, list[UUID]]) -> None:
    """Contact points, bans, memberships and mails of a person, by chance."""
    if chance.random() < 0.7:
        bounced_at = chance.choice([None, None, NOW])
        address = f"{person.pk}@example.com"
        ContactPoint.objects.create(
            candidate=person, kind=ContactKind.EMAIL, value=address, normal=address, bounced_at=bounced_at
        )
    if chance.random() < 0.3:
        lifted_at = chance.choice([None, NOW])
        ContactBan.objects.create(candidate=person, reason=BanReason.MANUAL, banned_at=NOW, lifted_at=lifted_at)
    for pool in chance.sample(ids["pool"][:2], chance.randrange(3)):
        PoolMembership.objects.create(pool_id=pool, candidate=person, added_by="Test")
    for segment in chance.sample(ids["segment"], chance.randrange(3)):
        left_at = chance.choice([None, NOW])
        SegmentMembership.objects.create(
            segment_id=segment, candidate=person, entered_at=NOW, entered_by=MembershipCause.RULE, left_at=left_at
        )
    for _ in range(chance.randrange(6)):
        at = _moment(chance) or NOW
        events.publish(chance.choice(MAIL_KINDS), candidate=person.pk, occurred_at=at, actor=SYSTEM)  # type: ignore[arg-type]


def a_population(tenant_id: UUID, size: int = 40, seed: int = 7) -> Population:
    """Varied people of the current tenant; the same for the same seed."""
    chance = random.Random(seed)
    member = a_user("owner-of-people@example.com").memberships.create(tenant_id=tenant_id, role=Role.RECRUITER)
    ids = _labels(member.pk)
    people = [a_person(chance, n, ids) for n in range(size)]
    for person in people:
        _surround(chance, person, ids)
    return Population([p.pk for p in people], {k: [str(i) for i in v] for k, v in ids.items()})


# --- random rules


def _some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


def _value(field: Field, kind: str, ids: dict[str, list[str]]) -> st.SearchStrategy[Value]:
    plain = {"skill": SKILLS, "country": COUNTRIES[1:], "state": list(RelationshipState.values), "title": WORDS}
    days = st.sampled_from([0, 1, 7, 30, 90, 365])
    kinds: dict[str, Callable[[], st.SearchStrategy[Value]]] = {
        "none": lambda: st.none(),
        "days": lambda: days,
        "date": lambda: st.dates(date(2025, 1, 1), date(2026, 3, 3)),
        "times": lambda: st.builds(Times, st.integers(1, 3), days),
        "text": lambda: st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join),
        "choices": lambda: _some(plain.get(field.name) or ids.get(field.name) or _listed(field)),
    }
    return kinds[kind]()


def _listed(field: Field) -> list[str]:
    """The values of a field whose choices are the same for every tenant."""
    return [choice.value for choice in field.choices()] if field.choices else []


def conditions(ids: dict[str, list[str]]) -> st.SearchStrategy[Node]:
    """Every field with every operator."""
    return st.one_of(
        [
            _value(field, operator.value, ids).map(lambda v, f=field.name, o=operator.name: Condition(f, o, v))  # type: ignore[misc]
            for field in catalogue.fields.values()
            if field.name in ids or not field.ids
            for operator in field.operators.values()
        ]
    )


def trees(ids: dict[str, list[str]]) -> st.SearchStrategy[Node]:
    """Random trees of conditions, groups and negations."""
    return st.recursive(
        conditions(ids),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda n: All(tuple(n))),
            st.lists(inner, min_size=1, max_size=3).map(lambda n: Any(tuple(n))),
            inner.map(Not),
        ),
        max_leaves=6,
    )
