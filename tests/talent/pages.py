"""Addresses of people in the tests, and what an answer tells the page."""

import json

from django.test import Client

from talent.models import Candidate

PATH = "/o/acme/candidates/"
HTMX = {"HX-Request": "true"}


def at(person: Candidate, verb: str = "") -> str:
    return f"{PATH}{person.pk}/{verb}"


def trigger(response: object) -> dict[str, dict[str, str]]:
    return dict(json.loads(response.headers["HX-Trigger"]))  # type: ignore[attr-defined]


def names(client: Client, query: str) -> list[str]:
    """First names of the people that a list shows."""
    shown = client.get(f"{PATH}?{query}").context["listing"].rows
    return [row.name.split()[0] for row in shown]
