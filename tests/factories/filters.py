"""Varied people, and random rules about them."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any as Fact
from uuid import UUID

from hypothesis import strategies as st

from crm import events
from crm.actors import SYSTEM, Actor
from crm.models import StoredFile
from crm.permissions import Role
from talent.choices import (
    Address,
    Channel,
    ContactKind,
    FactKind,
    JobSearchStatus,
    MembershipCause,
    RelationshipState,
    Seniority,
)
from talent.filters import catalogue
from talent.filters.catalogue import Field
from talent.filters.operators import Operator
from talent.filters.tree import All, Any, Condition, Near, Node, Not, Range, Rated, Share, Span, Times, Value
from talent.models import (
    Candidate,
    CandidateFact,
    CandidateSkill,
    ContactPoint,
    ContactPreference,
    Education,
    Employment,
    FieldDefinition,
    FieldValue,
    Note,
    Segment,
    SegmentMembership,
    Skill,
    Source,
    Tag,
    TalentPool,
)
from talent.warmth import Weights
from tests.factories import surroundings
from tests.factories.people import a_user
from tests.factories.pools import a_pool, place
from tests.factories.talent import NOW

SKILLS = ["python", "go", "c++", "sql"]
TITLES = ["", "Senior Software Engineer", "Développeuse Python", "Head of 100% Sales", "data_engineer", "ŁÓDŹ Straße"]
COUNTRIES = ["", "DE", "AT", "SE"]
PLACES: list[dict[str, object]] = [
    {},
    {
        "city": "Berlin",
        "region": "Berlin",
        "location": "Berlin, Germany",
        "latitude": 52.524,
        "longitude": 13.411,
        "time_zone": "Europe/Berlin",
    },
    {"city": "Malmö", "latitude": 55.606, "longitude": 13.001, "time_zone": "Europe/Stockholm"},
    {"city": "Suva", "latitude": -18.142, "longitude": 178.442, "time_zone": "Pacific/Fiji"},
    {"city": "Apia", "latitude": -13.833, "longitude": -171.767},
]
FIRMS = ["Acme", "Mälar Data AB", "100% Go", "python.org"]
WORDS = ["engineer", "SENIOR", "developp", "100%", "_", "strasse", "łódź", "python", "\\", "e"]
CUSTOM: dict[str, list[object]] = {
    "text": ["Python at heart", "e", "ŁÓDŹ"],
    "number": [0, 0.1, 3, -7.5],
    "date": [date(2025, 3, 2), date(2026, 3, 2), date(2026, 3, 20), date(2024, 2, 29)],
    "boolean": [True, False],
    "choice": ["red", "green"],
    "choices": [["red"], ["red", "blue"], ["green", "blue"]],
}
MAIL_KINDS = ["message_sent", "message_opened", "message_clicked", "message_received", "message_bounced"]
MAIL_KINDS += ["message_delivered", "portal_invited", "portal_visited", "profile_edited", "task_done", "pool_left"]


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
    sources = [Source.objects.create(name=n, kind="manual").pk for n in ("Fair", "Import")]
    return {
        "tag": [Tag.objects.create(name=n).pk for n in ("Alumni", "Speaker", "Unused")],
        "source": sources,
        "any_source": sources,
        "pool": [a_pool(n).pk for n in ("Platform", "Sales", "Nobody")],
        "segment": [Segment.objects.create(name=n, rule=rule).pk for n in ("First", "Second")],
        "owner": [member_id],
        **surroundings.labels(),
    }


def a_person(chance: random.Random, number: int, ids: dict[str, list[UUID]]) -> Candidate:
    """One person whose every field is drawn by chance, missing values included."""
    person = Candidate.objects.create(
        name=f"Person {number}",
        headline=chance.choice(["", *TITLES]),
        current_title=chance.choice(TITLES),
        current_company=chance.choice(["", *FIRMS]),
        country=chance.choice(COUNTRIES),
        state=chance.choice(RelationshipState.values),
        source_id=chance.choice([None, *ids["source"]]),
        owner_id=chance.choice([None, *ids["owner"]]),
        skill_keys=chance.sample(SKILLS, chance.randrange(4)),
        tag_ids=chance.sample(ids["tag"][:2], chance.randrange(3)),
        last_contacted_at=_moment(chance),
        last_replied_at=_moment(chance),
        last_two_way_at=_moment(chance),
        seniority=chance.choice([None, *Seniority.values]),
        job_search=chance.choice(["", *JobSearchStatus.values]),
        open_to_remote=chance.choice([None, True, False]),
        open_to_relocation=chance.choice([None, True, False]),
        engagement=chance.choice([0, 3.5, 7, 30, 90]) * Weights().growth(NOW),
        **chance.choice(PLACES),
    )
    Candidate.objects.filter(pk=person.pk).update(created_at=_moment(chance) or NOW)
    return person


def _surround(chance: random.Random, person: Candidate, ids: dict[str, list[UUID]], file: StoredFile) -> None:
    """Contact points, memberships, mails and all else about a person, by chance."""
    if chance.random() < 0.7:
        bounced_at = chance.choice([None, None, NOW])
        address = f"{person.pk}@{chance.choice(surroundings.DOMAINS)}"
        ContactPoint.objects.create(
            candidate=person, kind=ContactKind.EMAIL, value=address, normal=address, bounced_at=bounced_at
        )
    if chance.random() < 0.4:
        ContactPoint.objects.create(candidate=person, kind=ContactKind.PHONE, value="+46 8 1", normal="+4681")
    for pool in chance.sample(ids["pool"][:2], chance.randrange(3)):
        place(TalentPool.objects.get(pk=pool), person)
    for segment in chance.sample(ids["segment"], chance.randrange(3)):
        left_at = chance.choice([None, NOW])
        SegmentMembership.objects.create(
            segment_id=segment, candidate=person, entered_at=NOW, entered_by=MembershipCause.RULE, left_at=left_at
        )
    surround_with_texts(chance, person)
    surround_with_statements(chance, person)
    surroundings.surround(chance, person, ids)
    surroundings.write_documents(chance, person, file, WORDS)
    for _ in range(chance.randrange(6)):
        at = _moment(chance) or NOW
        by = chance.choice([SYSTEM, Actor("member", ids["owner"][0], "Owner")])
        events.publish(chance.choice(MAIL_KINDS), candidate=person.pk, occurred_at=at, actor=by)  # type: ignore[arg-type]


def surround_with_texts(chance: random.Random, person: Candidate) -> None:
    """Jobs, schools, notes, skills with levels and custom values of a person, by chance."""
    for _ in range(chance.randrange(3)):
        firm, title = chance.choice(FIRMS), chance.choice(TITLES)
        start, end = chance.choice(["", "2016", "2021-04", "2026-03", "2027"]), chance.choice(["", "2019", "2023-11"])
        is_current = chance.random() < 0.5
        Employment.objects.create(
            candidate=person, company=firm, title=title, start=start, end=end, is_current=is_current
        )
    if chance.random() < 0.4:
        Education.objects.create(candidate=person, institution=chance.choice(FIRMS), degree=chance.choice(["", "MSc"]))
    if chance.random() < 0.4:
        Note.objects.create(candidate=person, text=f"They said {chance.choice(WORDS)}")
    for skill in Skill.objects.filter(key__in=person.skill_keys):
        level, cefr, years = chance.choice([None, 1, 3]), chance.choice([None, 2, 5]), chance.choice([None, 0.5, 6.0])
        CandidateSkill.objects.create(candidate=person, skill=skill, level=level, cefr=cefr, years=years)
    for definition in FieldDefinition.objects.all():
        if chance.random() < 0.6:
            said = chance.choice(CUSTOM[definition.type])
            FieldValue.objects.create(candidate=person, definition=definition, **{definition.column: said})


def surround_with_statements(chance: random.Random, person: Candidate) -> None:
    """Facts, promises and questions, and how they like to be contacted, by chance; days lie around today."""
    days = [None, *(NOW.date() + timedelta(days=n) for n in (-1, 0, 1, 7, 20))]
    for _ in range(chance.randrange(3)):
        CandidateFact.objects.create(
            candidate=person,
            kind=chance.choice(FactKind.values),
            text=chance.choice(WORDS),
            stated_on=NOW.date() - timedelta(days=chance.choice([0, 1, 7, 30, 400])),
            valid_until=chance.choice(days),
            settled_at=chance.choice([None, None, NOW]),
        )
    if chance.random() < 0.6:
        hours = chance.choice([(None, None), (None, time(12)), (time(12), None), (time(9), time(17, 30))])
        ContactPreference.objects.create(
            candidate=person,
            channel=chance.choice(["", *Channel.values]),
            hours_from=hours[0],
            hours_until=hours[1],
            weekdays=chance.choice([[], [1, 3], [5]]),
            language=chance.choice(["", "en", "sv"]),
            address=chance.choice(["", *Address.values]),
            paused_until=chance.choice(days),
        )


def _definitions() -> None:
    """A custom field of every type, and the skills."""
    for kind in CUSTOM:
        choices = ["red", "green", "blue"] if kind.startswith("choice") else []
        FieldDefinition.objects.create(name=f"My {kind}", key=f"my_{kind}", type=kind, choices=choices)
    Skill.objects.bulk_create(Skill(name=key, key=key) for key in SKILLS)


def a_population(tenant_id: UUID, size: int = 40, seed: int = 7) -> Population:
    """Varied people of the current tenant; the same for the same seed."""
    chance = random.Random(seed)
    member = a_user("owner-of-people@example.com").memberships.create(tenant_id=tenant_id, role=Role.RECRUITER)
    ids = _labels(member.pk)
    _definitions()
    people, file = [a_person(chance, n, ids) for n in range(size)], surroundings.a_file()
    surroundings.put_off_limits()
    for person in people:
        _surround(chance, person, ids, file)
    return Population([p.pk for p in people], {k: [str(i) for i in v] for k, v in ids.items()})


# --- random rules


def _some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


PLAIN = {
    "preferred_language": ["en", "sv", "de"],
    "skill": SKILLS,
    "language": SKILLS,
    "country": COUNTRIES[1:],
    "employer": FIRMS,
    "past_employer": FIRMS,
    "school": FIRMS,
    "city": ["Berlin", "MALMO", "Suva"],
}


def _ranges(ends: st.SearchStrategy[Fact]) -> st.SearchStrategy[Value]:
    return st.lists(ends, min_size=2, max_size=2).map(lambda two: Range(min(two), max(two)))


NOBODYS = "00000000-0000-7000-8000-000000000007"


def _near() -> st.SearchStrategy[Value]:
    return st.builds(Near, st.sampled_from(["Berlin", "Malmö", "Suva", "Apia"]), st.sampled_from([1, 360, 1200, 15000]))


def _value(field: Field, op: Operator, ids: dict[str, list[str]]) -> st.SearchStrategy[Value]:
    days, dates = st.sampled_from([0, 1, 7, 30, 90, 365]), st.dates(date(2024, 1, 1), date(2026, 3, 30))
    numbers = st.sampled_from([0, 0.1, 3, -7.5, 4, 10])
    offered = [c.value for c in field.choices()] if field.choices else WORDS
    listed = ids.get(field.name) or PLAIN.get(field.name, offered)
    listed = listed or [NOBODYS]  # nothing of its kind is in the population
    least = 1 if op.name == "at_least" else 0
    kinds: dict[str, Callable[[], st.SearchStrategy[Value]]] = {
        "none": lambda: st.none(),
        "days": lambda: days,
        "span": lambda: st.one_of(days, st.builds(Span, st.integers(0, 14), st.sampled_from(["months", "years"]))),
        "date": lambda: dates,
        "dates": lambda: _ranges(dates),
        "number": lambda: numbers,
        "numbers": lambda: _ranges(numbers),
        "times": lambda: st.builds(Times, st.integers(least, 3), days),
        "text": lambda: st.lists(st.sampled_from([*WORDS, *FIRMS]), min_size=1, max_size=2).map(" ".join),
        "choice": lambda: st.sampled_from(listed),
        "choices": lambda: _some(listed),
        "rated": lambda: st.builds(Rated, _some(listed), st.sampled_from([1, 2, 3, 5])),
        "years": lambda: st.builds(Rated, _some(listed), st.sampled_from([0, 0.5, 2])),
        "near": _near,
        "share": lambda: st.builds(Share, st.sampled_from(["spring", "autumn"]), st.sampled_from([1, 30, 99])),
    }
    return kinds[op.value]()


def of_field(field: Field, ids: dict[str, list[str]]) -> st.SearchStrategy[Node]:
    """Random conditions on one field, of every operator it has."""
    return st.one_of(
        [
            _value(field, operator, ids).map(lambda v, o=operator.name: Condition(field.name, o, v))  # type: ignore[misc]
            for operator in field.operators.values()
        ]
    )


def drawn(ids: dict[str, list[str]]) -> list[Field]:
    """What rules are drawn from: every field there is, but those that name rows which `ids` leaves out."""
    return [field for field in catalogue.every() if field.name in ids or not field.ids]


def conditions(ids: dict[str, list[str]], only: Collection[str] = ()) -> st.SearchStrategy[Node]:
    """Every field, or some by name, with every operator."""
    return st.one_of([of_field(field, ids) for field in drawn(ids) if not only or field.name in only])


def trees(ids: dict[str, list[str]], only: Collection[str] = ()) -> st.SearchStrategy[Node]:
    """Random trees of conditions, groups and negations."""
    return st.recursive(
        conditions(ids, only),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda n: All(tuple(n))),
            st.lists(inner, min_size=1, max_size=3).map(lambda n: Any(tuple(n))),
            inner.map(Not),
        ),
        max_leaves=6,
    )
