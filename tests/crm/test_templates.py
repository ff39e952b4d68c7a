"""Every template compiles, names icons that exist, and keeps to the Content-Security-Policy."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import get_template

from crm.templatetags import markup

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


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def offences(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_template_compiles(path: Path) -> None:
    template = get_template(str(path.relative_to(ROOT / "templates")))

    assert template.origin.name == str(path)


@pytest.mark.parametrize("path", [p for p in TEMPLATES if "emails" not in p.parts], ids=short)
def test_template_keeps_content_security_policy(path: Path) -> None:
    assert offences(path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_template_names_icons_that_exist(path: Path) -> None:
    unknown = [name for name in ICON.findall(path.read_text()) if not markup.icon_exists(name)]

    assert unknown == []


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
