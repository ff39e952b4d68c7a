"""Owns reading plain text, RTF and HTML."""

import re
from html.parser import HTMLParser

from charset_normalizer import from_bytes
from striprtf.striprtf import rtf_to_text

from sourcing.resumes import errors
from sourcing.resumes.extract.lines import CELL, MAX_LINES, Document, Line

_HIDDEN = {"script", "style", "template", "noscript", "svg", "title", "head", "object", "iframe", "select"}
_INLINE = {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "kbd", "label", "mark", "q", "s", "small"}
_INLINE |= {"span", "strong", "sub", "sup", "time", "u", "img", "wbr"}
_VOID = {"img", "br", "hr", "input", "meta", "link", "wbr", "area", "base", "col", "embed", "source", "track"}
_SIZES = {"h1": 24.0, "h2": 18.0, "h3": 14.0, "h4": 12.0}
_MARKDOWN_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\((https?://[^)\s]{1,300})\)")


def decode(content: bytes) -> str:
    """Text of unknown encoding: byte order mark, then UTF-8, then the likeliest of the others."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, "replace").lstrip("\ufeff")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(content[:200_000]).best()
        return content.decode(best.encoding if best else "cp1252", "replace")


def read_text(content: bytes) -> Document:
    """Plain text; Markdown's headings and links are understood as far as they occur in résumés."""
    document, gap = Document(), False
    for raw in decode(content).splitlines()[: 2 * MAX_LINES]:
        text = raw.expandtabs(4).rstrip()
        if not text.strip() or not re.search(r"\w", text):
            gap = True
            continue
        document.hyperlinks += [url for _, url in _MARKDOWN_LINK.findall(text)]
        text = re.sub(r"\*\*|__", "", _MARKDOWN_LINK.sub(r"\1", text))
        marked = re.match(r"^#{1,3} ", text) is not None
        indent = float(len(text) - len(text.lstrip()))
        document.add(Line(re.sub(r"^#{1,6} +", "", text), indent=indent, gap=gap, marked=marked))
        gap = False
    return document


def read_rtf(content: bytes) -> Document:
    """Rich text as striprtf sees it: text alone, no looks."""
    source = content.decode("latin-1")
    if source.count("{") > 200_000:
        raise errors.Unsafe
    try:
        text = str(rtf_to_text(source, errors="replace"))
    except MemoryError:
        raise
    except Exception as error:
        raise errors.Damaged from error
    document = read_text(text.replace("|\n", "\n").encode())
    document.hyperlinks += re.findall(r'HYPERLINK "((?:https?:|mailto:)[^"]{1,300})"', source)
    return document


def read_html(content: bytes) -> Document:
    """Visible text, one line per block; cells of a table row stand side by side."""
    page = _Page()
    page.feed(_html_text(content))
    page.close()
    page.flush()
    return page.document


def _html_text(content: bytes) -> str:
    named = re.search(rb"charset=[\"']?([\w-]{3,20})", content[:4096])
    if named:
        try:
            return content.decode(named.group(1).decode(), "replace")
        except LookupError:
            pass
    return decode(content)


class _Page(HTMLParser):
    """Collects lines. Depth is counted only for hidden elements, so that unclosed tags do no harm."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.document = Document()
        self._parts: list[str] = []
        self._hidden: list[str] = []
        self._size, self._bold, self._gap, self._item, self._cells = 0.0, False, False, False, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden or tag in _HIDDEN or _is_hidden(dict(attrs)):
            if tag not in _VOID:
                self._hidden.append(tag)
            return
        href = dict(attrs).get("href") if tag == "a" else None
        if href and href.startswith(("http://", "https://", "mailto:")):
            self.document.hyperlinks.append(href[:500])
        if tag in ("td", "th"):
            self._parts.append("\t")
            self._cells += 1
        elif tag not in _INLINE:
            self.flush(keep_row=self._cells > 0 and tag in ("p", "div", "br"))
            self._gap |= tag in ("p", "section", "h1", "h2", "h3", "h4", "hr", "ul", "table")
        self._size = _SIZES.get(tag, self._size)
        self._bold |= tag in ("b", "strong")
        self._item |= tag == "li"

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag in self._hidden:
                while self._hidden.pop() != tag:
                    pass
            return
        if tag not in _INLINE and tag not in ("td", "th"):
            self.flush(keep_row=self._cells > 0 and tag in ("p", "div"))
        if tag in _SIZES:
            self._size = 0.0
        if tag == "tr":
            self._cells = 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(re.sub(r"\s+", " ", data))

    def flush(self, keep_row: bool = False) -> None:
        """Ends the line, except between the paragraphs of one table row."""
        text = "".join(self._parts)
        if keep_row:
            self._parts.append(" ")
            return
        self._parts.clear()
        if not text.strip():
            return
        prefix = "• " if self._item and not text.lstrip().startswith("•") else ""
        line = Line(prefix + text.strip().replace("\t", CELL), size=self._size, bold=self._bold, gap=self._gap)
        line.marked = self._size >= 14
        self.document.add(line)
        self._bold = self._gap = self._item = False


def _is_hidden(attrs: dict[str, str | None]) -> bool:
    style = (attrs.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style or "hidden" in attrs
