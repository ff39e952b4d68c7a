"""Every kind of page that the navigation leads to, in the demo tenant: whole, readable and reachable at any width."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, Literal
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
LOOKS: tuple[tuple[int, Literal["light", "dark"], dict[str, Any]], ...] = (
    (1280, "light", axe.RULES),
    (390, "dark", axe.OF_LOOKS),
)
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


def faults(walk: Walk, but: Sequence[str]) -> list[str]:
    """What is wrong with the open page: by every rule at a desk in light, then with its look on a phone in the dark."""
    page, found = walk.page, []
    for width, scheme, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        found += [
            f"{width} {scheme}: {fault}" for fault in [*axe.serious_findings(page, rules, but=but), *walk.faults()]
        ]
        walk.wrong.clear()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    return found


def crawl(walk: Walk, start: str) -> Iterator[str]:
    """Opens the first page of each kind, breadth first; yields its kind while it is open."""
    seen: set[str] = set()
    queue = deque([(start, 0)])
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
            queue.extend((link, depth + 1) for link in links(walk.page))
        yield kind


def test_every_page_of_the_demo_is_whole(walk: Walk, stage: Stage) -> None:
    kinds = enumerate(crawl(walk, f"{stage.demo}/"))
    found = {kind: faults(walk, (*axe.LIKE_OTHERS, *(axe.FRAME if number else ()))) for number, kind in kinds}

    assert {kind: wrong for kind, wrong in found.items() if wrong} == {}
    assert len(found) >= 40
