"""Every address of the product, from the resolver: route, full name, view."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Views of others, and what guards them instead of a door of ours.
FOREIGN = {
    "accounts/": "allauth's own log-in, second factors and sessions: of the person, not of a tenant",
    "admin/": "the admin site checks members itself; tests/crm/test_admin.py",
    "styleguide/": "invented content, served in debug mode only",
}


@dataclass(frozen=True)
class Route:
    """One URL pattern with everything above it."""

    pattern: str
    name: str
    view: Callable[..., Any]
    converters: tuple[tuple[str, str], ...]  # (argument, class of its converter)

    @property
    def arguments(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.converters)


def _converters(pattern: Any) -> tuple[tuple[str, str], ...]:
    named = {name: type(converter).__name__ for name, converter in pattern.converters.items()}
    groups = getattr(getattr(pattern, "regex", None), "groupindex", {})
    return tuple({**dict.fromkeys(groups, "RegexGroup"), **named}.items())


def _walk(
    resolver: URLResolver, above: str = "", spaces: tuple[str, ...] = (), given: tuple[tuple[str, str], ...] = ()
) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path, converters = above + str(entry.pattern), given + _converters(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Route(path, ":".join((*spaces, entry.name or "")), entry.callback, converters)
        else:
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry, path, inner, converters)


@cache
def all_routes() -> tuple[Route, ...]:
    return tuple(_walk(get_resolver()))


def our_routes() -> list[Route]:
    return [route for route in all_routes() if not route.pattern.startswith(tuple(FOREIGN))]


def fill(pattern: str, arguments: dict[str, Any]) -> str:
    """The path with its arguments in place."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(arguments[match.group(1)]), pattern)
