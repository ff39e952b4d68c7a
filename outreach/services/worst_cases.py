"""The people a text fits worst: real ones, with the longest name, without an employer, written from right to left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Length

from talent.models import Candidate

RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
NEWEST = 500
OTHER_SCRIPT = "[^\u0001-\u024f\u1e00-\u1eff\u2010-\u2027]"


@dataclass(frozen=True)
class WorstCase:
    """What is difficult about somebody, in a few words."""

    label: str
    candidate: Candidate


People = QuerySet[Candidate]
CASES: tuple[tuple[str, Callable[[People], People]], ...] = (
    ("The longest name", lambda people: people.order_by(Length("name").desc(), "pk")),
    ("The shortest name", lambda people: people.exclude(name="").order_by(Length("name"), "pk")),
    ("Written from right to left", lambda people: people.filter(name__regex=RIGHT_TO_LEFT)),
    ("Another script", lambda people: people.filter(name__regex=OTHER_SCRIPT).exclude(name__regex=RIGHT_TO_LEFT)),
    ("The longest employer", lambda people: people.order_by(Length("current_company").desc(), "pk")),
    ("The longest job title", lambda people: people.order_by(Length("current_title").desc(), "pk")),
    ("No employer known", lambda people: people.filter(current_company="")),
    ("No job title known", lambda people: people.filter(current_title="")),
    ("No skill known", lambda people: people.filter(skills=None)),
    ("No place known", lambda people: people.filter(location="")),
)


def recent() -> People:
    """The newest people of the workspace: enough to find difficult ones, whatever its size."""
    newest = list(Candidate.objects.order_by("-pk").values_list("pk", flat=True)[:NEWEST])
    return Candidate.objects.filter(pk__in=newest)


def among(people: People) -> list[WorstCase]:
    """For each kind of difficulty the first of these people who has it; one query each, nobody twice."""
    found: list[WorstCase] = []
    seen: set[UUID] = set()
    for label, choose in CASES:
        one = choose(people.exclude(pk__in=seen)).first()
        if one is not None:
            seen.add(one.pk)
            found.append(WorstCase(label, one))
    return found
