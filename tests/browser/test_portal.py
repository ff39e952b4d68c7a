"""The way into the portal in a real browser: the part of the address behind `#` never leaves it by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from crm.tenancy.context import tenant as open_tenant
from tests.browser import axe
from tests.factories.people import a_tenant
from tests.factories.talent import a_candidate
from tests.portal.doors import FRONT, handle_all, mails, token_in

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = axe.new_context(browser, phone=True, base_url=live_server.url)
    yield context.new_page()
    context.close()


def test_link_is_pressed_and_opens_the_profile(page: Page) -> None:
    tenant = a_tenant()
    with open_tenant(tenant):
        a_candidate()
    page.goto(FRONT)
    page.get_by_label("Your e-mail address").fill("zoe@example.com")
    page.get_by_role("button", name="Send me a link").click()
    handle_all(tenant)

    page.goto(f"{FRONT}enter/#{token_in(mails(tenant)[0])}")
    expect(page.get_by_label("Code from the mail")).to_be_hidden()
    addresses = [page.url.split("#")[1:]]
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Zoë Ångström")
    assert (addresses, axe.serious_findings(page), axe.csp_violations(page)) == ([[]], [], [])
