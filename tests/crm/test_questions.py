"""Questions that are made once: filled in, each is what its function would ask of the database itself."""

from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from inspect import signature
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from crm import together
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.questions import PLANS, NotFit, plan
from crm.tenancy.context import tenant as open_tenant
from crm.together import Word
from crm.viewing import seen_by
from talent.models import Candidate
from talent.services import listing
from tests.architecture.source import application
from tests.factories.talent import a_candidate

# Every planned function: of the pages, and of what stands before them.
for module in (settings.ROOT_URLCONF, settings.SESSION_ENGINE, settings.AUTHENTICATION_BACKENDS[0].rpartition(".")[0]):
    import_module(module)


def a_day() -> datetime:
    return datetime(2026, 3, 1 + uuid4().int % 28, 9, 30, tzinfo=UTC)


# For each kind of argument, or argument, what is given: as usual; as little as there may be; unusual.
GIVEN: dict[str, tuple[Callable[[], Any], Callable[[], Any], Callable[[], Any]]] = {
    "UUID": (uuid4, uuid4, uuid4),
    "UUID | None": (uuid4, lambda: None, uuid4),
    "date": (lambda: a_day().date(), lambda: date(2026, 1, 1), lambda: date.max),
    "datetime": (a_day, a_day, lambda: a_day() + timedelta(microseconds=1)),
    "datetime | Word | None": (lambda: Word(f"one of {uuid4()}"), lambda: None, a_day),
    "Word": (lambda: Word(f"one of {uuid4()}"), Word, lambda: Word(f"  Two  of\tÄ {uuid4()}".upper())),
    "role": (lambda: str(Role.RECRUITER), lambda: str(Role.VIEWER), lambda: str(Role.OWNER)),
    "sort": (lambda: "name", lambda: "-replied", lambda: "changed"),
    "limit": (lambda: 50, lambda: 10, lambda: 37),
    "of": (lambda: listing.LINE, lambda: ("pk", "name"), lambda: listing.COLUMNS),
}
GIVEN["str"] = GIVEN["Word"]


def given(function: Callable[..., Any], how: int) -> list[Any]:
    """Its values; what an argument is called tells more than what it is."""
    wanted = signature(function).parameters.values()
    return [GIVEN[one.name if one.name in GIVEN else str(one.annotation)][how]() for one in wanted]


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


def test_none_is_left_out() -> None:
    texts = [source.text for source in application()]

    assert len(ours()) == sum(text.count("@together.planned\n") for text in texts) > 20


@pytest.mark.parametrize("how", range(3), ids=["usual", "little", "odd"])
@pytest.mark.parametrize("function", ours(), ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_a_question_that_is_filled_in_is_the_very_question(
    function: Any, how: int, tenant: Tenant, outsider: Member, recruiter: Member
) -> None:
    for owner, who in ((tenant, recruiter.pk), (outsider.tenant, outsider.pk), (tenant, None)):
        with open_tenant(owner), seen_by(who):
            values = given(function, how)
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


def test_names_are_refused_though_the_plan_is_known(inside: UUID) -> None:
    named(Word("Zoë"), None)
    with pytest.raises(NotFit, match="keys and days"):
        named(Word("Zoë"), None, more=True)  # type: ignore[call-arg]


def test_what_may_be_left_out_is_refused() -> None:
    with pytest.raises(NotFit, match="not so person"):

        @together.planned
        def left(name: str, person: UUID | None = None) -> together.Asked[Candidate]:
            return Candidate.objects.all()

    with pytest.raises(NotFit, match="not so person"):

        @together.planned
        def keyed(name: str, *, person: UUID) -> together.Asked[Candidate]:
            return Candidate.objects.all()


@together.planned
def skipping(many: int) -> together.Asked[Candidate]:
    return Candidate.objects.order_by("name")[many:]


def test_plans_do_not_grow_without_end(inside: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.questions.MOST_PLANS", 2)
    people = [a_candidate(name, f"{name}@example.com") for name in ("Ada", "Bo", "Zoe")]

    asked = [plan(q) for many in (0, 1, 2, 0) for q in questions(skipping(many))]

    assert [one.comes_again for one in asked] == [True, True, False, True]
    assert [together.rows(one) for one in asked] == [people, people[1:], people[2:], people]
