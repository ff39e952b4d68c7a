"""Reading filter trees: what is refused, where, and in which words."""

from uuid import UUID

import pytest

from talent.filters import catalogue, tree
from talent.filters.tree import MAX_CONDITIONS, MAX_VALUES, Problem, RuleError
from talent.models import Tag

SWEDEN = {"field": "country", "op": "is_any_of", "value": ["SE"]}
PYTHON = {"field": "skill", "op": "is_any_of", "value": ["Python"]}


def leaf(field: str, op: str, value: object = None) -> dict[str, object]:
    return {"field": field, "op": op, "value": value}


def problems(data: object) -> list[tuple[str, str]]:
    with pytest.raises(RuleError) as caught:
        catalogue.parse(data)
    return [(p.path, p.message) for p in caught.value.problems]


SHAPE = "A group has “all”, “any” or “not”; a condition has “field”, “op” and “value”."
EMPTY = "This group is empty: add a condition or remove the group."
MISTAKES = [
    (None, "", "A rule is made of groups and conditions; this is neither."),
    ([], "", "A rule is made of groups and conditions; this is neither."),
    ({}, "", SHAPE),
    ({"all": [], "any": []}, "", SHAPE),
    ({"field": "country"}, "", SHAPE),
    ({"all": [PYTHON, {"some": 1}]}, "all[1]", SHAPE),
    ({"all": [PYTHON, {"any": [3]}]}, "all[1].any[0]", "A rule is made of groups and conditions; this is neither."),
    ({"any": []}, "any", EMPTY),
    ({"not": {"any": []}}, "not.any", EMPTY),
    ({"all": [{"all": []}]}, "all[0].all", EMPTY),
    ({"all": PYTHON}, "all", "“all” needs a list of conditions."),
    (leaf("shoe_size", "is_any_of"), "", "There is no field “shoe_size”."),
    ({"field": 3, "op": []}, "", "The field and the operator of a condition are names."),
    (leaf("country", "at_least"), "", "“Country” cannot be asked “at_least”."),
    (leaf("country", "is_any_of", []), "", "Country: Choose at least one value."),
    (leaf("country", "is_any_of", "SE"), "", "Country: Choose at least one value."),
    (leaf("country", "is_any_of", ["XX"]), "", "Country: “XX” is not one of the choices of “Country”."),
    (leaf("tag", "is_any_of", ["vip"]), "", "Tag: “vip” is not one of the choices of “Tag”."),
    (leaf("skill", "is_any_of", [" "]), "", "Skill: Write what to look for."),
    (leaf("skill", "is_any_of", [7]), "", "Skill: Write what to look for."),
    (leaf("title", "contains", "x" * 201), "", "Current title: This text is longer than 200 characters."),
    (leaf("title", "contains", "a\x00b"), "", "Current title: This text holds characters that cannot be stored."),
    (leaf("title", "contains", "\ud800"), "", "Current title: This text holds characters that cannot be stored."),
    (leaf("created", "in_last", -1), "", "Added: Give a whole number from 0 to 3650."),
    (leaf("created", "in_last", True), "", "Added: Give a whole number from 0 to 3650."),
    (leaf("created", "in_last", "7"), "", "Added: Give a whole number from 0 to 3650."),
    (leaf("created", "before", "31.3.2026"), "", "Added: Give a date, such as 2026-03-31."),
    (leaf("mail_opened", "at_least", 2), "", "Mails they opened: Say how many times, and within how many days."),
    (
        leaf("mail_opened", "at_least", {"times": 0, "days": 3}),
        "",
        "Mails they opened: Give a whole number from 1 to 1000.",
    ),
]


@pytest.mark.parametrize(("data", "path", "message"), MISTAKES)
def test_parse_refuses(inside: UUID, data: object, path: str, message: str) -> None:
    assert problems(data) == [(path, message)]


def test_parse_gathers_every_mistake(inside: UUID) -> None:
    data = {"all": [leaf("country", "is_any_of", []), {"not": leaf("no", "no")}]}

    assert [path for path, _ in problems(data)] == ["all[0]", "all[1].not"]


def test_parse_refuses_values_of_another_tenant(inside: UUID) -> None:
    unknown = "01890000-0000-7000-8000-000000000000"

    assert problems(leaf("tag", "is_any_of", [unknown])) == [
        ("", f"Tag: “{unknown}” is not one of the choices of “Tag”.")
    ]


def test_load_takes_values_that_were_deleted(inside: UUID) -> None:
    tag = Tag.objects.create(name="Gone")
    rule = leaf("tag", "is_any_of", [str(tag.pk)])
    tag.delete()

    assert tree.dump(catalogue.load(rule)) == rule


def nested(depth: int) -> dict[str, object]:
    node: dict[str, object] = SWEDEN
    for _ in range(depth):
        node = {"not": {"any": [node]}}
    return node


def test_four_groups_deep_is_the_limit(inside: UUID) -> None:
    assert tree.dump(catalogue.parse(nested(4))) == nested(4)
    assert [message for _, message in problems(nested(5))] == ["Groups can be nested 4 deep; this one lies deeper."]


@pytest.mark.parametrize("group", ["not", "all"])
def test_bottomless_rules_are_refused(inside: UUID, group: str) -> None:
    node: object = SWEDEN
    for _ in range(5000):
        node = {"not": node} if group == "not" else {"all": [node]}

    assert [message for _, message in problems(node)] == ["Groups can be nested 4 deep; this one lies deeper."]


def test_sixty_conditions_are_the_limit(inside: UUID) -> None:
    catalogue.parse({"all": [SWEDEN] * MAX_CONDITIONS})

    assert problems({"all": [SWEDEN] * 61}) == [("", "This rule has 61 conditions; 60 are the most.")]


def test_endless_rules_are_refused(inside: UUID) -> None:
    assert problems({"all": [SWEDEN] * 5000}) == [("all[999]", "This rule is too large: it may hold 60 conditions.")]


def test_two_hundred_values_are_the_limit(inside: UUID) -> None:
    values = [f"skill {n}" for n in range(MAX_VALUES + 1)]
    catalogue.parse(leaf("skill", "is_any_of", values[:-1]))

    assert problems(leaf("skill", "is_any_of", values)) == [("", "Skill: 201 values are too many; 200 are the most.")]


def test_error_reads_as_one_sentence_after_another() -> None:
    error = RuleError([Problem("", "One."), Problem("", "Two.")])

    assert str(error) == "One. Two."
