"""Every template compiles, names icons that exist, and keeps to the Content-Security-Policy."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template, TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

from crm.templatetags import markup
from tests.faults import none_of

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ICON = re.compile(r"""(?:\bicon=|\{% (?:icon|iconbutton) |["']icon["']: )["']([a-z0-9-]+)["']""")
FORBIDDEN = {
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/json)", re.I),
    "javascript: address": re.compile(r"javascript:", re.I),
    "hx-on": re.compile(r"\bhx-on[:\s=]", re.I),
    "hx-vals js": re.compile(r"hx-(?:vals|headers)\s*=\s*[\"']js", re.I),
    "filter in hx-trigger": re.compile(r"hx-trigger\s*=\s*[\"'][^\"']*\[", re.I),
}


TEXTS = {path.relative_to(ROOT / "templates").as_posix(): path.read_text() for path in TEMPLATES}


def offences(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


def trouble(name: str) -> str:
    """What is wrong with a template that does not compile, or is not the one it is called."""
    try:
        origin = get_template(name).origin.name
    except (TemplateDoesNotExist, TemplateSyntaxError) as error:
        return repr(error)
    return "" if origin == str(ROOT / "templates" / name) else f"is {origin}"


def test_templates_compile() -> None:
    none_of([f"{name}: {wrong}" for name in TEXTS if (wrong := trouble(name))])


def test_templates_keep_content_security_policy() -> None:
    pages = {name: text for name, text in TEXTS.items() if "emails" not in name.split("/")}

    none_of([f"{name}: {found}" for name, text in pages.items() if (found := offences(text))])


def test_templates_name_icons_that_exist() -> None:
    named = {name: ICON.findall(text) for name, text in TEXTS.items()}

    none_of([f"{name}: {icon}" for name, icons in named.items() for icon in icons if not markup.icon_exists(icon)])


@pytest.mark.parametrize(
    ("name", "wrong"), [("nowhere.html", "TemplateDoesNotExist"), ("../templates/base.html", "is /"), ("base.html", "")]
)
def test_trouble_is_named(name: str, wrong: str) -> None:
    assert trouble(name).startswith(wrong)
    assert bool(trouble(name)) == bool(wrong)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<p style="color:red">', ["inline style"]),
        ('<button onclick="go()">', ["inline handler"]),
        ("<script>go()</script>", ["inline script"]),
        ('<script type="application/json">{}</script>', []),
        ('<script src="/static/app.js"></script>', []),
        ('<a hx-trigger="click[ctrlKey]">', ["filter in hx-trigger"]),
        ('<a hx-on:click="go()">', ["hx-on"]),
        ('<p class="muted">on = off</p>', []),
    ],
)
def test_offences_finds_what_the_policy_forbids(text: str, expected: list[str]) -> None:
    assert offences(text) == expected


def test_tags_need_no_load() -> None:
    html = Template('{% badge "Replied" "success" %}').render(Context())

    assert html == '<span class="badge tone-success">Replied</span>'
