"""A sequence stops for whoever answers, however the answer finds its way; it waits for whoever names a date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.by_api import ASK, ask, at_any_hour, post
from tests.journeys.hear_back import fact
from tests.journeys.walk import Walk

pytestmark = pytest.mark.browser

API = "/o/demo/api/v1/"
SUBJECT = "Would you build trams with us?"
BACK = date.today() + timedelta(days=17)
Headers = dict[str, str]


def deliver(page: Page, text: str, **headers: str) -> None:
    """A mail from outside, as bytes."""
    mail = EmailMessage()
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    page.evaluate(ASK, ["POST", API + "inbound/", "message/rfc822", mail.as_string()])


def give_answers_a_domain(page: Page) -> None:
    """Each mail then asks for its answer at an address of its own. The workspace stays in test mode."""
    page.goto("/o/demo/settings/sending/")
    page.get_by_role("link", name="Change").first.click()
    page.get_by_label("Reply domain").fill("answers.example.com")
    page.get_by_label("SMTP server").fill("smtp.example.com")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/settings/sending/")


def a_sequence(page: Page, names: list[str]) -> str:
    """Two mails with three days between them, and these people in it; returns its key."""
    people = [post(page, "candidates/", name=name, emails=[f"{name.split()[0]}@example.com".lower()]) for name in names]
    key = post(page, "sequences/", name="Tram drivers")["id"]
    first = ask(page, "GET", f"sequences/{key}/steps/")[0]["id"]
    ask(page, "PATCH", f"steps/{first}/", subject=SUBJECT, body="Hello, would you?")
    post(page, f"sequences/{key}/steps/", kind="wait", wait_days=3)
    post(page, f"sequences/{key}/steps/", kind="email", body="Hello again.", same_thread=True)
    at_any_hour(page)
    post(page, f"sequences/{key}/activate/")
    post(page, f"sequences/{key}/enrolments/", candidates=[one["id"] for one in people])
    return str(key)


def received(page: Page, name: str) -> Headers:
    """The headers of the mail that somebody got, once it is in the sandbox."""
    page.goto(f"/o/demo/sandbox/?q={name}")
    found = page.locator("#sandbox-mails tr", has_text=name).get_by_role("link")
    for _ in range(120):
        if found.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    found.first.click()
    page.get_by_text("Headers", exact=True).click()
    return {header: fact(page, header) for header in ("From", "To", "Reply-To", "Message-ID")}


def by_address_of_the_reply(page: Page, got: Headers) -> None:
    """From another address of theirs, without a word of what it answers: the address it goes to tells."""
    deliver(page, "Yes!", From="ada@home.example.com", To=got["Reply-To"], Subject="Yes")


def by_reference(page: Page, got: Headers) -> None:
    """To the recruiter's own address, from one that nobody knows; it names the mail that it answers."""
    named = {"In_Reply_To": got["Message-ID"], "References": got["Message-ID"]}
    deliver(page, "Gladly.", From="bo@home.example.com", To=got["From"], Subject=f"Re: {SUBJECT}", **named)


def by_sender(page: Page, got: Headers) -> None:
    """A mail of its own; only the sender's address is known."""
    deliver(page, "I heard from you. Tell me more.", From=got["To"], To=got["From"], Subject="Trams")


def away(page: Page, got: Headers) -> None:
    text = f"I am out of the office until {BACK:%d %B %Y} and will answer after that."
    deliver(
        page,
        text,
        From=got["To"],
        To=got["Reply-To"],
        Subject=f"Automatic reply: {SUBJECT}",
        Auto_Submitted="auto-replied",
        In_Reply_To=got["Message-ID"],
    )


WAYS: dict[str, tuple[Callable[[Page, Headers], None], str]] = {
    "Adaline Reply": (by_address_of_the_reply, "Replied"),
    "Borislava Reference": (by_reference, "Replied"),
    "Cosima Sender": (by_sender, "Replied"),
    "Dagobert Away": (away, f"until {BACK.day} {BACK:%b}"),
}


def test_sequence_hears_every_answer(walk: Walk) -> None:
    page = walk.page
    give_answers_a_domain(page)
    key = a_sequence(page, list(WAYS))
    for name, (answer, _) in WAYS.items():
        answer(page, received(page, name))

    for name, (_, word) in WAYS.items():
        for _ in range(20):
            page.goto(f"/o/demo/sequences/{key}/people/")
            if word.lower() in page.get_by_role("row", name=name).inner_text().lower():
                break
            page.wait_for_timeout(500)
        expect(page.get_by_role("row", name=name)).to_contain_text(word, ignore_case=True)
    walk.look("answers")
