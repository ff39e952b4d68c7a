"""Tags of a person, edited where they stand in the list: what exists is offered, and what would be new is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Tag
from talent.services import inline
from tests.browser import axe
from tests.browser.test_segments import enter
from tests.factories.talent import a_candidate

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def person(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        Tag.objects.bulk_create([Tag(name=name) for name in ("East Berlin", "Berlin", "Berlin office")])
        return a_candidate()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, person: Candidate, recruiter: Member) -> Iterator[Page]:
    """The list, with the cell of the tags open."""
    context = axe.new_context(browser, base_url=live_server.url)
    page = enter(context, live_server, recruiter)
    page.goto("/o/acme/candidates/?columns=tags")
    page.get_by_role("link", name="Edit Tags").click()
    expect(page.get_by_role("combobox", name="Tags")).to_be_focused()
    yield page
    assert axe.csp_violations(page) == []
    context.close()


def kept(tenant: Tenant, person: Candidate) -> list[str]:
    with open_tenant(tenant):
        return list(inline.value_of(person, "tags"))


def test_what_exists_is_offered_and_new_words_are_called_new(page: Page, tenant: Tenant, person: Candidate) -> None:
    box = page.get_by_role("combobox", name="Tags")
    options = page.get_by_role("listbox", name="Tags").get_by_role("option")
    box.press_sequentially("berlin")
    expect(options).to_have_text(["Berlin", "Berlin office", "East Berlin"])
    assert axe.serious_findings(page, but=axe.FRAME) == []
    box.press("Enter")
    box.press_sequentially("berlni")
    expect(options).to_have_text(["Make the new tag “berlni”"])
    box.press("Enter")
    expect(page.locator(".cell-form .badge").last).to_contain_text("berlni new")

    box.press("Enter")

    expect(page.get_by_text("New in this workspace: “berlni”.")).to_be_visible()
    assert kept(tenant, person) == ["Berlin", "berlni"]


def test_word_that_was_not_chosen_is_saved_too(page: Page, tenant: Tenant, person: Candidate) -> None:
    page.get_by_role("combobox", name="Tags").press_sequentially("ber")
    expect(page.get_by_role("option", name="Berlin", exact=True)).to_have_attribute("aria-selected", "true")

    page.get_by_role("button", name="Save", exact=True).click(delay=300)

    expect(page.get_by_text("New in this workspace: “ber”.")).to_be_visible()
    assert kept(tenant, person) == ["ber"]
