"""Steps 7 and 8: the report and the lists behind its numbers; a candidate in the portal."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.hear_back import open_mail
from tests.journeys.story import Story

PERSON = "Greta Bellini"
TITLE = "Principal Engineer"


def report(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.goto(f"{story.home}/analytics/")
    walk.look("07-report")
    row = page.get_by_role("region", name="Outreach by template").get_by_role("row", name="First hello")
    expect(row.get_by_role("cell").nth(0)).to_contain_text(story.known["members"])
    expect(page.locator("#segment-sizes")).to_contain_text("Python engineers, not in Spain")


def a_number_opens_its_list(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    heads = page.get_by_role("region", name="Outreach by template").locator("thead th").all_inner_texts()
    column = next(number for number, head in enumerate(heads) if re.search("answered|replied", head, re.IGNORECASE))
    row = page.get_by_role("region", name="Outreach by template").get_by_role("row", name="First hello")
    row.locator("th, td").nth(column).get_by_role("link").click()
    expect(page.locator("tbody .row-link")).to_have_count(2)
    assert {link.inner_text() for link in page.locator("tbody .row-link").all()} == set(story.members[:2])
    walk.look("07-list")


def invite(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.goto(story.known["greta"])
    page.get_by_role("button", name="Invite to portal").click()
    walk.look("08-invited")
    story.known["portal"] = page.get_by_label("Link").input_value()


def enter(story: Story) -> None:
    """The link alone is not enough: a code goes to the person's own address."""
    candidate = story.walk("candidate")
    candidate.page.goto(story.known["portal"])
    candidate.look("08-door")
    candidate.page.get_by_role("button", name="Continue").first.click()
    candidate.look("08-code")
    page = open_mail(story, PERSON)
    code = re.search(r"\b\d{6}\b", page.get_by_role("heading", level=1).inner_text())
    assert code
    candidate.page.get_by_role("textbox", name=re.compile("code", re.IGNORECASE)).fill(code.group())
    candidate.page.get_by_role("button", name="Continue").click()
    expect(candidate.page.get_by_role("heading", level=1)).to_have_text(f"Hello {PERSON}")
    candidate.look("08-home")


def correct_and_stop(story: Story) -> None:
    candidate, page = story.walk("candidate"), story.walk("candidate").page
    page.get_by_role("link", name="Change").click()
    candidate.look("08-edit")
    page.get_by_label(re.compile("job", re.IGNORECASE)).first.fill(TITLE)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="What we know").click()
    candidate.look("08-known")
    page.get_by_role("link", name="Your profile").first.click()
    page.get_by_role("button", name="Stop all messages").click()
    expect(page.locator("#messages")).to_contain_text("You told us to stop")
    candidate.look("08-stopped")


def recruiter_sees_it(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.goto(story.known["greta"])
    expect(page.locator("#record-head")).to_contain_text(TITLE)
    expect(page.locator("#facts")).to_contain_text("They pressed “Stop all messages”")
    walk.look("08-seen")
