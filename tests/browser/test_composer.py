"""Writing a mail in a real browser: whom it is previewed as changes in place, and what was written stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from tests.browser import axe
from tests.browser.test_segments import enter
from tests.factories.outreach import a_person, a_sequence

pytestmark = pytest.mark.usefixtures("committed")
WORDS = 'Not saved, {{ first_name | default: "there" }}.'


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, tenant: Tenant, recruiter: Member) -> Iterator[Page]:
    """The editor of a mail, with words in it that are not saved."""
    with open_tenant(tenant):
        for name in ("Ayşe Yılmaz", "Lena Vogel", "Karim Mansour"):
            a_person(name)
        step = a_sequence().steps.get()
    context = axe.new_context(browser, base_url=live_server.url)
    page = enter(context, live_server, recruiter)
    page.goto(f"/o/acme/steps/{step.pk}/edit/")
    page.get_by_role("textbox", name="Body").fill(WORDS)
    expect(page.locator("[data-preview] .bubble").first).to_contain_text("Not saved, Karim.")
    yield page
    assert axe.csp_violations(page) == []
    context.close()


def test_next_person_leaves_what_is_written(page: Page) -> None:
    page.get_by_role("link", name="Next person").click()

    expect(page.locator("[data-preview] .bubble").first).to_contain_text("Not saved, Lena.")
    expect(page.get_by_role("textbox", name="Body")).to_have_value(WORDS)


def test_somebody_is_called_by_name(page: Page) -> None:
    box = page.get_by_label("Whom to preview as")
    box.press_sequentially("yilm", delay=120)
    box.press("Enter")

    expect(page.locator("[data-preview] .bubble").first).to_contain_text("Not saved, Ayşe.")
    expect(page.get_by_role("textbox", name="Body")).to_have_value(WORDS)


def test_nobody_of_that_name_changes_nothing(page: Page) -> None:
    box = page.get_by_label("Whom to preview as")
    box.press_sequentially("qqqzzz", delay=120)
    box.press("Enter")

    expect(page.get_by_text("Nobody here is called “qqqzzz”.")).to_be_visible()
    expect(page.locator("[data-preview] .bubble").first).to_contain_text("Not saved, Karim.")


def test_leaving_before_it_is_saved_is_asked_about(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.get_by_role("link", name="Variants").click()

    expect(page.get_by_role("textbox", name="Body")).to_have_value(WORDS)
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/sequences/**")
    assert asked == ["beforeunload"]
