"""The people to wake: a rule is built, read, explained, saved, changed, acted on, and the act taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.walk import Walk

pytestmark = pytest.mark.browser

POOL = "Backend, Europe"


def line(page: Page, row: int, field: str, operator: str) -> Locator:
    """One more condition, with its field and operator chosen."""
    page.get_by_role("button", name="+ Add condition").click()
    one = page.locator(".rules-row").nth(row)
    one.get_by_role("combobox", name="Field").select_option(field)
    one.get_by_role("combobox", name="Operator").select_option(operator)
    return one


def pick(one: Locator, *labels: str) -> None:
    for label in labels:
        one.get_by_role("combobox", name="Value").fill(label)
        one.page.get_by_role("option", name=label, exact=True).first.click()


def build(page: Page) -> None:
    """Python or Go, senior, Europe, last two-way contact over six months ago, not in the backend pool."""
    page.goto("/o/demo/segments/new/")
    page.get_by_label("Name", exact=True).fill("Seniors to wake")
    pick(line(page, 0, "skill", "is_any_of"), "Python", "Go")
    line(page, 1, "seniority", "at_least").get_by_role("combobox", name="Value").select_option(label="Senior")
    pick(line(page, 2, "region_of_world", "is_any_of"), "Europe")
    quiet = line(page, 3, "last_two_way", "more_than_ago")
    quiet.get_by_role("combobox", name="Unit").select_option("months")
    quiet.get_by_role("spinbutton", name="Value").fill("6")
    pick(line(page, 4, "pool", "is_none_of"), POOL)


def first_row(page: Page) -> tuple[str, str]:
    """(name, key) of the first person on the page: names may be shared."""
    link = page.locator("#rows .row-link").first
    return link.inner_text(), str(link.get_attribute("href")).strip("/").split("/")[-1]


def explain(page: Page, person: tuple[str, str], verdict: str) -> None:
    name, key = person
    page.get_by_role("searchbox", name="Name of a person").fill(name)
    page.get_by_role("button", name="Find").click()
    page.locator(f"main a[href*='candidate={key}']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} {verdict}")


def tag_all_and_take_it_back(page: Page, people: int) -> None:
    page.get_by_role("link", name="Act on all").click()
    page.get_by_label("Select all on this page").check()
    page.locator("#bulk").get_by_role("button", name="Tag").first.click()
    page.get_by_label("Tag", exact=True).fill("wake up")
    expect(page.get_by_text(re.compile(f"Will change {people} (person|people)"))).to_be_visible()
    page.locator("#dialog-body").get_by_role("button", name="Tag", exact=True).click()
    expect(page.get_by_text(re.compile(f"Tag “wake up”: {people} (person|people) changed"))).to_be_visible(
        timeout=20_000
    )
    page.locator("crm-toasts").get_by_role("button", name="Undo").click()
    expect(page.get_by_text(re.compile(f"Taken back for {people} (person|people)"))).to_be_visible(timeout=20_000)


def test_seniors_are_found_explained_and_tagged(walk: Walk) -> None:
    page = walk.page
    build(page)
    preview = page.locator("#preview")
    expect(preview).to_contain_text(
        re.compile(
            "People with Python or Go, whose seniority is at least “Senior”, in Europe, "
            r"last in two-way contact more than 6 months ago \(before .*\), and not in the pool “Backend, Europe”"
        )
    )
    walk.look("segment-1-rule")
    people = int(preview.locator("[data-count]").inner_text().split()[0])
    assert people > 0

    page.get_by_role("button", name="Save segment").click()
    expect(page.locator("#rows tr")).to_have_count(people)
    inside, root = first_row(page), page.url
    explain(page, inside, "belongs here")
    walk.look("segment-2-why")
    page.goto("/o/demo/segments/")
    page.get_by_role("link", name="Designers", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Designers")
    outside = first_row(page)
    page.goto(root)
    explain(page, outside, "does not belong here")

    page.goto(f"{root}edit/")
    page.locator(".rules-row").nth(3).get_by_role("button", name="Remove condition").click()
    expect(page.locator("#preview [data-diff]")).to_contain_text(re.compile(r"Removes 0, adds [1-9]"))
    walk.look("segment-3-difference")
    page.get_by_role("button", name="Save segment").click()
    page.wait_for_url(root)
    expect(page.locator("#rows tr")).not_to_have_count(people)
    tag_all_and_take_it_back(page, page.locator("#rows tr").count())
    walk.look("segment-4-taken-back")
