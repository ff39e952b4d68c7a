"""How far along somebody is, read from titles and years, and who may overrule it."""

from datetime import timedelta
from uuid import UUID

import pytest

from crm.actors import SYSTEM, Actor
from talent.choices import Said, Seniority
from talent.models import Candidate, Employment
from talent.profile import Job
from talent.services import candidates, employments, seniority
from talent.services.arrivals import Arrival, save_all
from talent.services.candidates import Origin
from tests.factories.talent import NOW, a_candidate, a_profile


def level(person: Candidate) -> tuple[int | None, str]:
    person.refresh_from_db()
    return person.seniority, person.seniority_origin


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Working student, data", Seniority.INTERN),
        ("Jr. Developer", Seniority.JUNIOR),
        ("Senior data engineer", Seniority.SENIOR),
        ("Staff engineer", Seniority.LEAD),
        ("Team lead platform", Seniority.LEAD),
        ("Head of data", Seniority.HEAD),
        ("Director of product", Seniority.HEAD),
        ("VP of Engineering", Seniority.EXECUTIVE),
        ("CTO", Seniority.EXECUTIVE),
        ("Co-founder", Seniority.EXECUTIVE),
        ("Assistant to the CEO", None),
        ("Account executive", None),
        ("Data engineer", None),
        ("Internal auditor", None),
    ],
)
def test_title_says_the_level(inside: UUID, title: str, expected: int | None) -> None:
    person = a_candidate(jobs=[Job(title, "Fjord Labs", "", "", True)])

    assert level(person) == (expected, Said.DERIVED if expected else "")


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ([("2025", "")], Seniority.JUNIOR),
        ([("2022-01", "")], Seniority.MID),
        ([("2015", "2021"), ("2021", "")], Seniority.SENIOR),
        ([("2022", "2025"), ("2022", "2025"), ("2022", "")], Seniority.MID),
        ([("0000", "")], None),
        ([("", "")], None),
    ],
)
def test_years_of_work_say_the_level(inside: UUID, jobs: list[tuple[str, str]], expected: int | None) -> None:
    told = [Job("Engineer", f"C{n}", start, end, not end) for n, (start, end) in enumerate(jobs)]

    assert level(a_candidate(jobs=told))[0] == expected


def test_level_follows_a_new_job(inside: UUID) -> None:
    person = a_candidate()
    employments.save(
        employment=Employment(candidate=person, title="Head of data", start="2026-01", is_current=True),
        by=SYSTEM,
        now=NOW,
    )

    assert level(person) == (Seniority.HEAD, Said.DERIVED)


def test_hand_overrules_and_stays(inside: UUID) -> None:
    person = a_candidate(jobs=[Job("CTO", "Fjord Labs", is_current=True)])
    candidates.edit(candidate=person, changes={"seniority": Seniority.MID}, by=SYSTEM, now=NOW)
    employments.save(employment=Employment(candidate=person, title="CEO", is_current=True), by=SYSTEM, now=NOW)

    assert level(person) == (Seniority.MID, Said.EDITED)


def test_emptied_level_is_derived_again(inside: UUID) -> None:
    person = a_candidate(jobs=[Job("CTO", "Fjord Labs", is_current=True)])
    candidates.edit(candidate=person, changes={"seniority": Seniority.MID}, by=SYSTEM, now=NOW)
    candidates.edit(candidate=person, changes={"seniority": None}, by=SYSTEM, now=NOW)

    assert level(person) == (Seniority.EXECUTIVE, Said.DERIVED)


def test_what_the_person_says_is_stated(inside: UUID) -> None:
    person = a_candidate()
    themselves = Actor("candidate", person.pk, person.name)
    candidates.edit(candidate=person, changes={"seniority": Seniority.LEAD}, by=themselves, now=NOW)

    assert level(person) == (Seniority.LEAD, Said.STATED)


def test_many_at_once_are_read_too(inside: UUID) -> None:
    profiles = [a_profile(f"P {n}", f"p{n}@example.com", jobs=[Job("CTO", "X", is_current=True)]) for n in range(3)]
    save_all([Arrival(p, Origin("list.csv", "csv"), SYSTEM, NOW) for p in profiles])

    assert list(Candidate.objects.values_list("seniority", flat=True)) == [Seniority.EXECUTIVE] * 3


def test_years_pass_and_the_sweep_sees_it_once_a_day(inside: UUID) -> None:
    a_candidate(jobs=[Job("Engineer", "X", "2025-06", "", True)])
    later = NOW + timedelta(days=900)

    assert (seniority.keep(now=later), seniority.keep(now=later)) == (1, 0)
    assert Candidate.objects.values_list("seniority", flat=True).get() == Seniority.MID
