"""The product's main job, done once from end to end in Chromium: web, worker and scheduler run as in `make run`."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import bring_in, find, hear_back, look_back, papers, reach_out
from tests.journeys.story import PASSWORD, Story

pytestmark = pytest.mark.browser


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


def test_6_hear_back(story: Story) -> None:
    hear_back.invite_a_colleague(story)
    seconds = [hear_back.an_answer(story), hear_back.an_answer_by_webhook(story)]
    story.said.append("answers on a colleague's open page after " + ", ".join(f"{s:.2f} s" for s in seconds))
    hear_back.bad_news(story)
    hear_back.what_became_of_them(story)

    assert [taken for taken in seconds if taken >= hear_back.SECONDS] == []


def test_7_look_back(story: Story) -> None:
    look_back.report(story)
    look_back.a_number_opens_its_list(story)


def test_8_portal(story: Story) -> None:
    look_back.invite(story)
    look_back.enter(story)
    look_back.correct_and_stop(story)
    look_back.recruiter_sees_it(story)


def test_9_on_a_phone(story: Story) -> None:
    """In the light: in the dark, at the same width, all kinds of pages are looked at in the demo workspace."""
    phone = story.walk("phone")
    phone.context.add_cookies(story.recruiter.context.cookies())  # type: ignore[arg-type]
    pages = ("", "candidates/", "segments/", "sequences/", "templates/", "inbox/", "sandbox/", "analytics/", "imports/")
    places = [f"{story.home}/{page}" for page in pages]

    for address in [*places, story.known["greta"], story.known["segment"], story.known["sequence"]]:
        phone.page.goto(address)
        phone.look(f"09-{address.removeprefix(story.url).split('/')[3] or 'today'}")
