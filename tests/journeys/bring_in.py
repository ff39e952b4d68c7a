"""Step 2: a table with its mapping and its refused rows, then a stack of résumés in the drop zone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys import papers
from tests.journeys.story import Story


def table(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.locator("#first-steps").get_by_role("link", name="Import").click()
    walk.look("02-imports-empty")
    page.get_by_role("link", name="Import a table").first.click()
    page.locator("input[type=file]").set_input_files(papers.table(story.papers))
    walk.look("02-table-chosen")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Job title")).to_have_value("title")
    expect(page.get_by_label("Badge")).to_have_value("")
    walk.look("02-columns")
    page.get_by_role("button", name="Check every row").click()
    walk.look("02-check")
    expect(page.get_by_role("row", name="Broken Address")).to_contain_text("broken.at.example")
    page.get_by_role("button", name="Start the run").click()
    expect(page.get_by_role("link", name="New person 61")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    walk.look("02-result")


def stack_of_resumes(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.goto(f"{story.home}/imports/")
    page.set_input_files("crm-dropzone input[type=file]", papers.resumes(story.papers))
    expect(page.locator(".is-done")).to_have_count(5, timeout=30_000)
    expect(page.locator(".is-failed")).to_have_count(1)
    walk.look("02-resumes")


def one_person_from_two_files(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.get_by_role("link", name="nora-testmann.pdf").click()
    walk.look("02-read-from")
    expect(page.get_by_role("row", name="Nora Testmann")).to_be_visible()
