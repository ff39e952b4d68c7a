"""A person's jobs and schools, changed through the API."""

import pytest

from crm.models import AuditEntry, Event, Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Education, Employment, Provenance
from talent.services import search
from tests.factories.machine import Machine, fields_of

JOB = {"title": "Site lead", "company": "Quai", "start": "2022-05", "is_current": True}
ADA = {"name": "Ada Quist", "emails": ["ada@example.com"]}
SCHOOL = {"institution": "Quayside School", "degree": "MSc Geodesy", "start": "2014", "end": "2016"}


def of(person: Candidate, verb: str) -> str:
    return f"candidates/{person.pk}/{verb}/"


def test_current_job_is_added_corrected_and_removed(tenant: Tenant, machine: Machine, mia: Candidate) -> None:
    status, job = machine.call("post", of(mia, "employments"), JOB)
    line = machine.call("get", f"candidates/{mia.pk}/")[1]
    better = machine.call("patch", f"employments/{job['id']}/", {"title": "Site manager", "start": ""})[1]
    listed = machine.call("get", of(mia, "employments"))[1]
    gone = machine.call("delete", f"employments/{job['id']}/")[0]

    assert (status, line["current_title"], gone) == (201, "Site lead", 204)
    assert (better["title"], better["start"], better["company"], listed) == ("Site manager", "", "Quai", [better])
    with open_tenant(tenant):
        assert not Employment.objects.filter(candidate=mia).exists()


def test_school_is_added_corrected_and_removed(tenant: Tenant, machine: Machine, mia: Candidate) -> None:
    status, school = machine.call("post", of(mia, "educations"), SCHOOL)
    better = machine.call("patch", f"educations/{school['id']}/", {"degree": "MSc Surveying", "end": "2017-06"})[1]
    whole = machine.call("get", f"candidates/{mia.pk}/")[1]
    gone = machine.call("delete", f"educations/{school['id']}/")[0]

    assert (status, gone, whole["education"]) == (201, 204, [better])
    assert better == school | {"degree": "MSc Surveying", "end": "2017-06"}
    with open_tenant(tenant):
        assert not Education.objects.exists()
        assert set(Provenance.objects.filter(field="education").values_list("value", flat=True)) == {
            "MSc Geodesy · Quayside School",
            "MSc Surveying · Quayside School",
        }


def test_school_is_found_told_and_written_down(tenant: Tenant, machine: Machine, mia: Candidate) -> None:
    machine.call("post", of(mia, "educations"), SCHOOL)

    with open_tenant(tenant):
        assert [person.pk for person in search.find("geodesy")] == [mia.pk]
        event = Event.objects.filter(kind="candidate_changed").latest("occurred_at")
        entry = AuditEntry.objects.latest("occurred_at")
    assert (event.data, entry.action, entry.fields) == ({"fields": ["education"]}, "candidate.change", ["education"])


@pytest.mark.parametrize(
    ("path", "sent", "wrong"),
    [
        ("employments", {}, []),
        ("employments", JOB | {"end": "2021"}, ["end"]),
        ("employments", JOB | {"start": "last year"}, ["start"]),
        ("employments", JOB | {"degree": "MSc"}, ["degree"]),
        ("educations", {"start": "2014"}, []),
        ("educations", SCHOOL | {"end": "2013-12"}, ["end"]),
        ("educations", SCHOOL | {"end": "2013-13"}, ["end"]),
    ],
)
def test_what_cannot_be_is_refused(machine: Machine, mia: Candidate, path: str, sent: dict, wrong: list[str]) -> None:
    assert fields_of(machine.call("post", of(mia, path), sent)) == (400, wrong)
    assert machine.call("get", of(mia, path)) == (200, [])


def test_end_is_held_against_the_known_beginning(machine: Machine, mia: Candidate) -> None:
    school = machine.call("post", of(mia, "educations"), SCHOOL)[1]

    assert fields_of(machine.call("patch", f"educations/{school['id']}/", {"end": "2013"})) == (400, ["end"])


def test_new_person_comes_with_their_schools(machine: Machine) -> None:
    status, person = machine.call("post", "candidates/", ADA | {"education": [SCHOOL]})
    again = ADA | {"education": [SCHOOL, SCHOOL | {"degree": "BSc"}]}

    assert (status, [school["degree"] for school in person["education"]]) == (201, ["MSc Geodesy"])
    assert len(machine.call("post", "candidates/", again)[1]["education"]) == 2


def test_who_may_only_look_changes_nothing(tenant: Tenant, machine: Machine, mia: Candidate) -> None:
    school = machine.call("post", of(mia, "educations"), SCHOOL)[1]
    job = machine.call("post", of(mia, "employments"), JOB)[1]
    viewer = Machine(tenant, Role.VIEWER)
    tried = [
        viewer.call("post", of(mia, "educations"), SCHOOL)[0],
        viewer.call("patch", f"educations/{school['id']}/", {"degree": "PhD"})[0],
        viewer.call("delete", f"employments/{job['id']}/")[0],
    ]

    assert tried == [403, 403, 403]
    assert viewer.call("get", of(mia, "educations")) == (200, [school])
