"""Step 6: candidates open, follow a link, answer, bounce, are away, say no; a colleague's open page sees it at once."""

from __future__ import annotations

import re
import time
import urllib.request
from datetime import date, timedelta
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from tests.journeys.papers import COLLEAGUE
from tests.journeys.story import PASSWORD, Story
from tests.journeys.walk import Walk

ANSWER = "Gladly! Could we talk on Thursday after five?"
BY_WEBHOOK = "This one came through our own mail server."
SECONDS = 2.0  # until an answer is on a colleague's open page


def invite_a_colleague(story: Story) -> None:
    page, guest = story.recruiter.page, story.walk("colleague")
    page.goto(f"{story.home}/settings/invitations/new/")
    page.get_by_label("E-mail address").fill(COLLEAGUE)
    page.get_by_role("button", name="Send invitation").click()
    story.recruiter.look("06-invited")
    guest.page.goto(page.get_by_label("Link").input_value())
    guest.look("06-invitation")
    guest.page.get_by_label("Your name").fill("Bo Colleague")
    guest.page.get_by_label("Password").fill(PASSWORD)
    guest.page.get_by_role("button", name="Make an account and join").click()
    guest.page.wait_for_url(f"**{story.home}/")
    guest.look("06-colleague")


def open_mail(story: Story, name: str) -> Page:
    """The newest mail to somebody, in the sandbox mailbox."""
    page = story.recruiter.page
    page.goto(f"{story.home}/sandbox/")
    page.locator("#sandbox-mails").get_by_role("link", name=name).first.click()
    return page


def play(story: Story, name: str, *buttons: str | re.Pattern[str]) -> Page:
    page = open_mail(story, name)
    for button in buttons:
        page.get_by_role("button", name=button).first.click()
        expect(page.locator(".toast-card, [role=status]").first).to_be_attached()
    return page


def watch(story: Story, name: str) -> Walk:
    """A colleague has the person's page open, on top of the timeline."""
    colleague = story.walk("colleague")
    colleague.page.goto(f"{story.home}/candidates/?q={name}")
    colleague.page.get_by_role("link", name=name).click()
    expect(colleague.page.locator("#timeline")).to_contain_text("A question, ")
    colleague.page.wait_for_timeout(1500)  # its first looks for news are over
    return colleague


def seconds_until(walk: Walk, words: str, since: float) -> float:
    """How long after `since` the words stand on the page, which nobody has touched."""
    expect(walk.page.locator("#timeline")).to_contain_text(words, timeout=15_000)
    return time.monotonic() - since


def an_answer(story: Story) -> float:
    name = story.members[0]
    play(story, name, "Open", re.compile("^Follow .*lighthouse"))
    colleague, page = watch(story, name), story.recruiter.page
    page.get_by_label("Their answer").fill(ANSWER)
    story.recruiter.look("06-play")
    begun = time.monotonic()
    page.get_by_role("button", name="Send their answer").click(no_wait_after=True)
    seconds = seconds_until(colleague, ANSWER, begun)
    colleague.look("06-answer-seen")
    return seconds


def fact(page: Page, name: str) -> str:
    return page.get_by_role("row", name=name).first.locator("td").inner_text()


def an_answer_by_webhook(story: Story) -> float:
    """The answer of another person as raw MIME, as one's own mail server hands it over."""
    name, page = story.members[1], story.recruiter.page
    open_mail(story, name)
    page.get_by_text("Headers", exact=True).click()
    mail = EmailMessage()
    mail["From"], mail["To"] = fact(page, "To"), fact(page, "From")
    mail["Subject"], mail["In-Reply-To"] = f"Re: {fact(page, 'Subject')}", fact(page, "Message-ID")
    mail["Message-ID"] = f"<{time.time_ns()}@example.com>"
    mail.set_content(f"{BY_WEBHOOK}\n\nOn Monday Ada wrote:\n> Hello\n")
    page.goto(f"{story.home}/settings/inbound-mail/")
    page.get_by_role("button", name="Make a secret").click()
    story.recruiter.look("06-inbound")
    secret = page.get_by_label("Secret").input_value()
    colleague, begun = watch(story, name), time.monotonic()
    deliver(f"{story.url}/hooks/inbound/{story.home.split('/')[-1]}/", secret, mail.as_bytes())
    return seconds_until(colleague, BY_WEBHOOK, begun)


def deliver(url: str, secret: str, raw: bytes) -> None:
    headers = {"Content-Type": "message/rfc822", "Authorization": f"Bearer {secret}"}
    with urllib.request.urlopen(urllib.request.Request(url, raw, headers), timeout=10) as answer:
        assert answer.status == 200


def bad_news(story: Story) -> None:
    """One address does not exist, one person is away, one wants no more mail."""
    play(story, story.members[2], "No such address")
    page = open_mail(story, story.members[3])
    page.get_by_label("Back on").fill((date.today() + timedelta(days=10)).isoformat())
    page.get_by_role("button", name="Send out of office").click()
    play(story, story.members[4], "Unsubscribe")
    story.recruiter.look("06-played")


def what_became_of_them(story: Story) -> None:
    """The sequence has stopped for four of them, and waits for the one who is away."""
    walk, page = story.recruiter, story.recruiter.page
    states = ("Replied", "Replied", "bounced", "until", "unsubscribed")
    for name, word in zip(story.members, states, strict=False):
        page.goto(f"{story.known['sequence']}people/")
        expect(page.get_by_role("row", name=name)).to_contain_text(re.compile(word, re.IGNORECASE), timeout=10_000)
    walk.look("06-people")
    page.goto(f"{story.home}/inbox/")
    expect(page.locator("#thread-list li, .thread-list li")).to_have_count(2)
    walk.look("06-inbox")
    page.get_by_role("link", name=story.members[0]).first.click()
    walk.look("06-thread")
