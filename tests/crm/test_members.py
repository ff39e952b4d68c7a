"""Members: roles, and the owner that a workspace always keeps."""

import pytest
from django.utils import timezone

from crm.models import AuditEntry, Event, Member, Tenant
from crm.permissions import Role
from crm.services import members
from crm.tenancy.context import tenant as open_tenant
from tests.conftest import logged_in
from tests.factories.people import a_member

PATH = "/o/acme/settings/members/"


def post(by: Member, member: Member, verb: str, **data: str) -> int:
    return logged_in(by).post(f"{PATH}{member.pk}/{verb}/", data).status_code


def test_list_shows_members_of_this_workspace_only(owner: Member, recruiter: Member, outsider: Member) -> None:
    page = logged_in(owner).get(PATH).content.decode()

    assert (recruiter.user.email in page, outsider.user.email in page) == (True, False)


def test_role_is_changed_and_audited(owner: Member, recruiter: Member) -> None:
    assert post(owner, recruiter, "edit", role=Role.VIEWER) == 302

    recruiter.refresh_from_db()
    assert recruiter.role == Role.VIEWER
    with open_tenant(owner.tenant):
        assert AuditEntry.objects.get().facts == {"before": "recruiter", "after": "viewer"}


def test_last_owner_cannot_be_demoted(owner: Member) -> None:
    response = logged_in(owner).post(f"{PATH}{owner.pk}/edit/", {"role": Role.ADMIN})

    assert (response.status_code, "is the only owner" in response.content.decode()) == (422, True)


def test_last_owner_cannot_be_deactivated(owner: Member) -> None:
    post(owner, owner, "deactivate")

    owner.refresh_from_db()
    assert owner.is_active is True


def test_one_of_two_owners_may_leave(owner: Member, tenant: Tenant) -> None:
    second = a_member(tenant, Role.OWNER, "second@acme.example.com")

    post(second, owner, "deactivate")

    owner.refresh_from_db()
    assert owner.is_active is False


@pytest.mark.parametrize("verb", ["edit", "deactivate"])
def test_admin_cannot_touch_an_owner(owner: Member, tenant: Tenant, verb: str) -> None:
    a_member(tenant, Role.OWNER, "second@acme.example.com")

    post(a_member(tenant, Role.ADMIN), owner, verb, role=Role.VIEWER)

    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == (Role.OWNER, True)


def test_admin_cannot_make_an_owner(recruiter: Member, tenant: Tenant) -> None:
    assert post(a_member(tenant, Role.ADMIN), recruiter, "edit", role=Role.OWNER) == 422

    recruiter.refresh_from_db()
    assert recruiter.role == Role.RECRUITER


def test_deactivated_member_can_be_let_in_again(owner: Member, recruiter: Member) -> None:
    post(owner, recruiter, "deactivate")
    post(owner, recruiter, "reactivate")

    recruiter.refresh_from_db()
    assert recruiter.is_active is True
    with open_tenant(owner.tenant):
        assert sorted(Event.objects.values_list("kind", flat=True)) == ["member_deactivated", "member_reactivated"]


def test_deactivating_twice_is_told_once(owner: Member, recruiter: Member) -> None:
    with open_tenant(owner.tenant):
        for _ in range(2):
            members.deactivate(member=recruiter, by=owner.actor, by_role=owner.role, now=timezone.now())

        assert Event.objects.count() == 1


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.HIRING_MANAGER, Role.VIEWER])
def test_weak_roles_are_refused(tenant: Tenant, owner: Member, role: str) -> None:
    member = a_member(tenant, role)

    assert (logged_in(member).get(PATH).status_code, post(member, owner, "deactivate")) == (403, 403)


def test_member_of_another_workspace_is_not_found(owner: Member, outsider: Member) -> None:
    assert post(owner, outsider, "deactivate") == 404


def test_outsider_finds_no_members(owner: Member, outsider: Member) -> None:
    assert (logged_in(outsider).get(PATH).status_code, post(outsider, owner, "deactivate")) == (404, 404)
