"""Questions that are made once: filled in, each is what its function would ask of the database itself."""

from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from inspect import signature
from typing import Any
from uuid import UUID, uuid4

import pytest

from crm import together
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.questions import PLANS, NotFit, plan
from crm.tenancy.context import tenant as open_tenant
from crm.together import Word
from crm.viewing import seen_by
from talent.models import Candidate
from tests.factories.talent import a_candidate

GIVEN: dict[str, Callable[[str], Any]] = {
    "UUID": lambda name: uuid4(),
    "date": lambda name: date(2026, 3, 1 + uuid4().int % 28),
    "datetime": lambda name: datetime(2026, 3, 1 + uuid4().int % 28, tzinfo=UTC),
    "Word": lambda name: Word(f"one of {uuid4()}"),
    "str": lambda name: str(Role.RECRUITER) if name == "role" else Word(f"one of {uuid4()}"),
}


def given(function: Callable[..., Any]) -> list[Any]:
    return [GIVEN[str(one.annotation)](one.name) for one in signature(function).parameters.values()]


def questions(made: Any) -> Iterator[Any]:
    if isinstance(made, tuple | list):
        yield from made
    elif is_dataclass(made) and not isinstance(made, together.Count | together.One):
        yield from vars(made).values()
    else:
        yield made


def asked(made: Any) -> list[Any]:
    return [(one.key, one.params) for one in map(plan, questions(made))]


def ours() -> list[Any]:
    return [function for function in PLANS if not function.__module__.startswith("tests.")]


@pytest.mark.parametrize("function", ours(), ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_a_question_that_is_filled_in_is_the_very_question(
    function: Any, tenant: Tenant, outsider: Member, recruiter: Member
) -> None:
    for owner, who in ((tenant, recruiter.pk), (outsider.tenant, outsider.pk), (tenant, None)):
        with open_tenant(owner), seen_by(who):
            values = given(function)
            assert asked(function(*values)) == asked(function.__wrapped__(*values))


@together.planned
def named(name: str, person: UUID | None) -> together.Asked[Candidate]:
    rows = Candidate.objects.filter(name=name) if name else Candidate.objects.none()
    return rows if person is None else rows.exclude(pk=person)


def test_words_are_filled_in_and_empty_ones_decide(inside: UUID) -> None:
    zoe, ada = a_candidate("Zoë"), a_candidate("Ada", "ada@example.com")

    found = [together.rows(named(Word(name), None)) for name in ("Zoë", "Ada", "", "Zo")]

    assert found == [[zoe], [ada], [], []]
    assert together.rows(named(Word("Zoë"), zoe.pk)) == []


def test_every_workspace_has_answers_of_its_own(tenant: Tenant, outsider: Member) -> None:
    with open_tenant(tenant):
        a_candidate("Zoë")
        assert len(together.rows(named(Word("Zoë"), None))) == 1
    with open_tenant(outsider.tenant):
        assert together.rows(named(Word("Zoë"), None)) == []


@together.planned
def holding(word: str) -> together.Asked[Candidate]:
    return Candidate.objects.filter(name__contains=word)


@together.planned
def of_model(person: Candidate) -> together.Asked[Candidate]:
    return Candidate.objects.filter(name=person.name)


def test_what_could_not_be_filled_in_is_refused(inside: UUID) -> None:
    with pytest.raises(NotFit, match="inside of something else"):
        holding(Word("Zo"))
    with pytest.raises(NotFit, match="keys and days"):
        of_model(a_candidate("Zoë"))
