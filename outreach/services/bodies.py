"""From a text to the two parts of a mail: plain text, and HTML made from it alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

URL_CHARACTERS = r"[^\s<>\"'{}|\\^`\[\]()]"
URL = re.compile(rf"https?://{URL_CHARACTERS}+", re.IGNORECASE)
TRAILING = ".,;:!?"
MAX_URL = 2000


def urls_in(source: str) -> list[str]:
    """The web addresses written in a template, in order, each once; a full stop at the end is not part of one."""
    found = (match.group().rstrip(TRAILING)[:MAX_URL] for match in URL.finditer(source))
    return list(dict.fromkeys(found))


NAMED = re.compile(r"\[([^\]\n]{1,200})\]\(")


@dataclass(frozen=True)
class Link:
    """An address in a text: from where to where it stands, and the words in front of it, if there are any."""

    start: int
    end: int
    url: str
    words: str = ""


def _links(text: str, urls: Iterable[str]) -> Iterator[Link]:
    """Each `[words](url)` and bare address, for these addresses only: a person's data never becomes a link."""
    known, at = sorted(filter(None, urls), key=len, reverse=True), 0
    while found := min(filter(None, (_named(text, known, at), _bare(text, known, at))), key=_place, default=None):
        yield found
        at = found.end


def _place(link: Link) -> int:
    return link.start


def _named(text: str, known: Sequence[str], at: int) -> Link | None:
    while match := NAMED.search(text, at):
        for url in known:
            if text.startswith(f"{url})", match.end()):
                return Link(match.start(), match.end() + len(url) + 1, url, match[1])
        at = match.start() + 1
    return None


def _bare(text: str, known: Sequence[str], at: int) -> Link | None:
    """The first; of two that begin at the same place the longer."""
    places = [(text.find(url, at), number) for number, url in enumerate(known)]
    start, number = min(((place, number) for place, number in places if place >= 0), default=(-1, 0))
    return Link(start, start + len(known[number]), known[number]) if start >= 0 else None


def _replaced(text: str, urls: Iterable[str], between: Callable[[str], str], link: Callable[[Link], str]) -> str:
    """The text with its links as `link` writes them, and what stands between as `between` does."""
    parts, at = list[str](), 0
    for found in _links(text, urls):
        parts += [between(text[at : found.start]), link(found)]
        at = found.end
    return "".join([*parts, between(text[at:])])


def to_text(rendered: str, urls: Iterable[str]) -> str:
    """The plain part: `[words](url)` becomes `words (url)`; lines end with LF, none with spaces."""
    text = rendered.replace("\r\n", "\n").replace("\r", "\n")
    text = _replaced(text, urls, str, lambda one: f"{one.words} ({one.url})" if one.words else one.url)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip("\n")


def _anchor(target: str, words: str) -> str:
    return f'<a href="{escape(target)}">{escape(words)}</a>'


def _picture(source: str) -> str:
    return f'<br>\n<img src="{escape(source)}" width="200" alt="">' if source else ""


def _with_links(text: str, targets: Mapping[str, str], words: Mapping[str, str], pictures: Mapping[str, str]) -> str:
    def anchor(one: Link) -> str:
        shown = _anchor(targets[one.url], one.words or words.get(one.url, one.url))
        return shown + _picture(pictures.get(one.url, ""))

    return _replaced(text, targets, escape, anchor)


def to_fragment(
    rendered: str,
    targets: Mapping[str, str],
    words: Mapping[str, str] | None = None,
    pictures: Mapping[str, str] | None = None,
) -> str:
    """The paragraphs of the HTML part: every character escaped, and links only for the keys of `targets`.

    `targets` maps each address an author wrote to where its link leads (itself, or our counting address); `words` is
    what is read in the place of a bare address, `pictures` the `data:` address of what is shown below it.
    """
    text = rendered.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    paragraphs = [p for p in re.split(r"\n[ \t]*\n+", text) if p.strip()]
    linked = (_with_links(p, targets, words or {}, pictures or {}) for p in paragraphs)
    return "\n".join(f"<p>{p.replace(chr(10), '<br>' + chr(10))}</p>" for p in linked)


def to_html(
    rendered: str,
    targets: Mapping[str, str],
    pixel: str = "",
    words: Mapping[str, str] | None = None,
    pictures: Mapping[str, str] | None = None,
) -> str:
    """The HTML part, see `to_fragment`; `pixel` is the address of the picture that counts opens, or ""."""
    body = to_fragment(rendered, targets, words, pictures)
    image = f'\n<img src="{escape(pixel)}" width="1" height="1" alt="">' if pixel else ""
    return f'<!doctype html>\n<html><head><meta charset="utf-8"></head>\n<body>\n{body}{image}\n</body></html>\n'
