"""Two recruiters at two browsers and one candidate: the second is warned, and held by the gate."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.by_api import at_any_hour
from tests.journeys.conftest import log_in
from tests.journeys.stage import Stage
from tests.journeys.walk import Walk

pytestmark = pytest.mark.browser

NAME = "Twice Wanted"
ADDRESS = "twice.wanted@example.com"
SECONDS = 60.0  # until the sender has been at work


@pytest.fixture
def second(browser: Browser, stage: Stage) -> Iterator[Walk]:
    walk = Walk(browser, stage.url, "second")
    log_in(walk)
    yield walk
    walk.close()


def add_the_candidate(page: Page) -> str:
    """Somebody new, alone in a segment; the address of their page."""
    page.goto("/o/demo/candidates/new/")
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label(re.compile("^E-?mail")).fill(ADDRESS)
    page.get_by_role("button", name="Add candidate").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    address = page.url
    page.goto("/o/demo/segments/new/")
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_role("button", name="+ Add condition").click()
    one = page.locator(".rules-row").first
    one.get_by_role("combobox", name="Field").select_option("name")
    one.get_by_role("combobox", name="Operator").select_option("is")
    one.get_by_role("textbox", name="Value").fill(NAME)
    page.get_by_role("button", name="Save segment").click()
    expect(page.locator("#rows tr")).to_have_count(1)
    return address


def start(page: Page, name: str) -> None:
    """A sequence of one mail by whoever sits here, active."""
    page.goto("/o/demo/sequences/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Make sequence").click()
    at_any_hour(page)
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Subject").fill(f"{name}: a word?")
    page.get_by_role("textbox", name="Body").fill("Hello there.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Activate").click()


def check(page: Page) -> None:
    """Whom would it reach?"""
    page.get_by_role("link", name="Put people in").click()
    page.get_by_label("Segment").select_option(label=NAME)
    page.get_by_role("button", name="Check").click()


def enrol(page: Page) -> None:
    page.get_by_role("button", name="Write to 1 person").click()
    expect(page.get_by_text("1 person is in, 0 were left out")).to_be_visible()


def read_again_until(page: Page, text: str) -> None:
    """The sender works in the background: read the page again until it says so."""
    until = time.monotonic() + SECONDS
    found = page.get_by_text(text).filter(visible=True)
    while not found.count() and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()
    expect(found.first).to_be_visible()


def test_second_recruiter_is_warned_and_held(walk: Walk, second: Walk) -> None:
    person = add_the_candidate(walk.page)
    start(walk.page, "From Olivia")
    check(walk.page)
    enrol(walk.page)
    walk.page.goto("/o/demo/sandbox/")
    read_again_until(walk.page, "From Olivia: a word?")

    start(second.page, "From Saga")
    check(second.page)
    expect(second.page.locator("main")).to_contain_text("Olivia Brandt wrote to them")
    second.look("two-recruiters-1-warned")
    enrol(second.page)

    second.page.goto(person)
    read_again_until(second.page, "A mail of somebody else can go on")
    expect(second.page.locator("main")).to_contain_text("Mails that wait")
    second.look("two-recruiters-2-held")
