"""What members say of themselves: the page, the API."""

from __future__ import annotations

import pytest
from django.test import Client

from crm.models import AuditEntry, Member
from crm.permissions import Role
from crm.services import api_keys, members
from crm.tenancy.context import tenant as open_tenant
from tests.conftest import logged_in
from tests.factories.people import a_member, a_tenant

PAGE, API = "/o/acme/settings/profile/", "/o/acme/api/v1/profile/"
SAID = {
    "name": "Ines Weber",
    "time_zone": "Europe/Berlin",
    "title": "Recruiter",
    "phone": "+49 40 123456",
    "booking_link": "https://book.example.com/ines",
}


def test_page_keeps_what_a_member_says(viewer: Member) -> None:
    answer = logged_in(viewer).post(PAGE, SAID)

    assert (answer.status_code, members.said(Member.objects.get(pk=viewer.pk))) == (302, SAID)
    with open_tenant(viewer.tenant):
        entry = AuditEntry.objects.get(action="member.describe")
    assert (entry.object_id, entry.fields) == (viewer.pk, ["booking_link", "phone", "title"])


def test_what_is_said_in_one_workspace_is_not_said_in_another(viewer: Member) -> None:
    elsewhere = a_member(a_tenant("other"), Role.VIEWER)
    Member.objects.filter(pk=elsewhere.pk).update(user=viewer.user)

    logged_in(viewer).post(PAGE, SAID)

    assert Member.objects.get(pk=elsewhere.pk).booking_link == ""


def test_api_changes_what_is_sent_and_leaves_the_rest(viewer: Member) -> None:
    client = logged_in(viewer)
    client.post(PAGE, SAID)

    changed = client.patch(API, {"title": "Head of talent"}, content_type="application/json")

    assert (changed.json(), client.get(API).json()) == ({**SAID, "title": "Head of talent"},) * 2


@pytest.mark.parametrize("address", ["http://book.example.com/ines", "javascript:alert(1)", "book", "https://a b"])
def test_booking_address_is_a_page_of_the_web(viewer: Member, address: str) -> None:
    client = logged_in(viewer)

    page = client.post(PAGE, {**SAID, "booking_link": address})
    said = client.patch(API, {"booking_link": address}, content_type="application/json")

    assert (page.status_code, said.status_code) == (422, 400)
    assert Member.objects.get(pk=viewer.pk).booking_link == ""


def test_key_has_no_profile(owner: Member) -> None:
    with open_tenant(owner.tenant):
        _, secret = api_keys.create(name="Machine", by=owner.actor, role=Role.ADMIN)

    answer = Client(headers={"Authorization": f"Bearer {secret}"}).get(API)

    assert answer.status_code == 403
