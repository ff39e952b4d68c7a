"""The product's main job, done once from end to end in Chromium: web, worker and scheduler run as in `make run`."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import bring_in, find, papers, reach_out
from tests.journeys.story import PASSWORD, Story

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]


def test_1_sign_up(story: Story) -> None:
    walk = story.recruiter
    walk.page.goto("/")
    walk.look("01-door")
    walk.page.get_by_role("link", name="Make an account").click()
    for label, text in (
        ("Your name", "Ada Recruiter"),
        ("Email", papers.RECRUITER),
        ("Workspace", "Lighthouse Talent"),
    ):
        walk.page.get_by_label(label).fill(text)
    walk.page.get_by_label("Password").fill(PASSWORD)
    walk.look("01-sign-up")

    walk.page.get_by_role("button", name="Make an account").click()

    walk.page.wait_for_url(re.compile("/o/"))
    story.known["home"] = walk.page.url.removeprefix(story.url).rstrip("/")
    walk.look("01-start")
    expect(walk.page.locator("#first-steps li")).to_have_count(5)
    expect(walk.page.locator(".rail .test-mode")).to_contain_text("Test mode")


def test_2_bring_people_in(story: Story) -> None:
    bring_in.table(story)
    bring_in.stack_of_resumes(story)
    bring_in.one_person_from_two_files(story)


def test_3_find_them(story: Story) -> None:
    find.by_words(story)
    find.by_filter_and_order(story)
    find.next_page(story)
    find.profile(story)


def test_4_segment(story: Story) -> None:
    find.segment(story)
    find.members(story)


def test_5_reach_out(story: Story) -> None:
    reach_out.template(story)
    reach_out.sequence(story)
    reach_out.enrol(story)
    reach_out.messages_arrive(story)
