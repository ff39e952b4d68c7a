"""Building blocks of pages: buttons, cards, lists, overlays. A template built-in: no `load` needed."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.db.models import Model
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from crm.placeholders import named
from crm.templatetags import markup

register = template.Library()
Content = str
BUTTONS = {
    "primary": "btn-primary",
    "danger": "btn-error",
    "ghost": "btn-ghost",
    "quiet": "btn-ghost",
    "plain": "",
    "delete": "btn-danger-text",
}


def _button(
    face: SafeString, css: str, *, href: str, kind: str, disabled: bool, extra: dict[str, object]
) -> SafeString:
    classes = " ".join(part for part in ("btn", BUTTONS[kind], css) if part)
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', classes, href, markup.attributes(extra), face)
    extra.setdefault("type", "submit" if kind in ("primary", "danger") else "button")
    off = SafeString(" disabled") if disabled else SafeString("")
    return format_html('<button class="{}"{}{}>{}</button>', classes, markup.attributes(extra), off, face)


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "", css: str = "") -> SafeString:
    return markup.icon(name, size=size, label=label, css=css)


@register.simple_tag
def button(
    text: str,
    kind: str = "plain",
    icon: str = "",
    href: str = "",
    size: str = "",
    keys: str = "",
    disabled: bool = False,
    css: str = "",
    **extra: object,
) -> SafeString:
    """`{% button "Save" kind="primary" icon="check" hx_post=url %}`; kinds: primary, plain, ghost, danger, delete.

    Primary and danger buttons submit their form; the others are type="button" unless `type="submit"` is given.
    """
    face = markup.joined(
        markup.icon(icon) if icon else "",
        format_html('<span class="label">{}</span>', text),
        markup.keys(keys) if keys else "",
    )
    if keys:
        extra["data_keys"] = keys
    css = f"{css} btn-{size}" if size else css
    return _button(face, css, href=href, kind=kind, disabled=disabled, extra=extra)


@register.simple_tag
def iconbutton(
    icon: str,
    label: str,
    kind: str = "ghost",
    href: str = "",
    size: str = "",
    keys: str = "",
    disabled: bool = False,
    css: str = "",
    **extra: object,
) -> SafeString:
    """A square button with a picture only; the label is its name and its tooltip."""
    extra.update({"aria_label": label, "title": f"{label} ({keys})" if keys else label})
    if keys:
        extra["data_keys"] = keys
    css = f"btn-square {css} btn-{size}" if size else f"btn-square {css}"
    return _button(markup.icon(icon), css, href=href, kind=kind, disabled=disabled, extra=extra)


@register.simple_tag
def badge(text: object, tone: str = "neutral", icon: str = "", dot: bool = False, title: str = "") -> SafeString:
    return markup.badge(text, tone, icon, dot, title)


@register.simple_tag
def avatar(name: object, size: str = "", src: str = "", square: bool = False) -> SafeString:
    return markup.avatar(name, size, src, square)


@register.filter
def as_avatar(name: object) -> SafeString:
    """`{% avatar name %}` as a value."""
    return markup.avatar(name)


@register.filter
def as_badges(texts: Sequence[str], more: int = 0) -> SafeString:
    """A list of badges; `more` is how many are not among them."""
    said = gettext("more skills") if more else ""
    rest = format_html('<li class="muted small">+{}<span class="sr-only"> {}</span></li>', more, said) if more else ""
    return markup.tag_list(texts, "neutral", SafeString(rest))


@register.filter
def as_labels(texts: Sequence[str], most: int = 3) -> SafeString:
    """A list of coloured badges, cut after `most`."""
    rest = '<li class="muted small">…</li>' if len(texts) > most else ""
    return markup.tag_list(texts[:most], "primary", SafeString(rest))


@register.simple_tag
def kbd(keys: str) -> SafeString:
    return markup.keys(keys)


@register.simple_tag
def ago(moment: dt.datetime | dt.date | None, never: str = "", now: dt.datetime | None = None) -> SafeString:
    """`4 min ago`, with the full date and zone as tooltip. `never` is said where there is no moment."""
    present = now or timezone.now()
    if isinstance(moment, dt.datetime):
        return markup.time_tag(moment, markup.distance(moment, present), never)
    text = (
        markup.short_date(dt.datetime(moment.year, moment.month, moment.day, 12, tzinfo=dt.UTC), present)
        if moment
        else ""
    )
    return markup.time_tag(moment, text, never or gettext("Never"))


@register.filter
def as_distance(moment: dt.datetime | None) -> str:
    """What `{% ago %}` says of a moment now: what is kept by the moment is to be kept by this as well."""
    return markup.distance(moment, timezone.now()) if moment else ""


@register.filter
def as_names(rows: Iterable[Model]) -> list[tuple[object, str]]:
    """Keys and names of rows: what a list of choices is kept by."""
    return [(row.pk, str(row)) for row in rows]


@register.filter
def exact_below(count: int, limit: int = 10_000) -> str:
    """Counts are exact below the limit and "10 000+" above it."""
    shown = f"{min(count, limit):,}".replace(",", "\u202f")
    return f"{shown}+" if count > limit else shown


@register.filter
def percent(share: float) -> str:
    """A share from -1 to 1: `0.126` as "12.6 %"; the minus is a real one."""
    return f"{share * 100:.1f}\u202f%".replace("-", "−")


@register.filter
def month(text: str) -> str:
    """`2022-06` as "Jun 2022"; a year alone stays as it is."""
    try:
        return date_format(dt.date.fromisoformat(f"{text}-01"), "M Y")
    except ValueError:
        return text


@register.filter
def placeholders(text: str) -> str:
    """A text of a template, for a title: what is filled in later stands as `[first name]`."""
    return named(text)


@register.simple_block_tag
def fragment(content: Content) -> Content:
    """Keeps a piece of page for a later argument: `{% fragment as actions %}…{% endfragment %}`."""
    return content


@register.simple_block_tag
def card(
    content: Content,
    title: str = "",
    text: str = "",
    icon: str = "",
    actions: str = "",
    foot: str = "",
    flush: bool = False,
    tint: bool = False,
    id: str = "",
    level: int = 2,
) -> str:
    css = f"card{' card-flush' if flush else ''}{' card-tint' if tint else ''}"
    heading = markup.heading(title, level, icon) if title else ""
    return markup.card(css, id, markup.card_head(heading, text, actions) if title or actions else "", content, foot)


@register.simple_block_tag
def page_header(
    content: Content,
    title: str = "",
    text: str = "",
    total: object = None,
    back: str = "",
    back_label: str = "",
    badge: str = "",
) -> str:
    """The page's one h1, with its count, a way back, and (as content) the buttons at the right."""
    values = {"content": content, "title": title, "text": text, "total": total}
    return render_to_string(
        "components/page_header.html", {**values, "back": back, "back_label": back_label, "badge": badge}
    )


@register.simple_block_tag
def empty(content: Content, icon: str = "inbox", title: str = "", text: str = "", level: int = 2) -> str:
    values = {"content": content, "icon": icon, "title": title, "text": text, "level": str(level)}
    return render_to_string("components/empty.html", values)


@register.simple_block_tag
def alert(content: Content, tone: str = "info", title: str = "", icon: str = "", role: str = "") -> str:
    icons = {"info": "info", "success": "circle-check", "warning": "triangle-alert", "error": "circle-alert"}
    values = {"content": content, "tone": tone, "title": title, "icon": icon or icons.get(tone, "info"), "role": role}
    return render_to_string("components/alert.html", values)


@register.inclusion_tag("components/stat.html")
def stat(
    label: str,
    value: object,
    unit: str = "",
    hint: str = "",
    delta: str = "",
    trend: str = "",
    href: str = "",
    icon: str = "",
) -> dict[str, Any]:
    """One figure. `delta` begins with + or − and points the arrow; `trend` (good, bad) gives the colour."""
    values = {"label": label, "value": value, "unit": unit, "hint": hint}
    arrow = "trending-down" if delta[:1] in ("-", "\u2212") else "trending-up"
    return {**values, "delta": delta, "trend": trend, "arrow": arrow, "href": href, "icon": icon}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """Links that look like tabs: items of {label, url, active, count?}."""
    return {"items": items, "label": label or gettext("Sections")}


@register.inclusion_tag("components/steps.html")
def steps(items: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """Where one is in a course of steps: items of {label, url?, state: done | current | todo}."""
    return {"items": items, "label": label or gettext("Steps")}


@register.simple_block_tag
def menu(
    content: Content,
    label: str = "",
    id: str = "",
    icon: str = "",
    kind: str = "plain",
    size: str = "",
    only_icon: bool = False,
    keys: str = "",
) -> str:
    """A button that opens a list of links and buttons; `id` must be unique on the page."""
    values = {"content": content, "label": label, "id": id, "icon": icon, "kind": BUTTONS[kind], "size": size}
    return render_to_string("components/menu.html", {**values, "only_icon": only_icon, "keys": keys})


@register.simple_tag
def menuitem(
    text: str, href: str = "", icon: str = "", keys: str = "", danger: bool = False, **extra: object
) -> SafeString:
    face = markup.joined(
        markup.icon(icon) if icon else "", format_html("<span>{}</span>", text), markup.keys(keys) if keys else ""
    )
    css = "menu-item danger" if danger else "menu-item"
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', css, href, markup.attributes(extra), face)
    extra.setdefault("type", "button")
    return format_html('<button class="{}"{}>{}</button>', css, markup.attributes(extra), face)


@register.simple_block_tag
def dialog(content: Content, id: str = "", title: str = "", wide: bool = False) -> str:
    """A native dialog; opened by any element with `data-dialog="id"`, closed by Escape or `data-close`."""
    return render_to_string("components/dialog.html", {"content": content, "id": id, "title": title, "wide": wide})


@register.simple_block_tag
def timeline_item(
    content: Content,
    icon: str = "circle",
    tone: str = "neutral",
    title: str = "",
    who: str = "",
    at: dt.datetime | None = None,
    id: str = "",
    private: bool = False,
) -> str:
    values = {"content": SafeString(content.strip()), "icon": icon, "tone": tone, "title": title, "who": who}
    return render_to_string("components/timeline_item.html", {**values, "at": at, "id": id, "private": private})


@register.simple_block_tag
def fact(content: Content, label: str, source: str = "") -> SafeString:
    """One line of a `<dl class="facts">`; `source` says where an enriched value came from."""
    origin = format_html('<span class="source">{}</span>', source) if source else ""
    return format_html("<div><dt>{}</dt><dd>{}{}</dd></div>", label, SafeString(content), origin)


@register.inclusion_tag("components/load_more.html")
def load_more(
    url: str, shown: int | None = None, total: int | None = None, step: int = 50, target: str = "closest .load-more"
) -> dict[str, Any]:
    """The "Load 50 more" button at the end of a list; the answer replaces it. Without JavaScript it is a link."""
    return {"url": url, "shown": shown, "total": total, "step": step, "target": target}


@register.simple_tag(takes_context=True)
def sort_header(context: RequestContext, text: str, name: str) -> SafeString:
    """A table head that sorts: `?sort=name`, `?sort=-name`. Goes inside `<th>`."""
    request = context["request"]
    current = request.GET.get("sort", "")
    query = request.GET.copy()
    query["sort"] = f"-{name}" if current == name else name
    query.pop("after", None)
    pictures = {name: "arrow-up", f"-{name}": "arrow-down"}
    mark = markup.icon(pictures[current], size=12) if current in pictures else ""
    return format_html('<a href="?{}">{}{}</a>', query.urlencode(), text, mark)


@register.inclusion_tag("components/chip.html")
def chip(field: str, operator: str = "", value: str = "", edit: str = "", drop: str = "") -> dict[str, Any]:
    """One filter that is on: field, operator, value; `edit` is the id of a dialog, `drop` the URL without it."""
    return {"field": field, "operator": operator, "value": value, "edit": edit, "drop": drop}


@register.inclusion_tag("components/progress.html")
def progress(value: int, top: int, label: str, detail: str = "") -> dict[str, Any]:
    return {"value": value, "top": top, "label": label, "detail": detail}
