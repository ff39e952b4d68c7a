"""Custom fields: what they take, who may see and change them."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from crm.actors import SYSTEM
from crm.permissions import Role
from talent.api import shapes
from talent.choices import FieldType
from talent.models import Candidate, FieldDefinition, FieldValue
from talent.services import custom_fields, field_values, freshness
from talent.services.custom_fields import FieldRefused, Rules
from talent.services.field_values import BadValues
from tests.factories.talent import NOW, a_candidate


def a_field(type: str, name: str = "Notice period", **rules: Any) -> FieldDefinition:
    return custom_fields.create(rules=Rules(name, **rules), type=type, by=SYSTEM)


def put(person: Candidate, role: str | None = None, **values: object) -> list[str]:
    return field_values.put(candidate=person, values=values, role=role, by=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("type", "rules", "said", "kept"),
    [
        ("text", {}, "  two   words ", "two words"),
        ("text", {"pattern": "AA-99*"}, "QX-12b", "QX-12b"),
        ("number", {}, "1 234,5", Decimal("1234.5")),
        ("date", {}, "2026-03-31", date(2026, 3, 31)),
        ("boolean", {}, "Yes", True),
        ("boolean", {}, False, False),
        ("choice", {"choices": ["Gold", "Silver"]}, "gold", "Gold"),
        ("choices", {"choices": ["Gold", "Silver"]}, "silver; GOLD;silver", ["Silver", "Gold"]),
        ("url", {}, "example.com/me", "https://example.com/me"),
    ],
)
def test_value_is_kept_in_its_type(inside: UUID, type: str, rules: dict, said: object, kept: object) -> None:
    a_field(type, **rules)
    person = a_candidate()

    assert put(person, notice_period=said) == ["notice_period"]
    assert field_values.of(person, None) == {"notice_period": kept}


@pytest.mark.parametrize(
    ("type", "rules", "said", "problem"),
    [
        ("text", {"is_required": True}, " ", "Notice period: This is needed."),
        ("text", {"pattern": "AA"}, "A1", "does not have the form AA"),
        ("text", {}, "x" * 501, "500 letters are the most"),
        ("number", {}, "many", "“many” is not a number"),
        ("number", {}, "NaN", "too large"),
        ("number", {"minimum": Decimal(1)}, "0.5", "1 is the least"),
        ("number", {"maximum": Decimal(10)}, "11", "10 is the most"),
        ("date", {}, "31.3.2026", "write it as 2026-03-31"),
        ("date", {"earliest": date(2026, 1, 1)}, "2025-12-31", "2026-01-01 is the earliest"),
        ("boolean", {}, "perhaps", "neither yes nor no"),
        ("choice", {"choices": ["Gold"]}, "Bronze", "is not one of: Gold"),
        ("choices", {"choices": ["Gold"]}, ["Gold", "Bronze"], "is not one of: Gold"),
        ("url", {}, "javascript:alert(1)", "is not a web address"),
        ("url", {}, "https://[", r"“https://\[” is not a web address"),
    ],
)
def test_value_that_does_not_fit_is_refused(inside: UUID, type: str, rules: dict, said: object, problem: str) -> None:
    a_field(type, **rules)

    with pytest.raises(BadValues, match=problem):
        put(a_candidate(), notice_period=said)
    assert FieldValue.objects.count() == 0


def test_nothing_is_written_when_one_value_is_bad(inside: UUID) -> None:
    a_field("number")
    a_field("text", "Team")

    with pytest.raises(BadValues) as caught:
        put(a_candidate(), notice_period="x", team="Data", nonsense=1)

    assert set(caught.value.problems) == {"notice_period", "nonsense"}
    assert FieldValue.objects.count() == 0


def test_emptied_value_is_gone(inside: UUID) -> None:
    a_field("text")
    person = a_candidate()
    put(person, notice_period="a")

    assert (put(person, notice_period=""), put(person, notice_period="")) == (["notice_period"], [])
    assert FieldValue.objects.count() == 0


def test_roles_that_may_not_see_do_not(inside: UUID) -> None:
    a_field("text", view_roles=[Role.OWNER, Role.ADMIN])
    person = a_candidate()
    put(person, notice_period="three months")

    assert field_values.of(person, Role.RECRUITER) == {}
    told = [shapes.whole(person, role)["told_at"] for role in (Role.RECRUITER, Role.ADMIN)]
    assert ["custom.notice_period" in one for one in told] == [False, True]
    assert field_values.of_many([person.pk], Role.ADMIN) == {person.pk: {"notice_period": "three months"}}
    with pytest.raises(BadValues, match="There is no field"):
        put(person, Role.RECRUITER, notice_period="x")


def test_roles_that_may_not_change_are_told(inside: UUID) -> None:
    a_field("text", edit_roles=[Role.ADMIN])

    with pytest.raises(BadValues, match="your role may not change this"):
        put(a_candidate(), Role.RECRUITER, notice_period="x")


@pytest.mark.parametrize(("roles", "found"), [([], True), ([Role.ADMIN], False)])
def test_only_what_everybody_may_see_is_searched(inside: UUID, roles: list[str], found: bool) -> None:
    a_field("text", view_roles=roles)
    person = a_candidate()
    put(person, notice_period="zanzibar")

    assert ("zanzibar" in Candidate.objects.values_list("search_text", flat=True).get()) is found


def test_choice_that_people_have_stays(inside: UUID) -> None:
    field = a_field("choice", choices=["Gold", "Silver"])
    put(a_candidate(), notice_period="Gold")

    with pytest.raises(FieldRefused, match="People have “Gold”"):
        custom_fields.change(definition=field, rules=Rules("Medal", choices=["Silver"]), by=SYSTEM)


def test_archived_field_is_offered_nowhere_and_keeps_its_values(inside: UUID) -> None:
    field, person = a_field("text"), a_candidate()
    put(person, notice_period="x")
    custom_fields.archive(definition=field, by=SYSTEM, now=NOW)

    assert (custom_fields.definitions(), field_values.of(person, None)) == ([], {})
    custom_fields.restore(definition=field, by=SYSTEM)
    assert field_values.of(person, None) == {"notice_period": "x"}


@pytest.mark.parametrize(
    ("name", "key"),
    [("Notice period (weeks)", "notice_period_weeks"), ("Größe", "grosse"), ("2nd", "nd"), ("年", "field")],
)
def test_key_comes_from_the_name(name: str, key: str) -> None:
    assert custom_fields.key_for(name) == key


def test_keys_do_not_clash(inside: UUID) -> None:
    assert [a_field("text", n).key for n in ("Ö x", "O-x!", "O x?")] == ["o_x", "o_x_2", "o_x_3"]


def test_long_keys_that_begin_alike_are_told_apart(inside: UUID) -> None:
    person, name = a_candidate(), "Notice period by the contract of now"
    fields = [a_field(FieldType.TEXT, f"{name} {end}") for end in ("a", "b")]
    put(person, **{fields[0].key: "three months"})

    assert [len(field.key) > 33 for field in fields] == [True, True]
    assert [key for key in freshness.told_at(person) if key.startswith("custom.")] == [f"custom.{fields[0].key}"]
    shown = {row.field for row in freshness.told_of(person, Role.OWNER)}
    assert {field.key for field in fields if f"custom.{field.key}" in shown} == {fields[0].key}
