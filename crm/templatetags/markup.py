"""Small ready-made pieces of HTML that pages repeat often: icons, badges, avatars, moments, attributes."""

import datetime as dt
import zlib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext
from lucide import IconDoesNotExist

TONES = ("neutral", "primary", "success", "info", "warning", "error", "accent", "violet")
HUES = 8


@cache
def _icons() -> ZipFile:
    """The pictures of the package, whose own tag opens them anew for each icon that it has not drawn yet."""
    return ZipFile(BytesIO(resources.files("lucide").joinpath("lucide.zip").read_bytes()))


@lru_cache(maxsize=512)
def icon(name: str, *, size: int = 16, label: str = "", css: str = "") -> SafeString:
    """An inline SVG of the lucide set; silent for screen readers unless it has a label. Unknown names raise."""
    voice = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    try:
        text = _icons().read(f"{name}.svg").decode().replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)
    except KeyError:
        raise IconDoesNotExist(f"The icon {name!r} does not exist.") from None
    svg = ElementTree.fromstring(text)  # noqa: S314  # our own dependency's file
    svg.attrib |= {
        "width": str(size),
        "height": str(size),
        "class": f"icon {css}".strip(),
        "stroke-width": "1.75",
        **voice,
    }
    return SafeString(ElementTree.tostring(svg, encoding="unicode"))


def icon_exists(name: str) -> bool:
    try:
        icon(name)
    except IconDoesNotExist:
        return False
    return True


def attributes(extra: dict[str, object]) -> SafeString:
    """HTML attributes out of tag arguments: `hx_post=url` becomes `hx-post="..."`; True stands alone, None drops."""
    pairs = [(name.rstrip("_").replace("_", "-"), value) for name, value in extra.items()]
    alone = format_html_join("", " {}", ((name,) for name, value in pairs if value is True))
    valued = format_html_join(
        "",
        ' {}="{}"',
        ((name, value) for name, value in pairs if value is not True and value is not False and value is not None),
    )
    return SafeString(valued + alone)


@lru_cache(maxsize=4096)
def badge(text: object, tone: str = "neutral", icon_name: str = "", dot: bool = False, title: str = "") -> SafeString:
    before = icon(icon_name, size=12) if icon_name else mark_safe('<span class="dot"></span>' if dot else "")  # noqa: S308
    plain = " badge-plain" if dot else ""
    hint = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="badge tone-{}{}"{}>{}{}</span>', tone, plain, hint, before, text)


def initials(name: str) -> str:
    """Two letters that stand for a person: first letters of the first and last word."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@lru_cache(maxsize=4096)
def avatar(name: object, size: str = "", src: str = "", square: bool = False) -> SafeString:
    """A round mark with initials in a colour that stays with the name, or a picture. The name must stand beside it."""
    text = str(name or "")
    hue = zlib.crc32(text.encode()) % HUES
    css = format_html(
        "avatar-mark hue-{}{}{}", hue, f" avatar-{size}" if size else "", " avatar-square" if square else ""
    )
    if src:
        return format_html('<span class="{}"><img src="{}" alt="" loading="lazy"></span>', css, src)
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, initials(text))


def tag_list(texts: Sequence[str], tone: str, rest: SafeString) -> SafeString:
    """A row of badges, then what says that there are more; nothing for none."""
    if not texts:
        return SafeString("")
    items = "".join(f"<li>{badge(text, tone)}</li>" for text in texts)
    return SafeString(f'<ul class="tag-list">{items}{rest}</ul>')


def distance(moment: dt.datetime, now: dt.datetime) -> str:
    """How long ago or ahead, in the shortest honest words: "just now", "4 min ago", "in 3 days", else the date."""
    seconds = (now - moment).total_seconds()
    size = abs(seconds)
    if size >= 14 * 86_400:
        return short_date(moment, now)
    unit = next(unit for unit in (86_400, 3600, 60, 1) if size >= unit or unit == 1)
    return _span(unit, int(size // unit), seconds >= 0, get_language())


@lru_cache(maxsize=1024)
def _span(unit: int, n: int, is_past: bool, language: str | None) -> str:
    if unit == 1:
        return gettext("just now") if is_past else gettext("in a moment")
    if unit == 86_400:
        span = ngettext("%(n)d day", "%(n)d days", n) % {"n": n}
    else:
        span = (gettext("%(n)d min") if unit == 60 else gettext("%(n)d h")) % {"n": n}
    return (gettext("%(span)s ago") if is_past else gettext("in %(span)s")) % {"span": span}


def short_date(moment: dt.datetime, now: dt.datetime) -> str:
    here = timezone.get_current_timezone()
    local = moment.astimezone(here)
    return _day(local.date(), local.year == now.astimezone(here).year, get_language())


@lru_cache(maxsize=4096)
def _day(day: dt.date, is_this_year: bool, language: str | None) -> str:
    return formats.date_format(day, "j M" if is_this_year else "j M Y")


def time_tag(moment: dt.datetime | dt.date | None, text: str, never: str) -> SafeString:
    if moment is None:
        return format_html('<span class="muted">{}</span>', never)
    if not isinstance(moment, dt.datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)
    local = timezone.localtime(moment)
    full = f"{formats.date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), full, text)


def keys(text: str) -> SafeString:
    return format_html_join("", '<kbd class="kbd">{}</kbd>', ((key,) for key in text.split()))


def joined(*parts: object) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def heading(text: Any, level: int, icon_name: str = "") -> SafeString:
    picture = icon(icon_name) if icon_name else ""
    return SafeString(f"<h{level}>{picture}{conditional_escape(text)}</h{level}>")


def card_head(title: str, text: Any, actions: Any) -> str:
    """What stands above a card's content; `title` is markup."""
    acts = f'<div class="actions">{conditional_escape(actions)}</div>' if actions else ""
    more = f'<p class="text">{conditional_escape(text)}</p>' if text else ""
    return f'<div class="card-head">{title}{acts}{more}</div>'


def card(css: str, identity: Any, head: str, content: Any, foot: Any) -> SafeString:
    """`css` and `head` are markup. A page has a dozen: a template would take longer than all that is in them."""
    own = f' id="{conditional_escape(identity)}"' if identity else ""
    end = f'<div class="card-foot">{conditional_escape(foot)}</div>' if foot else ""
    body = f'<div class="card-body">{conditional_escape(content)}</div>'
    return SafeString(f'<section class="{css}"{own}>{head}{body}{end}</section>')
