"""One person at one browser, who looks at every page as the tests do."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Response

from tests.browser import axe

LEFT = "Execution context was destroyed"  # what Playwright says of a page that navigates
FOLDER = Path(__file__).resolve().parents[2] / "build" / "journey"


class Walk:
    """A page, what went wrong on it so far, and the number of the next picture."""

    def __init__(self, browser: Browser, url: str, who: str, *, phone: bool = False, dark: bool = False) -> None:
        self.context = axe.new_context(browser, phone=phone, dark=dark, base_url=url)
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.url, self.who, self._phone = url, who, phone
        self.wrong: list[str] = []
        self._knows_frame = False
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("response", self._answered)

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium writes a line for every answer of 4xx; whether one is wrong is for `_answered` to say.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 500 or (answer.status == 404 and answer.url.startswith(self.url)):
            self.wrong.append(f"{answer.status}: {answer.request.method} {answer.url}")

    def look(self, name: str) -> None:
        """Everything that must hold on any page; with PICTURES in the environment, a picture of it."""
        found = self._seen(name)
        if found is None:  # it was just being left: the next page is the one that is meant
            found = self._seen(name)
        assert found == [], f"{name} ({self.page.url}): {found}"

    def _seen(self, name: str) -> list[str] | None:
        """What is wrong with the open page; None where it goes away meanwhile."""
        self.page.wait_for_load_state("load")
        if os.environ.get("PICTURES"):
            self.picture(name)
        rules = axe.rules_for(phone=self._phone)
        but = (*axe.LIKE_OTHERS, *(axe.FRAME if self._knows_frame else ()))
        try:
            # From its beginning: where it was left, the bar at the top may cover half a link, which is too small then.
            self.page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
            findings = axe.serious_findings(self.page, rules, but=but)
            self._knows_frame |= self.page.locator(axe.FRAME[0]).count() > 0
            return findings + self.faults()
        except Error as error:
            if LEFT in str(error):
                return None
            raise

    def faults(self) -> list[str]:
        """Violations of the policy, errors of scripts, answers of 5xx and 404, and how far the page runs sideways."""
        return [*self.wrong, *axe.of_policy_and_width(self.page)]

    def picture(self, name: str) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=FOLDER / f"{name}.png", full_page=True, animations="disabled")

    def close(self) -> None:
        self.context.close()
