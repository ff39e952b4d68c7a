"""Three automations that come ready: a download, a post for those it concerns, a check-in after silence."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.by_api import at_any_hour
from tests.journeys.stage import Stage
from tests.journeys.walk import Walk

pytestmark = pytest.mark.browser

SECONDS = 60.0  # until a mail that is due lies in the sandbox
READER = "Ada Downloader"


def use(walk: Walk, recipe: str) -> None:
    """Make everything of a recipe, read it, turn it on."""
    page = walk.page
    page.goto("/o/demo/automation/")
    page.locator(f"form[action$='/recipes/{recipe}/'] button").click()
    expect(page.get_by_text("It has not run yet")).to_be_visible()
    walk.look(f"recipe-{recipe}-1")
    at_any_hour(page)
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("button", name="Turn off")).to_be_visible()


def mail(page: Page, subject: str) -> str:
    """The text of the newest mail in the sandbox with that subject, once it is there."""
    found = page.locator("#sandbox-mails tr").filter(has_text=re.compile(subject)).get_by_role("link")
    until = time.monotonic() + SECONDS
    page.goto("/o/demo/sandbox/")
    while not found.count() and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()
    found.first.click()
    return page.frame_locator("main iframe").locator("body").inner_text()


def ask_for_the_paper(stage: Stage, page: Page) -> None:
    """Somebody from outside gives name and address for a file."""
    page.goto("/o/demo/content/?kind=asset")
    page.locator("tr[data-row]", has_text="with a form").get_by_role("link").first.click()
    address = page.locator("main a[href*='/c/']").first.inner_text()
    guest = page.context.browser.new_context(base_url=stage.url).new_page()  # type: ignore[union-attr]
    guest.goto(address)
    guest.get_by_label("Name").fill(READER)
    guest.get_by_label("E-mail").fill("ada.downloader@example.com")
    guest.get_by_role("button", name="Get the file").click()
    expect(guest.get_by_role("link", name="Download")).to_be_visible()
    guest.context.close()


def publish_a_post(page: Page) -> None:
    page.goto("/o/demo/content/new/post/")
    page.get_by_label("Title").fill("Locking down buckets")
    page.get_by_label("Text").fill("Five settings that close most leaks.")
    topics = page.get_by_role("combobox", name="Topics")
    topics.fill("Python")
    topics.press("Enter")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Everybody can see it")).to_be_visible()


def test_download_starts_the_mails_about_our_culture(walk: Walk, stage: Stage) -> None:
    use(walk, "whitepaper")

    ask_for_the_paper(stage, walk.page)

    assert f"Hi {READER.split()[0]}" in mail(walk.page, "^.*You read “")
    walk.look("recipe-whitepaper-2")
    walk.page.goto("/o/demo/segments/")
    walk.page.get_by_role("link", name="Tech interested", exact=True).click()
    expect(walk.page.locator("#rows")).to_contain_text(READER)


def test_post_goes_to_whom_it_concerns_and_names_the_skill(walk: Walk) -> None:
    use(walk, "post")

    publish_a_post(walk.page)

    text = mail(walk.page, "Locking down buckets, for who knows Python")
    assert "you know Python" in text
    walk.look("recipe-post-2")


def test_silent_people_hear_from_who_last_spoke_with_them(walk: Walk) -> None:
    use(walk, "check-in")

    walk.page.get_by_role("button", name=re.compile("Also for the")).click()

    text = mail(walk.page, "It has been a while, ")
    assert re.search(r"we last spoke in [A-Z][a-z]+ 20\d\d", text)
    assert "Something happened here too: " in text
    walk.look("recipe-check-in-2")
