"""Templates hold nothing inline: the Content-Security-Policy would refuse it, and nothing there would be checked."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from crm.runtime.places import ROOT
from tests.architecture.source import APPS

INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")[^>]*>", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"<[^<>]*\sstyle\s*=", re.I),
    "event attribute": re.compile(r"<[^<>]*\son[a-z]+\s*=", re.I),
    "javascript address": re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.I),
    "hx-on": re.compile(r"\shx-on[:=]", re.I),
    "safe filter": re.compile(r"\|\s*safe\b(?!seq)"),
    "autoescape off": re.compile(r"autoescape\s+off"),
}
# Mail programs know no style sheets; plain text has nothing to escape. Paths below `templates/`.
MAILS = re.compile(r"(?:^|/)emails?/")
EXCEPTIONS: dict[str, str] = {}


@cache
def templates() -> dict[Path, str]:
    """Every template with its text. They lie at the top or inside of an app; both are looked through."""
    found = [path for folder in ("", *APPS) for path in (ROOT / folder).glob("templates/**/*")]
    return {path: path.read_text(encoding="utf-8") for path in sorted(found) if path.suffix in (".html", ".svg")}


def test_templates_lie_nowhere_else() -> None:
    folders = {path for app in APPS for path in (ROOT / app).glob("**/templates/")}

    assert folders <= {ROOT / app / "templates" for app in APPS}


@pytest.mark.parametrize("kind", INLINE)
def test_templates_hold_nothing_inline(kind: str) -> None:
    found = {
        f"{path.relative_to(ROOT / 'templates').as_posix()}: {kind}"
        for path, text in templates().items()
        if not MAILS.search(path.as_posix()) and INLINE[kind].search(text)
    }

    assert found == {name for name in EXCEPTIONS if name.endswith(f": {kind}")}


def test_there_are_templates_to_look_at() -> None:
    assert len(templates()) > 20
