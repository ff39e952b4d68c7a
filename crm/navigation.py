"""Turns what the apps plugged in into the lines of the shell: rail, New menu, settings, palette."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from crm import together
from crm.access import memberships
from crm.addresses import address
from crm.models import Member
from crm.registry import NavItem, registered
from crm.requests import MemberRequest
from crm.together import Question

MAIN = "main"
READS = ("GET", "HEAD")


@dataclass(frozen=True)
class Line:
    """A line as templates want it."""

    name: str
    label: str
    icon: str
    url: str
    section: str = ""
    shortcut: str = ""
    text: str = ""
    short: str = ""
    badge: int | None = None
    active: bool = False
    children: Sequence[Line] = ()


def permitted(items: Iterable[NavItem], member: Member) -> list[NavItem]:
    return [i for i in items if i.permission is None or i.permission in member.permissions]


def _lines(request: MemberRequest, items: Iterable[NavItem], *, badges: bool = False) -> list[Line]:
    slug, root = request.tenant.slug, address("crm:today", request.tenant.slug)
    found = [(item, address(item.url_name, slug)) for item in permitted(items, request.member)]
    active = _active(request.path, [url for _, url in found], root)
    return [
        Line(
            name=item.url_name,
            label=item.label,
            icon=item.icon,
            url=url,
            section="" if item.section == MAIN else item.section,
            shortcut=item.shortcut,
            text=item.text,
            short=item.short,
            badge=item.badge(request) if badges and item.badge else None,
            active=url == active,
            children=item.children(request) if badges and item.children else (),
        )
        for item, url in found
    ]


def _active(path: str, urls: list[str], root: str) -> str:
    """The line that the page belongs to: the longest address that the path begins with; the start page only itself."""
    fitting = [url for url in urls if path == url or (url != root and path.startswith(url))]
    return max(fitting, key=len, default="")


def rail(request: MemberRequest) -> list[Line]:
    """The navigation, sections together in the order of their first line."""
    lines = _lines(request, registered.navigation, badges=True)
    order = list(dict.fromkeys(line.section for line in lines))
    return sorted(lines, key=lambda line: order.index(line.section))


def asked(request: MemberRequest) -> list[Question]:
    """What the badges and the lines below the rail ask of the database."""
    bell = [registered.notifications] if registered.notifications else []
    shown = permitted([*registered.navigation, *bell], request.member)
    return [question for item in shown if item.asks for question in item.asks(request)]


def new_menu(request: MemberRequest) -> list[Line]:
    return _lines(request, registered.creatable)


def settings(request: MemberRequest) -> list[Line]:
    """The pages of the settings, sections together in the order of their first line."""
    lines = _lines(request, registered.settings_sections)
    order = list(dict.fromkeys(line.section for line in lines))
    return sorted(lines, key=lambda line: order.index(line.section))


def badges(request: MemberRequest) -> dict[str, int]:
    """The counts in the rail by the line's name, for the live endpoint."""
    shown = permitted(registered.navigation, request.member)
    found = {item.url_name: item.badge(request) for item in shown if item.badge}
    bell = registered.notifications
    return {**found, "notifications": bell.badge(request)} if bell and bell.badge else found


def brought(request: MemberRequest) -> Sequence[Member] | None:
    """Memberships that came with the log-in; None on a page that may have changed them."""
    return request.user.brought if request.method in READS else None


def workspaces(request: MemberRequest) -> list[dict[str, Any]]:
    """The workspaces that this person may switch to."""
    known = brought(request)
    return [
        {
            "name": one.tenant.name,
            "url": address("crm:today", one.tenant.slug),
            "active": one.tenant_id == request.tenant.pk,
        }
        for one in (together.rows(memberships(request.member.user_id)) if known is None else known)
    ]


def palette(request: MemberRequest) -> list[dict[str, Any]]:
    """The palette's own commands: places, things to make, settings."""
    groups = [("Go to", _lines(request, registered.navigation)), ("Create", new_menu(request))]
    groups.append(("Settings", settings(request)))
    return [
        {"label": label, "items": [{"title": i.label, "url": i.url, "shortcut": i.shortcut} for i in lines]}
        for label, lines in groups
        if lines
    ]
