"""Operators beyond the first ones: months, distances, shares, levels, a tenant's own fields."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from outreach.filter_fields import OUTREACH_FIELDS
from outreach.models import Enrolment
from talent.filters import catalogue, sentence
from talent.filters.clock import Clock
from talent.filters.explain import explain
from talent.filters.tree import RuleError
from talent.models import Candidate, CandidateSkill, Employment, FieldDefinition, FieldValue, Skill, SkillAlias
from tests.factories.outreach import a_sequence
from tests.factories.talent import NOW
from tests.talent.test_compile import ZONE, found
from tests.talent.test_tree import leaf

SEQUENCE_FIELDS = [field.name for field in OUTREACH_FIELDS]
HALF_A_YEAR = {"count": 6, "unit": "months"}


def says(rule: object, now: datetime = NOW) -> str:
    return sentence.say(catalogue.parse(rule), clock=Clock(now, ZONE))


def refusal(rule: object) -> list[tuple[str, str]]:
    with pytest.raises(RuleError) as error:
        catalogue.parse(rule)
    return [(p.path, p.message) for p in error.value.problems]


def a_person(name: str, **columns: object) -> Candidate:
    return Candidate.objects.create(name=name, **columns)


def test_months_are_the_calendars(inside: UUID) -> None:
    now = datetime(2026, 8, 31, 12, tzinfo=UTC)  # there is no 31 February
    a_person("In", last_two_way_at=datetime(2026, 2, 27, 23, 30, tzinfo=UTC))  # 28 February in Stockholm
    a_person("Out", last_two_way_at=datetime(2026, 2, 27, 22, 30, tzinfo=UTC))

    assert found(leaf("last_two_way", "in_last", HALF_A_YEAR), now) == ["In"]
    assert found(leaf("last_two_way", "more_than_ago", HALF_A_YEAR), now) == ["Out"]
    assert says(leaf("last_two_way", "more_than_ago", HALF_A_YEAR), now) == (
        "People last in two-way contact more than 6 months ago (before 28 Feb 2026)"
    )


def test_anniversaries_of_leap_days_are_kept_on_the_28th(inside: UUID) -> None:
    a_person("Leap", last_contacted_at=datetime(2024, 2, 29, 12, tzinfo=UTC))
    eve = datetime(2026, 2, 25, 12, tzinfo=UTC)

    assert found(leaf("last_contacted", "anniversary", 2), eve) == []
    assert found(leaf("last_contacted", "anniversary", 3), eve) == ["Leap"]


def test_near_finds_across_the_date_line(inside: UUID) -> None:
    a_person("Suva", latitude=-18.142, longitude=178.442)
    a_person("Apia", latitude=-13.833, longitude=-171.767)
    a_person("Nowhere")

    assert found(leaf("near", "within", {"place": "Suva", "km": 1200})) == ["Apia", "Suva"]
    assert found(leaf("near", "not_within", {"place": "Suva", "km": 100})) == ["Apia", "Nowhere"]
    assert says(leaf("near", "within", {"place": "Suva", "km": 100})) == "People within 100 km of Suva"


def test_an_unknown_city_is_told() -> None:
    message = "Distance: We know no city called “Xyzzyville”. Write it like “Lyon” or “Lyon, France”."
    assert refusal({"all": [leaf("near", "within", {"place": "Xyzzyville", "km": 5})]}) == [("all[0]", message)]


def test_regions_are_groups_of_countries(inside: UUID) -> None:
    for country in ("SE", "DE", "US", ""):
        a_person(country or "Unknown", country=country)

    assert found(leaf("region_of_world", "is_any_of", ["Nordic countries", "North America"])) == ["SE", "US"]
    assert found(leaf("region_of_world", "is_none_of", ["Europe"])) == ["US", "Unknown"]


def test_shares_are_drawn_once_and_for_all(inside: UUID) -> None:
    for n in range(300):
        a_person(f"Person {n}")
    half = {"experiment": "spring", "percent": 50}

    drawn, others = found(leaf("bucket", "drawn", half)), found(leaf("bucket", "not_drawn", half))

    assert sorted([*drawn, *others]) == sorted(f"Person {n}" for n in range(300))
    assert 110 < len(drawn) < 190
    assert set(found(leaf("bucket", "drawn", {**half, "percent": 20}))) < set(drawn)
    assert found(leaf("bucket", "drawn", {**half, "experiment": "autumn"})) != drawn


def test_skills_have_levels_years_and_other_names(inside: UUID) -> None:
    python = Skill.objects.create(name="Python", key="python")
    SkillAlias.objects.create(skill=python, name="CPython", key="cpython")
    for name, level, years in (("Ann", 3, 6), ("Bob", 1, 1), ("Cyd", None, None)):
        person = a_person(name, skill_keys=["python"])
        CandidateSkill.objects.create(candidate=person, skill=python, level=level, years=years)

    assert found(leaf("skill", "at_level", {"values": ["CPython"], "least": 3})) == ["Ann"]
    assert found(leaf("skill", "for_years", {"values": ["Python"], "least": 1})) == ["Ann", "Bob"]
    assert found(leaf("skill", "is_any_of", ["cpython"])) == ["Ann", "Bob", "Cyd"]
    assert says(leaf("skill", "for_years", {"values": ["Python"], "least": 5})) == (
        "People with Python for at least 5 years"
    )


def test_past_employers_are_asked_apart(inside: UUID) -> None:
    ann, bob = a_person("Ann"), a_person("Bob")
    Employment.objects.create(candidate=ann, company="Mälar Data AB", is_current=False)
    Employment.objects.create(candidate=bob, company="Mälar Data AB", is_current=True)

    assert found(leaf("employer", "contains", "malar")) == ["Ann", "Bob"]
    assert found(leaf("past_employer", "contains", "malar")) == ["Ann"]
    assert found(leaf("past_employer", "not_contains", "malar")) == ["Bob"]


def test_custom_fields_are_asked_by_their_type(inside: UUID) -> None:
    ends = FieldDefinition.objects.create(name="Notice ends", key="notice_ends", type="date")
    person = a_person("Ann")
    FieldValue.objects.create(candidate=person, definition=ends, day=date(2026, 3, 10))
    rule = leaf("custom:notice_ends", "in_next", 30)

    assert (found(rule), found(rule, NOW + timedelta(days=30))) == (["Ann"], [])
    assert says(rule) == "People whose “Notice ends” is in the next 30 days (until 1 Apr 2026)"
    assert explain(catalogue.parse(rule), person.pk, NOW, ZoneInfo("UTC")).actual == "10 Mar 2026"


def test_custom_fields_that_only_some_may_see_are_not_offered(inside: UUID) -> None:
    FieldDefinition.objects.create(name="Salary", key="salary", type="number", view_roles=["owner"])

    assert [f.name for f in catalogue.every() if f.name.startswith("custom:")] == []
    assert refusal(leaf("custom:salary", "ge", 5)) == [("", "There is no field “custom:salary”.")]


HOSTILE = [
    (leaf("near", "within", {"place": "Berlin", "km": float("nan")}), "Distance: Give a number."),
    (leaf("created", "in_last", {"count": 99999, "unit": "years"}), "Added: Give a whole number from 0 to 50."),
    (leaf("created", "in_last", {"count": 1, "unit": "aeons"}), "Added: Count in days, months or years."),
    (leaf("created", "before", "9999-12-31"), "Added: Give a year from 1900 to 2200."),
    (
        leaf("created", "between", {"from": "2026-02-01", "to": "2026-01-01"}),
        "Added: The first of the two must not be the larger one.",
    ),
    (leaf("bucket", "drawn", {"experiment": "\x00", "percent": 5}), "Random share: This text holds characters"),
    (leaf("name", "is", "x" * 201), "Name: This text is longer than 200 characters."),
    (leaf("skill", "at_level", {"values": ["Go"], "least": 10**400}), "Skill: "),
    (leaf("language", "at_level", {"values": ["Go"], "least": -40_000}), "Language: Give a number from 0 to 100."),
    (leaf("seniority", "at_least", "99"), "Seniority: “99” is not one of the choices of “Seniority”."),
]


@pytest.mark.parametrize(("rule", "sentence_"), HOSTILE, ids=[s for _, s in HOSTILE])
def test_hostile_values_get_a_sentence_and_a_place(inside: UUID, rule: object, sentence_: str) -> None:
    (path, message), *more = refusal({"any": [leaf("email", "is_true"), rule]})

    assert (path, message.startswith(sentence_), more) == ("any[1]", True, [])


def test_sequences_are_asked_by_what_became_of_people(inside: UUID) -> None:
    sequence = a_sequence()
    for name, state, reason in (("Ann", "active", ""), ("Bob", "stopped", "replied"), ("Cyd", "finished", "")):
        Enrolment.objects.create(
            sequence=sequence, candidate=a_person(name), state=state, stop_reason=reason, enrolled_at=NOW
        )

    asked = {name: found(leaf(name, "is_any_of", [str(sequence.pk)])) for name in SEQUENCE_FIELDS}

    assert asked == {
        "sequence": ["Ann"],
        "sequence_ever": ["Ann", "Bob", "Cyd"],
        "sequence_finished": ["Cyd"],
        "sequence_answered": ["Bob"],
    }
