"""Step 5: a template with fallbacks, a sequence of two mails, the preview, the people, and the sandbox mailbox."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.by_api import at_any_hour
from tests.journeys.story import Story

SUBJECT = "A question, {{ first_name | default: 'and hello' }}"
WITHOUT_FALLBACK = "Hello {{ first_name }},\n\nyou write about {{ skill | default: 'your work' }}."
BODY = """Hello {{ first_name | default: "there" }},

your work with {{ skill | default: "your craft" }} at {{ current_company | default: "your company" }} caught my eye.
Our team: https://lighthouse.example.com/team

{{ sender_first_name }}"""
SECOND = """Hello again {{ first_name | default: "there" }},

one line is enough. {{ portal_link }}"""


def template(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.goto(f"{story.home}/templates/new/")
    page.get_by_label("Name", exact=True).fill("First hello")
    page.get_by_label("Subject").fill(SUBJECT)
    page.get_by_role("textbox", name="Body").fill(WITHOUT_FALLBACK)
    expect(page.locator("[data-preview] .problems")).to_contain_text("first_name")
    walk.look("05-fallback-missing")
    page.get_by_role("textbox", name="Body").fill(BODY)
    expect(page.locator("[data-preview]")).to_contain_text("Ready to be sent")
    walk.look("05-template")
    page.get_by_role("button", name="Save template").click()
    walk.look("05-templates")


def sequence(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.goto(f"{story.home}/sequences/new/")
    page.get_by_label("Name", exact=True).fill("Engineers, first hello")
    page.get_by_role("button", name="Make sequence").click()
    story.known["sequence"] = page.url
    at_any_hour(page)
    walk.look("05-sequence-empty")
    page.get_by_role("link", name="Edit").click()
    _fill_step(story, template="First hello")
    page.get_by_role("button", name="Add wait").click()
    page.get_by_label(re.compile("days", re.I)).fill("3")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Add mail").click()
    _fill_step(story, subject="One more thing", body=SECOND)
    walk.look("05-steps")
    page.get_by_role("link", name="Next person").click()
    expect(page.get_by_role("complementary", name="Preview")).to_contain_text("caught my eye")
    walk.look("05-preview")


def _fill_step(story: Story, *, template: str = "", subject: str = "", body: str = "") -> None:
    page = story.recruiter.page
    if template:
        page.get_by_label("Template").select_option(label=template)
        expect(page.locator("[data-preview]")).to_contain_text("caught my eye")
    else:
        page.get_by_label("Subject").fill(subject)
        page.get_by_role("textbox", name="Body").fill(body)
    story.recruiter.look(f"05-mail-{'template' if template else 'own'}")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()


def enrol(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.get_by_role("button", name="Activate").click()
    page.get_by_role("link", name="Put people in").click()
    page.get_by_label("Segment").select_option(label="Python engineers, not in Spain")
    page.get_by_role("button", name="Check").click()
    walk.look("05-who")
    page.get_by_role("button", name=f"Write to {story.known['members']} people").click()
    walk.look("05-enrolled")


def messages_arrive(story: Story) -> None:
    walk, page = story.recruiter, story.recruiter.page
    page.goto(f"{story.home}/sandbox/")
    expect(page.locator("#sandbox-mails tbody tr")).to_have_count(int(story.known["members"]), timeout=60_000)
    names = page.locator("#sandbox-mails tbody th a").all_inner_texts()
    story.members = [name for name in names if name != "Greta Bellini"]
    walk.look("05-sandbox")
