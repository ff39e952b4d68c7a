"""Colleagues invite people; machines make links."""

from __future__ import annotations

import pytest
from django.test import Client

from crm.models import Event, Member, Tenant
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from outreach.models import OutboundMessage
from outreach.services import merge_tags
from portal.models import PortalLink
from talent.models import Candidate
from talent.services import contact
from tests.conftest import logged_in
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared


@shared
def zoe(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate()


def invite(client: Client, candidate: Candidate) -> int:
    return client.post(f"/o/acme/candidates/{candidate.pk}/portal/invite/").status_code


@pytest.mark.usefixtures("inside")
def test_invitation_goes_through_the_ledger(recruiter_client: Client, zoe: Candidate) -> None:
    assert invite(recruiter_client, zoe) == 200

    message = OutboundMessage.objects.get()
    assert (message.candidate_id, message.state, message.is_proactive) == (zoe.pk, "planned", True)
    assert message.text.count("/p/acme/enter/#") == 1
    assert Event.objects.get(kind="portal_invited").candidate_id == zoe.pk


@pytest.mark.usefixtures("inside")
def test_invitation_of_a_banned_person_is_refused(recruiter_client: Client, recruiter: Member, zoe: Candidate) -> None:
    contact.ban(candidate=zoe, reason="manual", evidence="", by=recruiter.actor, now=NOW)

    assert invite(recruiter_client, zoe) == 422
    assert (OutboundMessage.objects.count(), PortalLink.objects.count()) == (0, 0)


def test_weak_role_invites_nobody(viewer: Member, zoe: Candidate) -> None:
    assert invite(logged_in(viewer), zoe) == 403


def test_outsider_invites_nobody(outsider: Member, zoe: Candidate) -> None:
    assert invite(logged_in(outsider), zoe) == 404


@pytest.mark.usefixtures("inside")
def test_api_makes_a_link(tenant: Tenant, owner: Member, zoe: Candidate) -> None:
    _, secret = api_keys.create(name="Sync", role="recruiter", expires_at=None, by=owner.actor)

    answer = Client().post(
        f"/o/acme/api/v1/candidates/{zoe.pk}/portal-links/", headers={"authorization": f"Bearer {secret}"}
    )

    link = PortalLink.objects.get()
    assert (answer.status_code, answer.json()["id"], link.invited_by) == (201, str(link.pk), "Sync")
    assert "/p/acme/enter/#" in answer.json()["url"]


def test_api_refuses_weak_roles_and_outsiders(viewer: Member, outsider: Member, zoe: Candidate) -> None:
    url = f"/o/acme/api/v1/candidates/{zoe.pk}/portal-links/"

    assert [logged_in(member).post(url).status_code for member in (viewer, outsider)] == [403, 404]


@pytest.mark.usefixtures("inside")
def test_merge_tag_leads_to_the_front_page(zoe: Candidate, settings: object) -> None:
    context = merge_tags.MergeContext(zoe, "Ines", "Acme", "", latest=merge_tags.Latest(NOW))

    assert merge_tags.values(context, ["portal_link"])["portal_link"] == f"{settings.BASE_URL}/p/acme/"
