"""From a text to the two parts of a mail: plain text, and HTML made from it alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape

URL_CHARACTERS = r"[^\s<>\"'{}|\\^`\[\]()]"
URL = re.compile(rf"https?://{URL_CHARACTERS}+", re.IGNORECASE)
TRAILING = ".,;:!?"
MAX_URL = 2000


def urls_in(source: str) -> list[str]:
    """The web addresses written in a template, in order, each once; a full stop at the end is not part of one."""
    found = (match.group().rstrip(TRAILING)[:MAX_URL] for match in URL.finditer(source))
    return list(dict.fromkeys(found))


def _links(urls: Iterable[str]) -> re.Pattern[str] | None:
    """Matches `[words](url)` and bare addresses, for these addresses only: a person's data never becomes a link."""
    return _pattern(tuple(sorted(urls, key=len, reverse=True)))


@lru_cache(maxsize=64)
def _pattern(urls: tuple[str, ...]) -> re.Pattern[str] | None:
    """Of one mail: both of its parts ask for it."""
    known = "|".join(re.escape(url) for url in urls)
    return re.compile(rf"\[(?P<words>[^\]\n]{{1,200}})\]\((?P<named>{known})\)|(?P<bare>{known})") if known else None


def to_text(rendered: str, urls: Iterable[str]) -> str:
    """The plain part: `[words](url)` becomes `words (url)`; lines end with LF, none with spaces."""
    pattern = _links(urls)
    text = rendered.replace("\r\n", "\n").replace("\r", "\n")
    if pattern is not None:
        text = pattern.sub(lambda m: f"{m['words']} ({m['named']})" if m["named"] else m["bare"], text)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip("\n")


def _anchor(target: str, words: str) -> str:
    return f'<a href="{escape(target)}">{escape(words)}</a>'


def _with_links(
    text: str, pattern: re.Pattern[str] | None, targets: Mapping[str, str], words: Mapping[str, str]
) -> str:
    if pattern is None:
        return escape(text)
    parts, at = [], 0
    for match in pattern.finditer(text):
        url = match["named"] or match["bare"]
        parts += [escape(text[at : match.start()]), _anchor(targets[url], match["words"] or words.get(url, url))]
        at = match.end()
    return "".join([*parts, escape(text[at:])])


def to_fragment(rendered: str, targets: Mapping[str, str], words: Mapping[str, str] | None = None) -> str:
    """The paragraphs of the HTML part: every character escaped, and links only for the keys of `targets`.

    `targets` maps each address an author wrote to where its link leads (itself, or our counting address); `words` is
    what is read in the place of a bare address.
    """
    pattern = _links(targets)
    text = rendered.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    paragraphs = [p for p in re.split(r"\n[ \t]*\n+", text) if p.strip()]
    linked = (_with_links(p, pattern, targets, words or {}) for p in paragraphs)
    return "\n".join(f"<p>{p.replace(chr(10), '<br>' + chr(10))}</p>" for p in linked)


def to_html(rendered: str, targets: Mapping[str, str], pixel: str = "", words: Mapping[str, str] | None = None) -> str:
    """The HTML part, see `to_fragment`; `pixel` is the address of the picture that counts opens, or ""."""
    body = to_fragment(rendered, targets, words)
    image = f'\n<img src="{escape(pixel)}" width="1" height="1" alt="">' if pixel else ""
    return f'<!doctype html>\n<html><head><meta charset="utf-8"></head>\n<body>\n{body}{image}\n</body></html>\n'
