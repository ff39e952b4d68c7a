"""The settings of engagement in a real browser: what a number that cannot be leaves of the effect."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from crm.models import Member
from tests.browser import axe
from tests.browser.test_segments import enter

pytestmark = pytest.mark.usefixtures("committed")


def test_effect_of_a_number_that_cannot_be_is_not_the_one_before(
    browser: Browser, live_server: LiveServer, owner: Member
) -> None:
    context = axe.new_context(browser, base_url=live_server.url)
    page = enter(context, live_server, owner)
    page.goto("/o/acme/settings/engagement/")
    days, effect = page.get_by_label("Half-life in days"), page.locator("#preview")
    days.fill("30")
    expect(effect).to_contain_text("Nobody would be at another level.")

    for typed, said in (("0", "greater than or equal to"), ("", "This field is required.")):
        days.fill(typed)
        expect(effect).to_contain_text("Half-life in days:")
        expect(effect).to_contain_text(said)
        expect(effect).not_to_contain_text("another level")

    days.fill("31")
    expect(effect).to_contain_text("Nobody would be at another level.")
    assert axe.csp_violations(page) == []
    context.close()
