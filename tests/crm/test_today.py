"""The start page, and what the shell asks for."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm import events
from crm.models import Invitation, Member, Tenant
from crm.permissions import Permission, Role
from crm.registry import FirstStep, HomeRow, NavItem, PaletteItem, PaletteSource, Panel, registered
from crm.services import tenants
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.models import uuid7
from tests.conftest import logged_in
from tests.factories.people import a_member, a_tenant

TODAY, LIVE, PALETTE = "/o/acme/", "/o/acme/live/", "/o/acme/palette/"


@pytest.fixture(autouse=True)
def _plugged_in_by_this_test_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("home_rows", "palette", "creatable"):
        monkeypatch.setattr(registered, name, [])
    monkeypatch.setattr(registered, "panels", {})
    monkeypatch.setattr(registered, "notifications", None)
    monkeypatch.setattr(registered, "navigation", [n for n in registered.navigation if n.url_name.startswith("crm:")])
    monkeypatch.setattr(
        registered, "first_steps", [s for s in registered.first_steps if s.url_name == "crm:invitation-new"]
    )


def page(member: Member) -> str:
    return logged_in(member).get(TODAY).content.decode()


def rows(count: int) -> list[HomeRow]:
    return [HomeRow(count - n, "reply", f"Row {count - n:02}.", f"/x/{n}/", "Reply") for n in range(count)]


def an_event(member: Member, candidate: object = None) -> None:
    with open_tenant(member.tenant):
        events.publish("x", candidate=candidate, occurred_at=timezone.now(), actor=member.actor)


def test_ten_most_urgent_rows_are_shown_in_order(owner: Member) -> None:
    registered.home_rows.append(lambda request: rows(12))

    text = page(owner)

    places = [text.find(f"Row {n:02}.") for n in range(1, 13)]
    assert (places[:10], places[10:]) == (sorted(p for p in places if p > 0), [-1, -1])


def test_empty_day_says_so(owner: Member) -> None:
    assert "Nothing is due" in page(owner)


def test_panels_of_higher_apps_are_shown(owner: Member, viewer: Member) -> None:
    registered.panels["today"] = [Panel("p", lambda request, thing: "<p>Agenda</p>", Permission.INBOX_VIEW)]

    assert ["<p>Agenda</p>" in page(member) for member in (owner, viewer)] == [True, False]


def test_first_step_is_done_by_an_invitation(owner: Member) -> None:
    before = "Invite a colleague" in page(owner)
    with open_tenant(owner.tenant):
        Invitation.objects.create(
            email="guest@example.com", token_hash="x", invited_by="", expires_at=timezone.now() + timedelta(days=1)
        )

    assert (before, "Invite a colleague" in page(owner)) == (True, False)


def test_steps_done_stay_visible_until_all_are(owner: Member) -> None:
    registered.first_steps.append(FirstStep("Walk", "Far.", "Go", "crm:settings", lambda: True))

    assert "1 of 2 done" in page(owner)


def test_first_steps_can_be_put_away(owner: Member) -> None:
    logged_in(owner).post("/o/acme/first-steps/hide/")

    assert "Invite a colleague" not in page(owner)


def test_viewer_cannot_put_first_steps_away_for_all(viewer: Member) -> None:
    assert logged_in(viewer).post("/o/acme/first-steps/hide/").status_code == 403


def test_navigation_is_filtered_by_permission(owner: Member, viewer: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = NavItem("Vault", "vault", "crm:audit-list", permission=Permission.AUDIT_VIEW)
    monkeypatch.setattr(registered, "navigation", [*registered.navigation, secret])

    assert ['title="Vault"' in page(member) for member in (owner, viewer)] == [True, False]


def test_badge_of_the_navigation_is_shown(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = NavItem("Inbox", "inbox", "crm:settings", badge=lambda request: 7)
    monkeypatch.setattr(registered, "navigation", [inbox])

    assert '<span class="count push" data-badge="crm:settings">7</span>' in page(owner)


def test_test_mode_is_told(owner: Member) -> None:
    assert "Test mode" in page(owner)


def test_every_page_tells_that_sending_is_stopped(tenant: Tenant, owner: Member, viewer: Member) -> None:
    before = page(owner)
    with open_tenant(tenant):
        tenants.stop_sending(workspace=tenant, by=owner.actor)

    told = [page(owner), page(viewer)]

    assert "Sending is stopped" not in before
    assert ["Sending is stopped" in one for one in told] == [True, True]
    assert ["/settings/workspace/#sending" in one for one in told] == [True, False]


@pytest.mark.parametrize("members", [1, 3])
def test_start_page_costs_the_same_with_more_members(
    owner: Member, members: int, django_assert_num_queries: object
) -> None:
    for number in range(1, members):
        a_member(owner.tenant, Role.VIEWER, f"viewer{number}@acme.example.com")
    client = logged_in(owner)
    client.get(TODAY)

    with django_assert_num_queries(9):
        client.get(TODAY)


# --- palette


@pytest.fixture
def people_source() -> None:
    registered.palette.append(
        PaletteSource(
            "People", lambda request, words: [PaletteItem(f"Found {words}", "/p/")], Permission.CANDIDATE_VIEW, "@"
        )
    )
    registered.palette.append(PaletteSource("Audit", lambda r, w: [PaletteItem(w, "/a/")], Permission.AUDIT_VIEW))


def labels(client: Client, typed: str) -> list[str]:
    return [group["label"] for group in client.get(PALETTE, {"q": typed}).json()["groups"]]


def test_palette_answers_in_the_shape_of_its_element(owner: Member, people_source: None) -> None:
    answer = logged_in(owner).get(PALETTE, {"q": "@zoë"}).json()

    assert answer == {
        "groups": [{"label": "People", "items": [{"title": "Found zoë", "url": "/p/", "subtitle": "", "shortcut": ""}]}]
    }


@pytest.mark.parametrize(
    ("typed", "expected"), [("zo", ["People", "Audit"]), ("@zo", ["People"]), ("#zo", []), ("z", []), ("", [])]
)
def test_palette_asks_the_sources_that_fit(owner: Member, people_source: None, typed: str, expected: list[str]) -> None:
    assert labels(logged_in(owner), typed) == expected


def test_palette_asks_only_permitted_sources(viewer: Member, people_source: None) -> None:
    assert labels(logged_in(viewer), "zo") == ["People"]


# --- live


def test_live_is_silent_until_something_happens(owner: Member) -> None:
    client = logged_in(owner)
    token = client.get(LIVE).json()["token"]

    silent = client.get(LIVE, {"since": token}).status_code
    an_event(owner)

    assert (silent, client.get(LIVE, {"since": token}).status_code) == (204, 200)


def test_live_of_a_candidate_hears_that_candidate_only(owner: Member) -> None:
    client, candidate = logged_in(owner), uuid7()
    question = {"candidate": str(candidate), "since": "0"}

    an_event(owner, uuid7())
    others = client.get(LIVE, question).status_code
    an_event(owner, candidate)

    assert (others, client.get(LIVE, question).json()["token"]) == (204, "1")


def test_live_does_not_hear_other_workspaces(owner: Member, outsider: Member) -> None:
    an_event(outsider)

    assert logged_in(owner).get(LIVE, {"since": "0"}).status_code == 204


def test_live_costs_one_query_beyond_the_door(owner: Member, django_assert_num_queries: object) -> None:
    client = logged_in(owner)
    client.get(LIVE)

    with django_assert_num_queries(
        7
    ):  # session, user with workspaces; savepoint, tenant, the question, release, tenant
        client.get(LIVE, {"since": "0"})


def test_live_with_nonsense_is_not_found(owner: Member) -> None:
    assert logged_in(owner).get(LIVE, {"candidate": "x"}).status_code == 404


@pytest.mark.parametrize("path", [TODAY, LIVE, PALETTE])
def test_outsider_finds_nothing(outsider: Member, owner: Member, path: str) -> None:
    assert logged_in(outsider).get(path).status_code == 404


@pytest.mark.parametrize("path", [TODAY, LIVE, PALETTE])
def test_stranger_is_sent_to_the_log_in(owner: Member, path: str) -> None:
    assert Client().get(path).headers["Location"] == f"/accounts/login/?next={path}"


def test_other_workspaces_name_is_not_shown(owner: Member) -> None:
    a_tenant("northwind")

    assert "Northwind" not in page(owner)
