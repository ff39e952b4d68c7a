"""Lists in a real browser: an act on everybody who is found, watched and taken back; the looks of the pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from crm.models import Member, Tenant
from crm.permissions import Role
from crm.registry import registered
from crm.tenancy.context import tenant as open_tenant
from talent.models import BulkOperation, Candidate
from talent.services import bulk, saved_views
from tests.browser import axe
from tests.conftest import logged_in
from tests.factories.people import a_member, a_tenant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(committed: None, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    monkeypatch.setattr(registered, "after_publish", None)  # there is no broker to wake
    monkeypatch.setattr(bulk, "wake_on_commit", lambda *args: None)
    tenant = a_tenant()
    with open_tenant(tenant):
        Candidate.objects.bulk_create([Candidate(name=f"Person {n:03}", country="SE") for n in range(260)])
    return tenant


@pytest.fixture
def owner(acme: Tenant) -> Member:
    member = a_member(acme, Role.OWNER)
    with open_tenant(acme):
        view = saved_views.create(name="Swedes", query="country=SE", is_shared=True, owner=member)
        saved_views.pin(view=view, member=member, is_pinned=True)
    return member


def enter(context: BrowserContext, live_server: LiveServer, member: Member) -> Page:
    session = logged_in(member).cookies["session"].value
    context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    return context.new_page()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, owner: Member) -> Iterator[Page]:
    context = axe.new_context(browser, base_url=live_server.url)
    page = enter(context, live_server, owner)
    yield page
    assert axe.csp_violations(page) == []
    context.close()


def work(acme: Tenant) -> None:
    """What the worker does."""
    with open_tenant(acme):
        key = BulkOperation.objects.latest("created_at").pk
    bulk.run(tenant=acme, operation_id=key)


def test_everybody_is_tagged_watched_and_untagged(page: Page, acme: Tenant) -> None:
    page.goto("/o/acme/candidates/")
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Select all that match").click()
    page.locator("#bulk").get_by_role("button", name="Tag").first.click()
    page.get_by_label("Tag", exact=True).fill("crowd")
    expect(page.get_by_text("Will change 260 people; “crowd” becomes a new tag.")).to_be_visible()
    page.locator("#dialog-body").get_by_role("button", name="Tag", exact=True).click()
    expect(page.get_by_text("Tag “crowd”: finding the people")).to_be_visible()
    work(acme)
    expect(page.get_by_text("Tag “crowd”: 260 people changed")).to_be_visible()
    page.locator("crm-toasts").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Being taken back: Tag “crowd”")).to_be_visible()
    work(acme)
    expect(page.get_by_text("Taken back for 260 people")).to_be_visible()


def test_cell_goes_on_where_its_text_ends(page: Page, acme: Tenant) -> None:
    with open_tenant(acme):
        Candidate.objects.filter(name="Person 000").update(current_title="Nurse")
    page.goto("/o/acme/candidates/?columns=title&q=%22Person+000%22")
    page.get_by_role("link", name="Edit Title").first.click()
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    page.keyboard.type(" on nights")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Person 000: title saved.")).to_be_visible()

    with open_tenant(acme):
        assert Candidate.objects.get(name="Person 000").current_title == "Nurse on nights"
