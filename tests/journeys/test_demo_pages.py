"""Every kind of page that the navigation leads to, in the demo tenant: whole, readable and reachable at any width."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Literal
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.browser import axe
from tests.journeys.stage import Stage
from tests.journeys.walk import Walk

pytestmark = pytest.mark.browser

DEEPEST = 3
MOST = 200
# Not pages: what is downloaded, and what only a machine asks for.
LEFT_OUT = {"talent:file-download", "inbox:message-raw", "inbox:message-file", "sourcing:import-refused"}
# What no link leads to, but a form or a dialog; and the list of candidates with all that it can show.
ALSO = [
    "candidates/?columns=email&columns=tags&columns=added&country=DE",
    "candidates/columns/",
    "candidates/advanced/",
]
ALSO += ["views/new/", "exports/"]
BELOW = {"talent:segment-detail": "then/?on=2026-01-01"}
LINKS = "anchors => anchors.map(one => one.href)"


def kind_of(address: str) -> str:
    """The name of the page at an address of the demo tenant; empty for anything else."""
    path = urlsplit(address).path
    try:
        name = resolve(path).view_name if path.startswith("/o/demo/") else ""
    except Resolver404:
        return ""
    return "" if name in LEFT_OUT or path.endswith(".csv") else name


def links(page: Page) -> list[str]:
    found = page.locator("nav a[href], main a[href]").evaluate_all(LINKS)
    return [address for address in dict.fromkeys(found) if kind_of(address)]


def faults(walk: Walk, known: Sequence[str]) -> list[str]:
    """What is wrong with the open page: on a phone in the dark by what can differ there, at a desk by every rule.

    What is `known` from other pages is taken out before axe looks, which then has a third of the work. How wide the
    page is, is asked before. The page ends as wide as the next one shall open.
    """
    page, found = walk.page, [f"1280 light: {fault}" for fault in walk.faults()]
    walk.wrong.clear()
    show(page, 390, "dark")
    found += [f"390 dark: {fault}" for fault in walk.faults()]
    axe.take_out(page, known)
    found += [f"390 dark: {fault}" for fault in axe.serious_findings(page, axe.OF_LOOKS)]
    show(page, 1280, "light")
    found += [f"1280 light: {fault}" for fault in axe.serious_findings(page)]
    walk.wrong.clear()  # scripts may miss what was taken out
    return found


def show(page: Page, width: int, scheme: Literal["light", "dark"]) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)


def crawl(walk: Walk, start: str) -> Iterator[str]:
    """Opens the first page of each kind, breadth first; yields its kind while it is open."""
    seen: set[str] = set()
    queue = deque((f"{start}{path}", 0) for path in (*ALSO, ""))
    while queue and len(seen) < MOST:
        address, depth = queue.popleft()
        kind = kind_of(address)
        if kind in seen:
            continue
        seen.add(kind)
        answer = walk.page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        if depth < DEEPEST:
            below = [f"{address}{BELOW[kind]}"] if kind in BELOW else []
            queue.extend((link, depth + 1) for link in (*below, *links(walk.page)))
        yield kind


def test_every_page_of_the_demo_is_whole(walk: Walk, stage: Stage) -> None:
    kinds = enumerate(crawl(walk, f"{stage.demo}/"))
    found = {kind: faults(walk, (*axe.LIKE_OTHERS, *(axe.FRAME if number else ()))) for number, kind in kinds}

    assert {kind: wrong for kind, wrong in found.items() if wrong} == {}
    assert len(found) >= 40
