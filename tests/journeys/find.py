"""Steps 3 and 4: search, filter, sort and page through people; a profile; a segment from a nested rule."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.story import Story


def total(page: Page) -> int:
    """What the list says it holds."""
    found = re.search(r"[\d,]+", page.locator("#results [role=status]").inner_text())
    return int(found.group().replace(",", "")) if found else 0


def by_words(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.goto(f"{story.home}/candidates/")
    walk.look("03-list")
    page.get_by_role("searchbox", name="Search candidates").fill("kubernetes sweden")
    expect(page.locator("#results [role=status]")).to_have_text("2 people")
    walk.look("03-search")


def by_filter_and_order(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.goto(f"{story.home}/candidates/")
    page.get_by_role("link", name="Filter").click()
    choose(page.get_by_role("dialog").get_by_role("combobox", name="Country"), "Austria")
    walk.look("03-filter")
    page.get_by_role("button", name="Show people").click()
    page.get_by_role("button", name="Sort").click()
    page.get_by_role("link", name="Name").first.click()
    names = page.locator("#rows .row-link").all_inner_texts()
    assert names == sorted(names)
    walk.look("03-filtered")


def next_page(story: Story) -> None:
    """Everybody, page by page: nobody is missing, nobody comes twice."""
    page = story.recruiter.page
    page.goto(f"{story.home}/candidates/")
    everybody = total(page)
    assert everybody == 60 + 1 + 3  # the table, the one with the broken address, and the résumés of new people
    page.get_by_role("link", name=re.compile("^Load .* more")).click()
    expect(page.locator("#rows .row-link")).to_have_count(everybody)
    addresses = {row.get_attribute("href") for row in page.locator("#rows .row-link").all()}
    assert len(addresses) == everybody


def profile(story: Story) -> None:
    """Greta came with the table and again as a résumé: one person, who knows both."""
    walk, page = story.recruiter, story.recruiter.page
    page.get_by_role("searchbox", name="Search candidates").fill("Greta Bellini")
    expect(page.locator("#results [role=status]")).to_have_text("1 person")
    page.get_by_role("link", name="Greta Bellini").click()
    for words in ("greta.bellini@example.com", "Rust", "Donau Systems", "greta-bellini.docx"):
        expect(page.locator("main")).to_contain_text(words)
    story.known["greta"] = page.url
    walk.look("03-profile")


def choose(box: Locator, *words: str) -> None:
    """Choose in a field with suggestions."""
    for word in words:
        box.fill(word)
        box.page.get_by_role("option", name=word, exact=True).first.click()


def condition(row: Locator, field: str, operator: str) -> Locator:
    row.get_by_label("Field").select_option(field)
    row.get_by_label("Operator").select_option(operator)
    return row.locator(".value").get_by_role("combobox").or_(row.locator(".value").get_by_role("textbox"))


def segment(story: Story) -> None:
    """All of: Python; an engineer or a developer; none of: Spain."""
    walk, page = story.recruiter, story.recruiter.page
    page.goto(f"{story.home}/segments/new/")
    page.get_by_label("Name", exact=True).fill("Python engineers, not in Spain")
    rules = page.locator("crm-rules")
    rows, foot = rules.locator(".rules-row"), rules.locator(":scope > .rules-group > .rules-foot")
    foot.get_by_role("button", name="Add condition").click()
    choose(condition(rows.nth(0), "skill", "is_any_of"), "Python")
    foot.get_by_role("button", name="Add group").click()
    condition(rows.nth(1), "title", "contains").fill("engineer")
    rules.get_by_role("button", name="Add condition").first.click()
    condition(rows.nth(2), "title", "contains").fill("developer")
    foot.get_by_role("button", name="Add group").click()
    rules.get_by_label("Match").last.select_option("none")
    choose(condition(rows.nth(3), "country", "is_any_of"), "Spain")
    expect(page.locator("#preview [data-count]")).to_contain_text("people match")
    walk.look("04-rule")
    story.known["members"] = re.findall(r"\d+", page.locator("#preview [data-count]").inner_text())[0]
    page.get_by_role("button", name="Save segment").click()


def members(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    expect(page.locator("#rows tr")).to_have_count(int(story.known["members"]))
    walk.look("04-members")
    story.known["segment"] = page.url
    page.get_by_role("link", name=re.compile("^Why is")).first.click()
    walk.look("04-why")
