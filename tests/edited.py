"""What forms of pages would send as they stand: for two people who edit the same thing at once."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class Fields(HTMLParser):
    """What the form of a page would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, Any] = {}
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name, value = said.get("name") or "", said.get("value") or ""
        if tag == "input" and name and said.get("type") not in ("checkbox", "radio", "file"):
            self.sent.setdefault(name, []).append(value)
        elif tag == "input" and "checked" in said:
            self.sent.setdefault(name, []).append(said.get("value") or "on")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in said:
            self.sent.setdefault(self.select, []).append(value)
        elif tag == "textarea":
            self.area = name
            self.sent[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        self.select = "" if tag == "select" else self.select
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] = [self.sent[self.area][0] + data.removeprefix("\n")]


def opened(client: Client, path: str) -> dict[str, Any]:
    """The form that holds what it began with, as it would be sent untouched."""
    page = client.get(path).content.decode()
    reader = Fields()
    for form in page.split("<form")[1:]:
        if "begun" in form:
            reader.feed("<form" + form.split("</form>")[0])
    return reader.sent
