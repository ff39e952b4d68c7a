"""Invitations: made, mailed, taken once by the right person, expired, revoked."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from crm.models import Invitation, Member, Tenant, User
from crm.permissions import Role
from crm.services import invitations
from crm.tenancy.context import tenant as open_tenant
from tests.conftest import logged_in
from tests.factories.people import a_member, a_user

NEW = "/o/acme/settings/invitations/new/"
GUEST = "guest@example.com"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def invite(owner: Member, email: str = GUEST, role: str = Role.RECRUITER, ago: timedelta = timedelta()) -> str:
    """The path of a fresh link."""
    with open_tenant(owner.tenant):
        _, link = invitations.create(
            workspace=owner.tenant,
            email=email,
            role=role,
            by=owner.actor,
            by_role=owner.role,
            now=timezone.now() - ago,
        )
    return link.removeprefix("http://localhost:8000")


def role_of(email: str) -> str | None:
    member = Member.objects.filter(tenant__slug="acme", user__email=email).first()
    return member.role if member else None


def test_invitation_is_mailed_with_its_link(owner: Member, django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = logged_in(owner).post(NEW, {"email": GUEST, "role": Role.VIEWER})

    link = next(word for word in mail.outbox[0].body.split() if word.startswith("http"))
    assert (mail.outbox[0].to, link in response.content.decode()) == ([GUEST], True)


def test_secret_of_the_link_is_not_stored(owner: Member) -> None:
    token = invite(owner).split("/")[-2]

    with open_tenant(owner.tenant):
        stored = Invitation.objects.get().token_hash
    assert (stored == invitations.fingerprint(token), token in stored) == (True, False)


def test_new_person_signs_up_and_is_in(owner: Member) -> None:
    form = {"name": "Guest", "password1": "four-quiet-herons", "email": "other@example.com"}

    response = Client().post(invite(owner) + "sign-up/", form, follow=True)

    assert (response.redirect_chain[-1], role_of(GUEST)) == (("/o/acme/", 302), Role.RECRUITER)


@pytest.mark.parametrize(("browser", "kept"), [("Asia/Tokyo", "Asia/Tokyo"), ("", "Europe/Vienna")])
def test_new_person_goes_by_the_clock_of_browser_or_workspace(owner: Member, browser: str, kept: str) -> None:
    Tenant.objects.filter(pk=owner.tenant_id).update(time_zone="Europe/Vienna")
    form = {"name": "Guest", "password1": "four-quiet-herons", "time_zone": browser}

    Client().post(invite(owner) + "sign-up/", form)

    assert User.objects.get(email=GUEST).time_zone == kept


def test_person_with_account_joins(owner: Member) -> None:
    client = Client()
    client.force_login(a_user(GUEST))

    response = client.post(invite(owner) + "accept/")

    assert (response.headers["Location"], role_of(GUEST)) == ("/o/acme/", Role.RECRUITER)


def test_somebody_else_cannot_take_the_invitation(owner: Member, outsider: Member) -> None:
    path = invite(owner)
    client = logged_in(outsider)

    client.post(path + "accept/")

    assert (role_of(outsider.user.email), "log out" in client.get(path).content.decode()) == (None, True)


def test_link_works_once(owner: Member) -> None:
    client, path = Client(), invite(owner)
    client.force_login(a_user(GUEST))

    statuses = [client.post(path + "accept/").status_code, client.post(path + "accept/").status_code]

    assert statuses == [302, 410]


@pytest.mark.parametrize("ending", ["", "accept/", "sign-up/"])
def test_link_ends_after_seven_days(owner: Member, ending: str) -> None:
    path = invite(owner, ago=timedelta(days=7))
    client = Client()
    client.force_login(a_user(GUEST))

    response = client.get(path) if not ending else client.post(path + ending)

    assert response.status_code == 410


def test_expired_invitation_is_replaced(owner: Member) -> None:
    invite(owner, ago=timedelta(days=8))
    invite(owner)

    with open_tenant(owner.tenant):
        assert Invitation.objects.count() == 1


def test_revoked_link_is_gone(owner: Member) -> None:
    path = invite(owner)
    with open_tenant(owner.tenant):
        pk = Invitation.objects.get().pk

    logged_in(owner).post(f"/o/acme/settings/invitations/{pk}/revoke/")

    assert Client().get(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "x" * 43])
def test_wrong_link_is_gone(owner: Member, token: str) -> None:
    assert Client().get(f"/o/acme/join/{token}/").status_code == 410


def test_link_opens_its_own_workspace_only(owner: Member, outsider: Member) -> None:
    assert Client().get(invite(owner).replace("/acme/", "/other/")).status_code == 410


@pytest.mark.parametrize(
    ("email", "role"), [("recruiter@acme.example.com", Role.VIEWER), (GUEST, Role.VIEWER), ("no address", Role.VIEWER)]
)
def test_invitation_that_makes_no_sense_is_refused(owner: Member, recruiter: Member, email: str, role: str) -> None:
    invite(owner)

    response = logged_in(owner).post(NEW, {"email": email, "role": role})

    assert response.status_code == 422


def test_admin_cannot_invite_an_owner(tenant: Tenant) -> None:
    response = logged_in(a_member(tenant, Role.ADMIN)).post(NEW, {"email": GUEST, "role": Role.OWNER})

    assert response.status_code == 422


def test_former_member_is_let_in_by_invitation_again(owner: Member) -> None:
    user = a_user(GUEST)
    client, path = Client(), invite(owner)
    Member.objects.create(tenant=owner.tenant, user=user, role=Role.ADMIN, is_active=False)
    client.force_login(user)

    client.post(path + "accept/")

    member = Member.objects.get(user=user)
    assert (member.is_active, member.role) == (True, Role.RECRUITER)


def test_weak_roles_cannot_invite(recruiter: Member) -> None:
    assert logged_in(recruiter).post(NEW, {"email": GUEST, "role": Role.VIEWER}).status_code == 403
