"""Plain text of an HTML mail: lines, bullets, link targets, and `>` before what is quoted."""

import re
from html import unescape
from html.parser import HTMLParser

import nh3

MAX_HTML_CHARS = 1_000_000
MAX_DEPTH = 2_000
_BLOCKS = {
    "p",
    "div",
    "br",
    "li",
    "tr",
    "ul",
    "ol",
    "table",
    "blockquote",
    "pre",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
}
_SPACED = {"p", "blockquote", "table", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
_KEPT = _BLOCKS | {"a", "td", "th"}
_DROPPED = {"script", "style", "title", "head"}
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_CLOSE_THEMSELVES = set("p li td th tr dd dt option br hr img input meta link area base col embed source wbr".split())  # noqa: SIM905
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")


def html_to_text(html: str) -> str:
    """Readable text of `html` (the first million characters). Quotations become `> ` lines, as in plain-text mail."""
    if too_deep(html):
        return unescape(re.sub(r"<[^<>]*>", " ", html[:MAX_HTML_CHARS]))
    # The cleaner's output is balanced and small, so that the simple reader below needs no defences of its own.
    tidy = nh3.clean(
        html[:MAX_HTML_CHARS].replace("\0", ""),
        tags=_KEPT,
        clean_content_tags=_DROPPED,
        attributes={"a": {"href"}},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(tidy)
    reader.close()
    return reader.text()


def too_deep(html: str) -> bool:
    """Whether elements are nested so deeply that the tree would take minutes (200,000 open divs: 87 seconds)."""
    depth = 0
    for closing, name in _TAG.findall(html[:MAX_HTML_CHARS]):
        if name.lower() not in _CLOSE_THEMSELVES:
            depth = max(0, depth - 1) if closing else depth + 1
        if depth > MAX_DEPTH:
            return True
    return False


class _Reader(HTMLParser):
    """Collects lines while the tags go by."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._preformatted = 0
        self._link = ""
        self._link_text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._break(blank=tag in _SPACED, forced=tag == "br")
        if tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._preformatted += 1
        elif tag == "li":
            self._line.append("- ")
        elif tag == "hr":
            self._line.append("________________________________")
        elif tag == "a":
            self._link, self._link_text = dict(attrs).get("href") or "", []
        elif tag in {"td", "th"} and self._line:
            self._line.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            shown = "".join(self._link_text).strip()
            if self._link.startswith(("http://", "https://")) and shown and self._link.rstrip("/") != shown.rstrip("/"):
                self._line.append(f" <{self._link}>")
            self._link, self._link_text = "", []
        if tag in _BLOCKS and tag != "br":
            self._break(blank=tag in _SPACED)
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)

    def handle_data(self, data: str) -> None:
        if self._link:
            self._link_text.append(data)
        if self._preformatted:
            first, *others = data.split("\n")
            self._line.append(first)
            for other in others:
                self._break(forced=True)
                self._line.append(other)
        else:
            self._line.append(_SPACES.sub(" ", data))

    def _break(self, *, blank: bool = False, forced: bool = False) -> None:
        line = "".join(self._line)
        line = line.rstrip() if self._preformatted else _SPACES.sub(" ", line).strip()
        self._line = []
        mark = "> " * min(self._quotes, 10)
        if line or forced:
            self._lines.append((mark + line).rstrip())
        if blank and self._lines and self._lines[-1].strip("> "):
            self._lines.append(mark.rstrip())

    def text(self) -> str:
        self._break()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")
