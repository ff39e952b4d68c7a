"""The steps of a sequence are moved in a real browser, by dragging and by keyboard, into the arms of a branch too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import StepKind
from outreach.services import steps
from tests.browser import axe
from tests.browser.test_segments import enter
from tests.factories.outreach import a_sequence

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, tenant: Tenant, recruiter: Member) -> Iterator[Page]:
    """A mail, a branch and a task."""
    with open_tenant(tenant):
        sequence = a_sequence()
        for kind in (StepKind.BRANCH, StepKind.TASK):
            steps.add(sequence=sequence, kind=kind, by=SYSTEM)
    context = axe.new_context(browser, base_url=live_server.url)
    page = enter(context, live_server, recruiter)
    page.goto(f"/o/acme/sequences/{sequence.pk}/")
    yield page
    assert axe.csp_violations(page) == []
    context.close()


def line(page: Page, arm: str = "") -> list[str]:
    """The numbers and titles of the steps of a line."""
    return page.locator(f"[data-line][data-arm='{arm}'] > [data-step] > .card .font-medium").all_inner_texts()


def drag(page: Page, grip: Locator, to: Locator) -> None:
    """By a hand that does not jump."""
    page.wait_for_selector("crm-steps[data-drag]")
    grip.hover()
    page.mouse.down()
    for part in (4, 2):  # it comes near, and then it is there
        box = to.bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / part, box["y"] + box["height"] / part, steps=12)
        page.wait_for_timeout(100)
    page.mouse.up()


def test_steps_are_dragged(page: Page) -> None:
    drag(page, page.locator("[data-step] [data-grip]").last, page.locator("[data-line][data-arm=yes]"))
    expect(page.locator("[data-arm=yes] > [data-step]")).to_have_count(1)
    page.wait_for_load_state("load")
    inside = line(page, "yes")

    drag(page, page.locator("[data-arm=yes] [data-grip]"), page.locator("[data-step] .card").first)
    expect(page.locator("[data-arm=yes] > [data-step]")).to_have_count(0)
    page.reload()

    assert (len(inside), [words[:2] for words in line(page)]) == (1, ["1.", "2.", "3."])
    assert axe.serious_findings(page, but=axe.FRAME) == []


def test_steps_are_moved_by_keyboard(page: Page) -> None:
    page.get_by_role("button", name="Move to…").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Into “Yes” of step 2")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("[data-arm=no] > [data-step]")).to_be_focused()
    expect(page.locator("crm-toasts")).to_contain_text("Moved: step 1 of “No”.")
    assert axe.serious_findings(page, but=axe.FRAME) == []
