"""The frame of a page: theme, words for the scripts, messages as toasts, figures with their table."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django import template
from django.contrib import messages
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

register = template.Library()

THEMES = {"light": "rapportlight", "dark": "rapportdark"}
FONT = "fonts/inter-latin-wght-normal.woff2"
UNDO = "undo:"


def _request(context: Context) -> HttpRequest | None:
    request = context.get("request")
    return request if isinstance(request, HttpRequest) else None


@register.simple_tag(takes_context=True)
def html_attributes(context: Context) -> SafeString:
    """Language, direction and theme of `<html>`; the theme comes from a cookie, so that the first paint is right."""
    request = _request(context)
    theme = THEMES.get(request.COOKIES.get("theme", "") if request else "", "")
    direction = "rtl" if get_language_bidi() else "ltr"
    chosen = format_html(' data-theme="{}"', theme) if theme else ""
    return format_html('lang="{}" dir="{}"{}', get_language() or "en", direction, chosen)


@register.simple_tag
def page_assets() -> SafeString:
    """Style sheet, script and the preloaded font."""
    return format_html(
        '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>'
        '<link rel="stylesheet" href="{}"><script type="module" src="{}"></script>',
        static(FONT),
        static("app.css"),
        static("app.js"),
    )


def rule_sentences() -> dict[str, str]:
    """What the rule editor says."""
    return {
        "All of these": _("All of these"),
        "Any of these": _("Any of these"),
        "None of these": _("None of these"),
        "Match": _("Match"),
        "Field": _("Field"),
        "Operator": _("Operator"),
        "Value": _("Value"),
        "days": _("days"),
        "Times": _("Times"),
        "times within": _("times within"),
        "Group {number}": _("Group {number}"),
        "Move to another group": _("Move to another group"),
        "A field that is gone": _("A field that is gone"),
        "Unit": _("Unit"),
        "months": _("months"),
        "years": _("years"),
        "At least": _("At least"),
        "Years": _("Years"),
        "From": _("From"),
        "To": _("To"),
        "to": _("to"),
        "Kilometres": _("Kilometres"),
        "km of": _("km of"),
        "City": _("City"),
        "Percent": _("Percent"),
        "% of the experiment": _("% of the experiment"),
        "Experiment": _("Experiment"),
        "since {day}": _("since {day}"),
        "before {day}": _("before {day}"),
        "until {day}": _("until {day}"),
        "Add condition": _("Add condition"),
        "Add group": _("Add group"),
        "Remove condition": _("Remove condition"),
        "Remove group": _("Remove group"),
        "Group of conditions": _("Group of conditions"),
    }


def sentences() -> dict[str, str]:
    """What the scripts say, in the reader's language; the keys are the English sentences."""
    return rule_sentences() | {
        "Undo": _("Undo"),
        "Show": _("Show"),
        "Dismiss": _("Dismiss"),
        "Recent": _("Recent"),
        "Nothing found": _("Nothing found"),
        "Searching…": _("Searching…"),
        "{n} results": _("{n} results"),
        "Colleagues": _("Colleagues"),
        "{n} selected": _("{n} selected"),
        "Everywhere": _("Everywhere"),
        "In lists": _("In lists"),
        "Search and commands": _("Search and commands"),
        "This sheet": _("This sheet"),
        "Next, previous row": _("Next, previous row"),
        "Open": _("Open"),
        "Peek": _("Peek"),
        "Select": _("Select"),
        "Done": _("Done"),
        "Send or save": _("Send or save"),
        "Failed": _("Failed"),
        "Waiting": _("Waiting"),
        "Uploading": _("Uploading"),
        "Checking": _("Checking"),
        "Try again": _("Try again"),
        "Remove {name}": _("Remove {name}"),
        "Add {name}": _("Add {name}"),
        "new": _("new"),
        "{name} is larger than {limit} MB.": _("{name} is larger than {limit} MB."),
        "The connection was lost.": _("The connection was lost."),
        "What became of this file can no longer be seen here. Load the page again.": _(
            "What became of this file can no longer be seen here. Load the page again."
        ),
        "The server does not answer. The file has arrived; load the page again to see what became of it.": _(
            "The server does not answer. The file has arrived; load the page again to see what became of it."
        ),
        "The server could not take this file.": _("The server could not take this file."),
        "You are not allowed to do that.": _("You are not allowed to do that."),
        "The server could not do that. Please try again.": _("The server could not do that. Please try again."),
        "That did not reach the server. Nothing was changed; please try again.": _(
            "That did not reach the server. Nothing was changed; please try again."
        ),
        "Your browser or device did not confirm the passkey.": _("Your browser or device did not confirm the passkey."),
    }


@register.simple_tag
def words() -> SafeString:
    return _words_in(get_language())


@cache
def _words_in(language: str | None) -> SafeString:
    """Made once for a language: every page carries them. The language is the one that is active."""
    return json_script(sentences(), "words")


@register.inclusion_tag("components/toasts.html", takes_context=True)
def toasts(context: Context) -> dict[str, Any]:
    """Django messages as toasts. `extra_tags="undo:/url/"` gives one an Undo button that posts there."""
    request = _request(context)
    found = messages.get_messages(request) if request else []
    return {
        "toasts": [{"text": str(m), "error": m.level >= messages.ERROR, "undo": _undo_of(m.extra_tags)} for m in found]
    }


def _undo_of(tags: str | None) -> str:
    return next((part.removeprefix(UNDO) for part in (tags or "").split() if part.startswith(UNDO)), "")


@register.simple_tag
def palette_data(groups: Sequence[Mapping[str, Any]] | None) -> SafeString:
    """Commands for the palette: groups of {label, items: [{title, subtitle?, url? | click?, shortcut?}]}."""
    script = json_script(list(groups or []))
    return SafeString(script.replace("<script", "<script data-palette", 1))


@register.inclusion_tag("components/chart.html")
def chart(
    id: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    kind: str = "bar",
    text: str = "",
    unit: str = "",
) -> dict[str, Any]:
    """A figure with its table. First column = label, the others = series; a row ending in {"url": ...} is a link."""
    lines = [{"cells": _cells(row), "url": _url(row)} for row in rows]
    values = {"id": id, "title": title, "columns": columns, "rows": lines, "kind": kind, "text": text, "unit": unit}
    return {**values, "data_id": f"{id}-data", "data": {"columns": list(columns), "rows": lines, "unit": unit}}


def _cells(row: Sequence[Any]) -> list[Any]:
    return [cell for cell in row if not isinstance(cell, dict)]


def _url(row: Sequence[Any]) -> str:
    return str(next((cell["url"] for cell in row if isinstance(cell, dict)), ""))
