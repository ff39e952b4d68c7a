"""The settings: who sees which page, and what each changes."""

import re
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from crm import events
from crm.models import ApiKey, AuditEntry, Member, ReaderCursor, ReaderFailure, Tenant
from crm.permissions import Permission, Role
from crm.registry import Reader, registered
from crm.services import api_keys, audit, reader_health
from crm.tenancy.context import tenant as open_tenant
from tests.conftest import logged_in
from tests.factories.people import a_member

BASE = "/o/acme/settings/"
GUARDED = {
    "workspace/": Permission.TENANT_MANAGE,
    "members/": Permission.MEMBER_MANAGE,
    "invitations/new/": Permission.MEMBER_MANAGE,
    "api-keys/": Permission.API_KEY_MANAGE,
    "api-keys/new/": Permission.API_KEY_MANAGE,
    "audit/": Permission.AUDIT_VIEW,
    "health/": Permission.TENANT_MANAGE,
}
OPEN = ["", "profile/", "security/"]


def actions(member: Member) -> list[str]:
    with open_tenant(member.tenant):
        return list(AuditEntry.objects.order_by("occurred_at", "id").values_list("action", flat=True))


@pytest.mark.parametrize("path", [*OPEN, *GUARDED])
def test_owner_sees_every_page(owner: Member, path: str) -> None:
    assert logged_in(owner).get(BASE + path).status_code == 200


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("role", [Role.RECRUITER, Role.HIRING_MANAGER, Role.VIEWER])
def test_weak_roles_are_refused(tenant: Tenant, path: str, role: str) -> None:
    assert logged_in(a_member(tenant, role)).get(BASE + path).status_code == 403


@pytest.mark.parametrize("path", OPEN)
def test_viewer_has_pages_of_their_own(viewer: Member, path: str) -> None:
    assert logged_in(viewer).get(BASE + path).status_code == 200


@pytest.mark.parametrize("path", [*OPEN, *GUARDED])
def test_outsider_finds_nothing(outsider: Member, tenant: Tenant, path: str) -> None:
    assert logged_in(outsider).get(BASE + path).status_code == 404


def test_contents_list_what_the_role_may_open(viewer: Member) -> None:
    page = logged_in(viewer).get(BASE).content.decode()

    assert re.findall(r'class="row-link" href="/o/acme/settings/([^"]+)"', page) == ["profile/", "security/", "labels/"]


# --- workspace


def test_workspace_is_renamed_and_audited(owner: Member) -> None:
    logged_in(owner).post(BASE + "workspace/", {"name": "Acme Talent", "time_zone": "Europe/Berlin"})

    owner.tenant.refresh_from_db()
    assert (owner.tenant.name, owner.tenant.time_zone) == ("Acme Talent", "Europe/Berlin")
    with open_tenant(owner.tenant):
        assert AuditEntry.objects.get().fields == ["name", "time_zone"]


@pytest.mark.parametrize("data", [{"name": "", "time_zone": "UTC"}, {"name": "Acme", "time_zone": "Mars/Base"}])
def test_workspace_refuses_nonsense(owner: Member, data: dict[str, str]) -> None:
    response = logged_in(owner).post(BASE + "workspace/", data)

    owner.tenant.refresh_from_db()
    assert (response.status_code, owner.tenant.name, actions(owner)) == (422, "Acme", [])


def test_kill_switch_stops_and_resumes(owner: Member) -> None:
    client = logged_in(owner)

    client.post(BASE + "workspace/stop-sending/")
    owner.tenant.refresh_from_db()
    stopped = owner.tenant.sending_stopped
    client.post(BASE + "workspace/resume-sending/")

    owner.tenant.refresh_from_db()
    assert (stopped, owner.tenant.sending_stopped) == (True, False)
    assert actions(owner) == ["tenant.stop_sending", "tenant.resume_sending"]


@pytest.mark.parametrize("verb", ["stop-sending/", "resume-sending/"])
def test_kill_switch_is_not_for_recruiters(recruiter: Member, verb: str) -> None:
    assert logged_in(recruiter).post(BASE + "workspace/" + verb).status_code == 403


# --- keys


def test_secret_of_a_key_is_shown_once(owner: Member) -> None:
    client = logged_in(owner)

    made = client.post(BASE + "api-keys/new/", {"name": "Sync", "role": Role.VIEWER}).content.decode()
    secret = re.search(r'value="(rpt_[^"]+)"', made)

    assert secret is not None
    assert secret.group(1) not in client.get(BASE + "api-keys/").content.decode()


def test_key_ends_with_its_day(owner: Member) -> None:
    logged_in(owner).post(BASE + "api-keys/new/", {"name": "Sync", "role": Role.VIEWER, "expires_on": "2030-01-31"})

    with open_tenant(owner.tenant):
        assert ApiKey.objects.get().expires_at.isoformat() == "2030-01-31T23:59:59.999999+00:00"


def test_key_of_an_owner_cannot_be_made(owner: Member) -> None:
    response = logged_in(owner).post(BASE + "api-keys/new/", {"name": "Sync", "role": Role.OWNER})

    assert response.status_code == 422


def test_revoking_a_key_asks_first(owner: Member) -> None:
    with open_tenant(owner.tenant):
        key, _ = api_keys.create(name="Sync", by=owner.actor)
    client, path = logged_in(owner), f"{BASE}api-keys/{key.pk}/revoke/"

    client.get(path)
    with open_tenant(owner.tenant):
        before = ApiKey.objects.get().revoked_at
    client.post(path)

    with open_tenant(owner.tenant):
        assert (before, ApiKey.objects.get().revoked_at is None) == (None, False)


# --- audit


def shown_actions(owner: Member, query: str) -> list[str]:
    page = logged_in(owner).get(f"{BASE}audit/?{query}").content.decode()
    return re.findall(r"<code>([^<]+)</code>", page)


def test_audit_log_is_filtered_by_action_and_person(owner: Member, recruiter: Member) -> None:
    with open_tenant(owner.tenant):
        audit.record(action="member.change_role", by=owner.actor)
        audit.record(action="member.deactivate", by=recruiter.actor)
        audit.record(action="api_key.create", by=owner.actor)

    assert shown_actions(owner, "action=member.") == ["member.deactivate", "member.change_role"]
    assert shown_actions(owner, f"action=member.&person={owner.pk}") == ["member.change_role"]


def test_audit_log_is_turned_over_without_gaps(owner: Member) -> None:
    with open_tenant(owner.tenant):
        for number in range(60):
            audit.record(action=f"test.{number}", by=owner.actor)

    first = logged_in(owner).get(BASE + "audit/").content.decode()
    older = re.search(r'href="\?(before=[^"]+)"', first)

    assert older is not None
    seen = shown_actions(owner, "") + shown_actions(owner, older.group(1))
    assert seen == [f"test.{number}" for number in reversed(range(60))]


@pytest.mark.parametrize("query", ["person=x", "before=x", "action=" + "x" * 100])
def test_audit_log_survives_bad_filters(owner: Member, query: str) -> None:
    assert logged_in(owner).get(f"{BASE}audit/?{query}").status_code == 200


# --- health


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A reader that the test can make fail; it keeps the kinds it took in."""
    seen: list[str] = []

    def read(batch: list[object]) -> None:
        if not seen:
            raise ValueError("Not today.")
        seen.extend(event.kind for event in batch)

    monkeypatch.setattr(registered, "readers", {"test.reader": Reader("test.reader", read)})
    return seen


def a_failure(owner: Member) -> ReaderFailure:
    with open_tenant(owner.tenant):
        event = events.publish("x", candidate=None, occurred_at=timezone.now(), actor=owner.actor)
        return ReaderFailure.objects.create(reader="test.reader", event=event, error="Boom", traceback="Trace")


def test_lag_counts_events_after_the_cursor(owner: Member, reader: list[str]) -> None:
    a_failure(owner)
    with open_tenant(owner.tenant):
        before = reader_health.lags()[0].waiting
        event = events.Event.objects.get()
        ReaderCursor.objects.create(reader="test.reader", xact_id=event.xact_id, event_id=event.pk)

        assert (before, reader_health.lags()[0].waiting) == (1, 0)


def test_replay_that_works_resolves_the_failure(owner: Member, reader: list[str]) -> None:
    reader.append("ready")
    failure = a_failure(owner)

    logged_in(owner).post(f"{BASE}health/{failure.pk}/replay/")

    with open_tenant(owner.tenant):
        assert (reader, ReaderFailure.objects.get().resolved_at is None) == (["ready", "x"], False)


def test_replay_that_fails_keeps_the_newest_error(owner: Member, reader: list[str]) -> None:
    failure = a_failure(owner)

    page = logged_in(owner).post(f"{BASE}health/{failure.pk}/replay/", follow=True).content.decode()

    assert ("Not today." in page, "2 attempts" in page) == (True, True)


def test_failures_are_counted_over_all_tenants_without_seeing_them(owner: Member) -> None:
    a_failure(owner)

    assert reader_health.open_failures_by_tenant() == {owner.tenant.pk: 1}


# --- oneself


def test_profile_is_changed(viewer: Member) -> None:
    logged_in(viewer).post(BASE + "profile/", {"name": "Vera", "time_zone": "Asia/Tokyo"})

    viewer.user.refresh_from_db()
    assert (viewer.user.name, viewer.user.time_zone) == ("Vera", "Asia/Tokyo")


def test_profile_cannot_change_more_than_it_shows(viewer: Member) -> None:
    data = {"name": "Vera", "time_zone": "UTC", "is_superuser": "on", "email": "other@example.com"}
    logged_in(viewer).post(BASE + "profile/", data)

    viewer.user.refresh_from_db()
    assert (viewer.user.is_superuser, viewer.user.email) == (False, "viewer@acme.example.com")


def test_times_are_shown_in_ones_own_zone(owner: Member) -> None:
    owner.user.time_zone = "Asia/Tokyo"
    owner.user.save()
    with open_tenant(owner.tenant):
        audit.record(action="x", by=owner.actor)
        moment = AuditEntry.objects.get().occurred_at.astimezone(ZoneInfo("Asia/Tokyo"))

    assert f"{moment:%H:%M:%S}" in logged_in(owner).get(BASE + "audit/").content.decode()


# --- for machines


def test_process_is_alive(client: object) -> None:
    assert client.get("/healthz").status_code == 200
