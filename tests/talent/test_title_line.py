"""What a person is known to do now: the newest current job, until a hand says otherwise."""

from datetime import datetime
from uuid import UUID

import pytest

from crm.actors import SYSTEM
from crm.models import Event, Member
from talent.choices import SourceKind
from talent.models import Candidate
from talent.profile import Job, Profile
from talent.services import candidates, dossier
from talent.services.candidates import Origin
from tests.factories.talent import NOW, a_profile

NEWER = Job("Head of data", "Brandt", "2024-09", "", True, "Head of data, Brandt, since 9/2024", 0.9)
OLDER = Job("Intern", "Kaya Labs", "2016", "", True)


def arrives(profile: Profile, file: str, kind: str = SourceKind.RESUME, now: datetime = NOW) -> Candidate:
    return candidates.save(profile=profile, origin=Origin(file, kind), by=SYSTEM, now=now).candidate


def line(person: Candidate) -> str:
    person.refresh_from_db()
    return f"{person.current_title} at {person.current_company}"


def test_newer_current_job_becomes_the_title_line(inside: UUID) -> None:
    arrives(a_profile(), "2021.pdf")

    person = arrives(a_profile(jobs=[OLDER, NEWER]), "2024.pdf")

    assert line(person) == "Head of data at Brandt"
    told = Event.objects.filter(kind="candidate_changed").latest("pk").data
    assert told == {"fields": ["current_company", "current_title", "employments"]}


def test_newest_of_several_current_jobs_is_the_title_line_of_a_new_person(inside: UUID) -> None:
    assert line(arrives(a_profile(jobs=[OLDER, NEWER]), "cv.pdf")) == "Head of data at Brandt"


@pytest.mark.parametrize("job", [OLDER, Job("Head of data", "Brandt", "2024-09", "2025-01")])
def test_job_that_is_older_or_over_changes_nothing(inside: UUID, job: Job) -> None:
    arrives(a_profile(), "2021.pdf")

    assert line(arrives(a_profile(jobs=[job]), "other.pdf")) == "Data engineer at Nordlicht"


def test_title_line_of_a_hand_stays(inside: UUID) -> None:
    person = arrives(a_profile(), "2021.pdf")
    candidates.edit(candidate=person, changes={"current_title": "Principal"}, by=SYSTEM, now=NOW)

    arrives(a_profile(jobs=[NEWER]), "2024.pdf")

    assert line(person) == "Principal at Nordlicht"


def test_title_line_that_was_typed_with_the_person_stays(inside: UUID) -> None:
    arrives(a_profile(), "Rafael", SourceKind.MANUAL)

    assert line(arrives(a_profile(jobs=[NEWER]), "2024.pdf")) == "Data engineer at Nordlicht"


def test_profile_says_why(inside: UUID, recruiter: Member) -> None:
    arrives(a_profile(), "2021.pdf")
    person = arrives(a_profile(jobs=[NEWER]), "2024.pdf")

    fact = dossier.of(person, NOW, recruiter).facts["title_line"]

    assert fact.value == "Head of data · Brandt"
    assert [(o.origin, o.snippet) for o in fact.origins] == [("2024.pdf", "Head of data, Brandt, since 9/2024")]
