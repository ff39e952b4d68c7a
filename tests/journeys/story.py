"""What the steps of the journey know of each other: who walks, and the addresses they came by."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser

from tests.journeys.walk import Walk

PASSWORD = "a long journey begins 2026"


@dataclass
class Story:
    """One workspace from its first minute on."""

    url: str
    browser: Browser
    papers: Path
    walks: dict[str, Walk] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)  # of the segment: who plays which part in step 6
    broken_at: str = ""  # the step that failed
    said: list[str] = field(default_factory=list)  # what is worth a line beside the times

    def walk(self, who: str) -> Walk:
        """The browser of a person; a new one has a profile of its own."""
        if who not in self.walks:
            self.walks[who] = Walk(self.browser, self.url, who, phone=who == "phone")
        return self.walks[who]

    @property
    def recruiter(self) -> Walk:
        return self.walk("recruiter")

    @property
    def home(self) -> str:
        """`/o/<tenant>` of the workspace."""
        return self.known["home"]

    def close(self) -> None:
        for walk in self.walks.values():
            walk.close()
