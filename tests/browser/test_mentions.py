"""Mentioning a colleague in a note: "@" opens the list, for the keyboard, the pointer and a finger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from crm.models import Member, Notification, Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from tests.browser import axe
from tests.browser.test_segments import enter
from tests.factories.people import a_member
from tests.factories.talent import a_candidate

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def twins(tenant: Tenant) -> list[Member]:
    """Two of the same name, and somebody else."""
    known = [("Ada Moreno", "ada.m@example.com"), ("Ada Moreno", "moreno@example.com"), ("Zoë Öst", "zoe@example.com")]
    return [a_member(tenant, Role.RECRUITER, name=name, email=email) for name, email in known]


@pytest.fixture(params=[False, True], ids=["desk", "phone"])
def page(
    request: pytest.FixtureRequest,
    browser: Browser,
    live_server: LiveServer,
    tenant: Tenant,
    recruiter: Member,
    twins: list[Member],
) -> Iterator[Page]:
    with open_tenant(tenant):
        person = a_candidate()
    context = axe.new_context(browser, base_url=live_server.url, phone=request.param)
    page = enter(context, live_server, recruiter)
    page.goto(f"/o/acme/candidates/{person.pk}/")
    yield page
    assert axe.csp_violations(page) == []
    context.close()


def note(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Note", exact=True)


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Colleagues").get_by_role("option")


def test_list_is_filtered_walked_and_chosen_with_the_keys(page: Page, tenant: Tenant, twins: list[Member]) -> None:
    box = note(page)
    box.press_sequentially("Please, @ada mo")
    expect(options(page)).to_have_text(["Ada Morenoada.m@example.com", "Ada Morenomoreno@example.com"])
    assert box.get_attribute("aria-activedescendant") == options(page).nth(0).get_attribute("id")
    assert axe.serious_findings(page, but=axe.FRAME) == []

    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("Please, @Ada Moreno (moreno@example.com) ")
    expect(options(page)).to_have_count(0)
    box.press_sequentially("and @ost")
    box.press("Tab")

    expect(box).to_have_value("Please, @Ada Moreno (moreno@example.com) and @Zoë Öst ")
    page.get_by_role("button", name="Save note").click()
    expect(box).to_have_value("")
    with open_tenant(tenant):
        assert set(Notification.objects.values_list("member_id", flat=True)) == {twins[1].pk, twins[2].pk}


def test_escape_leaves_what_is_written_and_enter_is_a_new_line_again(page: Page) -> None:
    box = note(page)
    box.press_sequentially("@zo")
    expect(options(page)).to_have_count(1)

    box.press("Escape")
    box.press_sequentially("e")
    expect(options(page)).to_have_count(0)
    box.press("Enter")
    box.press_sequentially("mail zoe@example.com, @zoë ")
    expect(options(page)).to_have_count(0)
    box.press("Enter")

    expect(box).to_have_value("@zoe\nmail zoe@example.com, @zoë \n")


def test_pointer_or_finger_chooses(page: Page) -> None:
    box = note(page)
    box.press_sequentially("@")
    expect(options(page)).to_have_count(3)
    at, window = options(page).nth(2).bounding_box(), page.viewport_size
    assert at
    assert window
    assert 0 <= at["x"] <= window["width"] - at["width"]

    options(page).nth(2).click()

    expect(box).to_have_value("@Zoë Öst ")
    expect(box).to_be_focused()
