"""The floor's resources in the API."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.exceptions import ValidationError

from crm.api.views import handle_exception
from crm.models import ApiKey, AuditEntry, Invitation, Member, Tenant
from crm.permissions import Role
from crm.services import api_keys, audit
from crm.tenancy.context import tenant as open_tenant
from tests.conftest import logged_in
from tests.factories.talent import NOW

BASE = "/o/acme/api/v1/"
PATHS = ["members/", "invitations/", "api-keys/", "audit/", "kill-switch/"]


def a_client(member: Member, role: str = Role.ADMIN) -> Client:
    with open_tenant(member.tenant):
        _, secret = api_keys.create(name="Machine", by=member.actor, role=role)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def patch(client: Client, member: Member, **data: object) -> int:
    return client.patch(f"{BASE}members/{member.pk}/", data, content_type="application/json").status_code


@pytest.mark.parametrize("path", PATHS)
def test_key_of_an_admin_opens(owner: Member, path: str) -> None:
    assert a_client(owner).get(BASE + path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_key_of_a_weak_role_is_refused(owner: Member, path: str) -> None:
    assert a_client(owner, Role.RECRUITER).get(BASE + path).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_outsider_finds_nothing(outsider: Member, owner: Member, path: str) -> None:
    statuses = [client.get(BASE + path).status_code for client in (logged_in(outsider), a_client(outsider), Client())]

    assert statuses == [404, 401, 401]


@pytest.mark.parametrize("method", ["get", "post", "delete", "options"])
@pytest.mark.parametrize("who", ["nobody", "bad key", "stranger", "stranger's key"])
def test_unknown_workspace_answers_like_a_foreign_one(outsider: Member, owner: Member, who: str, method: str) -> None:
    clients = {
        "nobody": Client(),
        "bad key": Client(headers={"Authorization": "Bearer rpt_no"}),
        "stranger": logged_in(outsider),
        "stranger's key": a_client(outsider),
    }
    paths = (BASE + "members/", "/o/nowhere/api/v1/members/")

    foreign, unknown = (getattr(clients[who], method)(path) for path in paths)

    assert unknown.status_code == foreign.status_code == (404 if who == "stranger" else 401)
    assert (unknown.content, dict(unknown.headers)) == (foreign.content, dict(foreign.headers))


def test_kill_switch_stops_and_resumes(owner: Member) -> None:
    key, path = a_client(owner), f"{BASE}kill-switch/"

    said = [key.put(path, {"is_stopped": on}, content_type="application/json").json() for on in (True, True, False)]

    assert [one["is_stopped"] for one in said] == [True, True, False]
    with open_tenant(owner.tenant):
        done = AuditEntry.objects.filter(action__endswith="_sending").order_by("pk").values_list("action", flat=True)
        assert list(done) == ["tenant.stop_sending", "tenant.resume_sending"]


@pytest.mark.parametrize("body", [{}, {"is_stopped": "perhaps"}, {"is_stopped": True, "status": "suspended"}])
def test_kill_switch_is_on_or_off(owner: Member, body: dict[str, object]) -> None:
    answer = a_client(owner).put(f"{BASE}kill-switch/", body, content_type="application/json")

    owner.tenant.refresh_from_db()
    assert (answer.status_code, owner.tenant.sending_stopped) == (400, False)


def test_kill_switch_is_not_for_recruiters(recruiter: Member) -> None:
    answer = logged_in(recruiter).put(f"{BASE}kill-switch/", {"is_stopped": True}, content_type="application/json")

    assert answer.status_code == 403


def test_members_are_told_without_secrets(owner: Member) -> None:
    results = a_client(owner).get(BASE + "members/").json()["results"]

    assert [sorted(row) for row in results] == [
        ["booking_link", "created_at", "email", "id", "is_active", "last_active_on", "name", "phone", "role", "title"]
    ]


def test_role_is_changed(owner: Member, recruiter: Member) -> None:
    assert patch(a_client(owner), recruiter, role=Role.VIEWER) == 200

    recruiter.refresh_from_db()
    assert recruiter.role == Role.VIEWER


def test_member_is_shut_out_and_let_in(owner: Member, recruiter: Member) -> None:
    client = a_client(owner)

    statuses = [patch(client, recruiter, is_active=False), patch(client, recruiter, is_active=True)]

    recruiter.refresh_from_db()
    assert (statuses, recruiter.is_active) == ([200, 200], True)


def test_key_of_an_admin_cannot_touch_owners(owner: Member, recruiter: Member) -> None:
    client = a_client(owner)

    assert [patch(client, owner, role=Role.VIEWER), patch(client, recruiter, role=Role.OWNER)] == [400, 400]


def test_refused_change_is_not_half_saved(owner: Member) -> None:
    assert patch(logged_in(owner), owner, role=Role.OWNER, is_active=False) == 400

    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == (Role.OWNER, True)


def test_error_rolls_the_request_back(inside: object) -> None:
    handle_exception(ValidationError({"role": ["No."]}), {})

    assert connection.get_rollback() is True
    connection.set_rollback(False)


def test_invitation_is_made_and_revoked(owner: Member) -> None:
    client = a_client(owner)

    made = client.post(BASE + "invitations/", {"email": "guest@example.com"}, content_type="application/json").json()
    gone = client.delete(f"{BASE}invitations/{made['id']}/")

    assert (made["role"], "/o/acme/join/" in made["link"], gone.status_code) == ("recruiter", True, 204)
    with open_tenant(owner.tenant):
        assert Invitation.objects.count() == 0


def test_second_invitation_is_refused_in_words(owner: Member) -> None:
    client, data = a_client(owner), {"email": "guest@example.com"}
    client.post(BASE + "invitations/", data, content_type="application/json")

    answer = client.post(BASE + "invitations/", data, content_type="application/json")

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["email"])


def test_secret_of_a_key_is_told_once(owner: Member) -> None:
    client = a_client(owner)

    made = client.post(BASE + "api-keys/", {"name": "Second"}, content_type="application/json").json()
    listed = client.get(BASE + "api-keys/").content.decode()

    assert (made["secret"].startswith("rpt_"), made["secret"] in listed) == (True, False)


def test_revoked_key_stops_working(owner: Member) -> None:
    client = a_client(owner)
    with open_tenant(owner.tenant):
        pk = ApiKey.objects.get().pk

    statuses = [client.delete(f"{BASE}api-keys/{pk}/").status_code, client.get(BASE + "members/").status_code]

    assert statuses == [204, 401]


def test_audit_log_comes_in_pages_without_gaps(owner: Member) -> None:
    client = a_client(owner)
    with open_tenant(owner.tenant):
        for number in range(5):
            audit.record(action=f"test.{number}", by=owner.actor)
        expected = list(AuditEntry.objects.newest_first().values_list("action", flat=True))

    seen, address = [], BASE + "audit/?limit=2"
    while address:
        page = client.get(address).json()
        seen += [entry["action"] for entry in page["results"]]
        address = page["next"]

    assert seen == expected


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "before=x", "person=x"])
def test_bad_query_is_refused(owner: Member, query: str) -> None:
    assert a_client(owner).get(f"{BASE}audit/?{query}").status_code == 400


@pytest.mark.parametrize("change", [{"status": Tenant.Status.SUSPENDED}, {"slug": "acme-2"}])
def test_door_forgets_a_workspace_that_is_closed_or_renamed(owner: Member, change: dict[str, str]) -> None:
    client = a_client(owner)
    assert [client.get(BASE + "members/").status_code for _ in range(2)] == [200, 200]

    Tenant.objects.filter(pk=owner.tenant_id).update(**change)

    assert client.get(BASE + "members/").status_code == 401


def test_address_that_is_another_workspace_s_by_now_opens_that_one(owner: Member, outsider: Member) -> None:
    ours, theirs = a_client(owner), a_client(outsider)
    assert ours.get(BASE + "members/").status_code == 200

    Tenant.objects.filter(pk=owner.tenant_id).update(slug="acme-2")
    Tenant.objects.filter(pk=outsider.tenant_id).update(slug="acme")

    assert ours.get(BASE + "members/").status_code == 401
    told = [row["email"] for row in theirs.get(BASE + "members/").json()["results"]]
    assert told == [outsider.user.email]


def test_key_that_is_revoked_opens_nothing_from_then_on(owner: Member) -> None:
    client = a_client(owner)
    assert [client.get(BASE + "members/").status_code for _ in range(2)] == [200, 200]

    with open_tenant(owner.tenant):
        api_keys.revoke(key=ApiKey.objects.get(), by=owner.actor, now=NOW)

    assert client.get(BASE + "members/").status_code == 401


def test_key_and_workspace_are_asked_for_in_one_statement(owner: Member) -> None:
    client = a_client(owner)
    client.get(BASE + "kill-switch/")

    with CaptureQueriesContext(connection) as asked:
        assert client.get(BASE + "kill-switch/").status_code == 200

    told = [query["sql"] for query in asked.captured_queries if query["sql"] is None or "crm_apikey" in query["sql"]]
    assert len(told) == 1


@pytest.mark.parametrize(
    "body", [b'{"is_on": "\\ud800"}', b'{"\\udfff": 1}', b"\xff", b"{", b"[" * 5000, b"NaN", b"[1e999]"]
)
def test_what_is_not_quite_json_is_refused_in_words(owner: Member, body: bytes) -> None:
    answer = a_client(owner).put(f"{BASE}kill-switch/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["error"]["message"][:16]) == (400, "This is not JSON")


@pytest.mark.parametrize("path", [f"{BASE}no-such-thing/", f"{BASE}members/x/", "/api/v1/nothing/"])
def test_address_of_nothing_answers_a_machine_in_json(owner: Member, path: str) -> None:
    answer, page = a_client(owner).get(path), logged_in(owner).get("/o/acme/no-such-page/")

    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "There is nothing at this address.")
    assert (page.status_code, page.headers["Content-Type"][:9]) == (404, "text/html")


def test_query_with_a_nul_is_refused(owner: Member) -> None:
    answer = a_client(owner).get(f"{BASE}audit/?action=a%00b")

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["action"])
