"""What an act on many people is made of, and the acts that there are; apps above register theirs through wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from crm.actors import Actor
from crm.permissions import Permission
from talent.models import FencedCandidate

Parameters = dict[str, Any]


class ActRefused(ValueError):
    """What was asked cannot be done; the message says what is missing."""


@dataclass(frozen=True)
class Input:
    """One thing that an act must be told. With `choices` one of them, else a text (with `suggest`, from known ones)."""

    name: str
    label: str
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None
    suggest: Callable[[], Sequence[str]] | None = None
    empty: str = ""  # the label of "none"; without one, a choice must be made
    most_letters: int = 60


@dataclass(frozen=True)
class Forecast:
    """What an act would do: for how many it changes something, for whom it is so already, whom it leaves out."""

    total: int
    already: int = 0
    left_out: Mapping[str, QuerySet[FencedCandidate]] = field(default_factory=dict)  # the reason, in words -> who
    new_tag: str = ""  # what is not there yet and would be made


@dataclass(frozen=True)
class Batch:
    """Some people of an operation, to be worked on in one transaction."""

    people: Sequence[UUID]
    parameters: Parameters
    by: Actor
    now: datetime
    before: Mapping[UUID, Any] = field(default_factory=dict)  # for the undo: what `Result.changed` kept


@dataclass(frozen=True)
class Result:
    """Whom a batch changed (with what an undo puts back) and left out (with the reason); the rest was so already."""

    changed: Mapping[UUID, Any]
    left_out: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Act:
    """One act.

    `prepare(values, by)` gives the parameters that are kept and the operation's title, or raises ActRefused.
    `undo(batch)` takes the act back for those whom nobody has changed since, and says who they are.
    `done` says what happened to them, after "3 people".
    """

    name: str
    label: str
    icon: str
    prepare: Callable[[Mapping[str, str], Actor], tuple[Parameters, str]]
    apply: Callable[[Batch], Result]
    undo: Callable[[Batch], Sequence[UUID]] | None = None
    forecast: Callable[[QuerySet[FencedCandidate], Parameters], Forecast] | None = None
    inputs: tuple[Input, ...] = ()
    permission: Permission = Permission.CANDIDATE_EDIT
    size: int = 5000
    keys: str = ""
    is_final: bool = False
    warning: str = ""


acts: dict[str, Act] = {}


def register(*more: Act) -> None:
    """Add acts; registering the same one again changes nothing."""
    for act in more:
        if acts.setdefault(act.name, act) is not act:
            raise ValueError(f"Two acts on many people are called {act.name}.")


def offered(permissions: frozenset[Permission]) -> list[Act]:
    """The acts that somebody with these permissions may do, in the order of the bar."""
    return [act for act in acts.values() if act.permission in permissions]


def chosen(values: Mapping[str, str], name: str, choices: Sequence[tuple[str, str]], label: str) -> str:
    """The label of the choice that was made. Raises ActRefused when it is none of them."""
    value = values.get(name, "")
    for key, words in choices:
        if key == value:
            return words
    raise ActRefused(f"{label}: choose one of the list.")
