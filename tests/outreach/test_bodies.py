"""Links of a mail: found by place, as one pattern of all its addresses would find them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from outreach.services import bodies

URLS = ("https://a.example/x", "https://a.example/x/y", "https://b.example/?q=1")
TEXTS = st.lists(st.sampled_from([*URLS, "[", "]", "](", ")", "(", "word", " ", "\n", "https://c.example/"])).map(
    "".join
)


def by_pattern(text: str, urls: tuple[str, ...]) -> list[bodies.Link]:
    known = "|".join(re.escape(url) for url in sorted(urls, key=len, reverse=True))
    pattern = re.compile(rf"\[(?P<words>[^\]\n]{{1,200}})\]\((?P<named>{known})\)|(?P<bare>{known})")
    found = pattern.finditer(text)
    return [bodies.Link(m.start(), m.end(), m["named"] or m["bare"], m["words"] or "") for m in found]


@given(TEXTS)
def test_links_are_those_that_one_pattern_finds(text: str) -> None:
    assert list(bodies._links(text, URLS)) == by_pattern(text, URLS)


def test_address_that_is_not_known_is_no_link() -> None:
    assert bodies.to_text("Hi there", [""]) == "Hi there"
