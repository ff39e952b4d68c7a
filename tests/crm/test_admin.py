"""The admin: operators see no people, administrators only their own workspace."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from crm.admin import OperatorModelAdmin
from crm.admin.site import RapportAdminSite
from crm.models import ApiKey, AuditEntry, Heartbeat, Member, Tenant, User
from crm.permissions import Role
from crm.services import api_keys, tenants
from crm.tenancy.context import tenant as open_tenant
from tests.conftest import logged_in
from tests.factories.people import a_member

KEYS, MEMBERS, TENANTS = "/admin/crm/apikey/", "/admin/crm/member/", "/admin/crm/tenant/"


@pytest.fixture
def operator_client(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("operator@example.com"))
    return client


def a_key(member: Member, name: str) -> ApiKey:
    with open_tenant(member.tenant):
        return api_keys.create(name=name, by=member.actor)[0]


def test_admin_uses_the_log_in_of_the_product(db: None) -> None:
    response = Client().get("/admin/", follow=True)

    assert response.redirect_chain[-1] == ("/accounts/login/?next=/admin/", 302)


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.HIRING_MANAGER, Role.VIEWER])
def test_weak_roles_do_not_enter(tenant: Tenant, role: str) -> None:
    assert logged_in(a_member(tenant, role)).get("/admin/", follow=True).status_code == 403


def test_administrator_sees_own_rows_only(owner: Member, outsider: Member) -> None:
    a_key(owner, "Ours")
    a_key(outsider, "Theirs")

    page = logged_in(owner).get(KEYS).content.decode()

    assert ("Ours" in page, "Theirs" in page) == (True, False)


def test_administrator_sees_own_members_only(owner: Member, recruiter: Member, outsider: Member) -> None:
    page = logged_in(owner).get(MEMBERS).content.decode()

    assert (recruiter.user.email in page, outsider.user.email in page) == (True, False)


def test_row_of_another_workspace_is_not_found(owner: Member, outsider: Member) -> None:
    key, client = a_key(outsider, "Theirs"), logged_in(owner)

    found = [
        client.get(f"{KEYS}{key.pk}/change/", follow=True),
        client.get(f"{MEMBERS}{outsider.pk}/change/", follow=True),
    ]

    assert [r.redirect_chain[-1][0] for r in found] == ["/admin/", "/admin/"]


def test_hash_of_a_key_is_not_shown(owner: Member) -> None:
    key = a_key(owner, "Ours")

    page = logged_in(owner).get(f"{KEYS}{key.pk}/change/").content.decode()

    assert ("Ours" in page, key.secret_hash in page) == (True, False)


def test_administrator_does_not_see_workspaces(owner: Member) -> None:
    assert logged_in(owner).get(TENANTS).status_code == 403


def test_operator_sees_workspaces(owner: Member, recruiter: Member, operator_client: Client) -> None:
    page = operator_client.get(TENANTS).content.decode()

    assert ("Acme" in page, '<td class="field-members">2</td>' in page) == (True, True)


@pytest.mark.parametrize(
    "path", [KEYS, MEMBERS, "/admin/crm/event/", "/admin/crm/auditentry/", "/admin/crm/storedfile/"]
)
def test_operator_sees_no_rows_of_tenants(owner: Member, operator_client: Client, path: str) -> None:
    assert operator_client.get(path).status_code == 403


def test_operator_suspends_a_workspace(owner: Member, operator_client: Client) -> None:
    operator_client.post(TENANTS, {"action": "suspend", "_selected_action": [str(owner.tenant.pk)]})

    owner.tenant.refresh_from_db()
    assert owner.tenant.status == Tenant.Status.SUSPENDED
    with open_tenant(owner.tenant):
        assert AuditEntry.objects.get().action == "tenant.suspend"


def test_operator_who_is_a_member_can_still_suspend_others(owner: Member, outsider: Member) -> None:
    User.objects.filter(pk=owner.user.pk).update(is_superuser=True)

    logged_in(owner).post(TENANTS, {"action": "suspend", "_selected_action": [str(outsider.tenant.pk)]})

    outsider.tenant.refresh_from_db()
    assert outsider.tenant.status == Tenant.Status.SUSPENDED


def test_operator_sees_health_in_numbers(owner: Member, operator_client: Client) -> None:
    Heartbeat.objects.create(name="beat", at=owner.created_at)

    page = operator_client.get("/admin/health/").content.decode()

    assert ("beat" in page, "nothing is parked" in page) == (True, True)


def test_administrator_does_not_see_health_of_all(owner: Member) -> None:
    assert logged_in(owner).get("/admin/health/").status_code == 403


def test_workspace_can_be_chosen(owner: Member) -> None:
    second = tenants.create(name="Second", owner=owner.user)
    a_key(owner, "First key")
    a_key(second, "Second key")
    client = logged_in(owner)

    client.post("/admin/workspace/", {"tenant": str(second.tenant_id)})
    page = client.get(KEYS).content.decode()

    assert ("Second key" in page, "First key" in page) == (True, False)


def test_workspace_of_others_cannot_be_chosen(owner: Member, outsider: Member) -> None:
    response = logged_in(owner).post("/admin/workspace/", {"tenant": str(outsider.tenant_id)})

    assert response.status_code == 403


def test_workspace_chosen_once_is_lost_with_the_role(owner: Member, recruiter: Member) -> None:
    client = logged_in(owner)
    client.post("/admin/workspace/", {"tenant": str(owner.tenant_id)})
    Member.objects.filter(pk=owner.pk).update(role=Role.VIEWER)

    assert client.get(KEYS, follow=True).status_code == 403


def test_tenant_table_needs_an_admin_that_keeps_apart() -> None:
    with pytest.raises(ImproperlyConfigured):
        RapportAdminSite(name="trial").register(ApiKey, OperatorModelAdmin)
