"""Schools, courses and degrees, kept by hand on the page of a person."""

import re
from collections import Counter

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Education, Provenance, SegmentMembership
from talent.services import segments, upkeep
from tests.conftest import logged_in
from tests.factories.talent import NOW
from tests.talent.pages import at

SENT = {"degree": "MSc Geodesy", "institution": "Quayside School", "start": "2014", "end": "2016-07"}


def schools(tenant: Tenant, person: Candidate) -> list[str]:
    with open_tenant(tenant):
        return [str(school) for school in Education.objects.filter(candidate=person)]


def test_school_is_added_and_shown(recruiter_client: Client, tenant: Tenant, mia: Candidate) -> None:
    answer = recruiter_client.post(at(mia, "educations/add/"), SENT)
    page = recruiter_client.get(at(mia)).content.decode()

    assert (answer.status_code, answer["Location"]) == (302, at(mia, "edit/"))
    assert schools(tenant, mia) == ["MSc Geodesy · Quayside School"]
    assert "MSc Geodesy" in page


def test_school_is_corrected(recruiter_client: Client, recruiter: Member, tenant: Tenant, mia: Candidate) -> None:
    recruiter_client.post(at(mia, "educations/add/"), SENT)
    with open_tenant(tenant):
        url = f"/o/acme/educations/{Education.objects.get().pk}/edit/"
    page = recruiter_client.get(url)
    recruiter_client.post(url, SENT | {"degree": "MSc Surveying"})

    assert (page.status_code, page.context["form"].initial["degree"]) == (200, "MSc Geodesy")
    assert schools(tenant, mia) == ["MSc Surveying · Quayside School"]
    with open_tenant(tenant):
        told = Provenance.objects.get(field="education", value="MSc Surveying · Quayside School")
        assert told.origin == recruiter.actor.label


def test_school_is_removed(recruiter_client: Client, tenant: Tenant, mia: Candidate) -> None:
    recruiter_client.post(at(mia, "educations/add/"), SENT)
    with open_tenant(tenant):
        key = Education.objects.get().pk
    recruiter_client.post(f"/o/acme/educations/{key}/remove/")

    assert schools(tenant, mia) == []


@pytest.mark.parametrize("wrong", [{}, {"degree": "MSc", "start": "last year"}, SENT | {"end": "2013"}])
def test_school_with_a_mistake_is_refused(
    recruiter_client: Client, tenant: Tenant, mia: Candidate, wrong: dict
) -> None:
    page = recruiter_client.post(at(mia, "educations/add/"), wrong)

    assert (page.status_code, bool(page.context["education_form"].errors)) == (422, True)
    assert schools(tenant, mia) == []


def test_segment_follows_a_school(recruiter_client: Client, tenant: Tenant, mia: Candidate) -> None:
    rule = {"field": "school", "op": "contains", "value": "Quayside"}
    with open_tenant(tenant):
        segment = segments.create(name="Quaysiders", rule=rule, by=SYSTEM, now=NOW)
    recruiter_client.post(at(mia, "educations/add/"), SENT)

    with open_tenant(tenant):
        upkeep.keep(people=[mia.pk], now=NOW)
        assert [row.candidate_id for row in SegmentMembership.objects.filter(segment=segment)] == [mia.pk]


def test_viewer_cannot_touch_schools(viewer: Member, tenant: Tenant, mia: Candidate) -> None:
    assert logged_in(viewer).post(at(mia, "educations/add/"), SENT).status_code == 403
    assert schools(tenant, mia) == []


def test_every_label_of_the_edit_page_names_one_field(recruiter_client: Client, mia: Candidate) -> None:
    page = recruiter_client.get(at(mia, "edit/")).content.decode()

    assert [one for one, count in Counter(re.findall(r'\sid="([^"]+)"', page)).items() if count > 1] == []
