"""HTML of mails made harmless for showing inside a sandboxed frame."""

from dataclasses import dataclass
from html import escape

import nh3

from inbox.mail.html_text import MAX_HTML_CHARS, html_to_text, too_deep

_TAGS = set(
    # A literal would take a hundred lines.
    "a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em "  # noqa: SIM905
    "figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike "
    "strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr".split()
)
_CONTENT_DROPPED = set(
    "applet embed form frameset head iframe math noembed noframes noscript object script select style svg template "  # noqa: SIM905
    "textarea title xmp".split()
)
_LINKS = ("http://", "https://", "mailto:", "tel:")
_CELL = {"align", "colspan", "height", "rowspan", "valign", "width"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang"},
    "a": {"href", "title"},
    "bdo": {"dir"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "div": {"align"},
    "font": {"color", "face", "size"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "p": {"align"},
    "table": {"align", "border", "cellpadding", "cellspacing", "width"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"align", "valign"},
}


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """Sanitised HTML and how many pictures from elsewhere were taken out of it."""

    html: str
    blocked_images: int


def clean(html: str) -> SafeHtml:
    """Keeps layout and text; drops scripts, styles, forms, ids, classes, names and every picture not inside the mail.

    Pictures stay only with a `cid:` source. Links may be http, https, mailto or tel and get
    `rel="noopener noreferrer nofollow"`. Limit: one million characters; HTML nested deeper than 2,000 elements comes as
    text.
    """
    html = html[:MAX_HTML_CHARS].replace("\0", "")
    if too_deep(html):
        return SafeHtml(f"<pre>{escape(html_to_text(html))}</pre>", 0)
    blocked = 0

    def keep(tag: str, attribute: str, value: str) -> str | None:
        nonlocal blocked
        if tag == "img" and attribute == "src":
            if value.strip().lower().startswith("cid:"):
                return value.strip()
            blocked += 1
            return None
        # A relative link would lead into our own pages.
        return value if attribute != "href" or value.strip().lower().startswith(_LINKS) else None

    safe = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_CONTENT_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )
    return SafeHtml(safe, blocked)


def sanitise(html: str) -> str:
    """The HTML of `clean`, for callers that do not tell how many pictures were blocked."""
    return clean(html).html
