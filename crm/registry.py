"""What the apps above plug into the floor. `crm/wiring.py` fills it; nothing here knows what is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from crm.permissions import Permission

if TYPE_CHECKING:
    from crm.models.event import Event
    from crm.requests import MemberRequest
    from crm.services.demo import Scene
    from crm.together import Question

ReaderFunction = Callable[[Sequence["Event"]], None]


@dataclass(frozen=True)
class Reader:
    """A named function over batches of events, each seen exactly once. `kinds` empty means every kind."""

    name: str
    function: ReaderFunction
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Panel:
    """A piece of a page that another app owns: `render(request, thing)` gives safe HTML, or "" to stay away.

    `asks(thing)` are the questions it will put to `together.rows`, so that a page can have all of them answered in one
    statement.
    """

    name: str
    render: Callable[[MemberRequest, Any], str]
    permission: Permission | None = None
    asks: Callable[[Any], Sequence[Question]] | None = None


@dataclass(frozen=True)
class NavItem:
    """One line of the navigation, of the New menu or of the settings; `url_name` takes the tenant's slug.

    `section` groups lines under a heading ("main" has none); `text` explains the page,
    where there is room for it; `short` is the label in the phone's dock. `asks` are the questions that its badge and
    its children put to `crm.together`.
    """

    label: str
    icon: str
    url_name: str
    shortcut: str = ""
    permission: Permission | None = None
    section: str = "main"
    badge: Callable[[MemberRequest], int] | None = None
    text: str = ""
    short: str = ""
    children: Callable[[MemberRequest], Sequence[Any]] | None = None  # lines of their own below it
    asks: Callable[[MemberRequest], Sequence[Question]] | None = None


@dataclass(frozen=True)
class PaletteItem:
    """One row of the command palette."""

    title: str
    url: str
    subtitle: str = ""
    shortcut: str = ""


@dataclass(frozen=True)
class PaletteSource:
    """A group of the command palette, searched on the server: `search(request, words)`.

    With a `prefix` ("@" people, "#" tags) typed first, only the sources of that prefix are asked.
    """

    label: str
    search: Callable[[MemberRequest, str], list[PaletteItem]]
    permission: Permission | None = None
    prefix: str = ""


@dataclass(frozen=True)
class HomeRow:
    """One ranked next action on the start page: reason, person, primary button. The lowest rank comes first."""

    rank: int
    icon: str
    text: str
    url: str
    button: str
    detail: str = ""


@dataclass(frozen=True)
class FirstStep:
    """One of the first steps of a new tenant: `done()` looks at the rows of the current tenant."""

    title: str
    text: str
    button: str
    url_name: str
    done: Callable[[], bool]
    icon: str = "circle"


@dataclass
class Registry:
    """Everything plugged in."""

    readers: dict[str, Reader] = field(default_factory=dict)
    panels: dict[str, list[Panel]] = field(default_factory=dict)
    navigation: list[NavItem] = field(default_factory=list)
    creatable: list[NavItem] = field(default_factory=list)
    settings_sections: list[NavItem] = field(default_factory=list)
    palette: list[PaletteSource] = field(default_factory=list)
    home_rows: list[Callable[[MemberRequest], list[HomeRow]]] = field(default_factory=list)
    audit_objects: dict[str, str] = field(default_factory=dict)  # label of a model -> its page, "" for a name alone
    first_steps: list[FirstStep] = field(default_factory=list)
    before_commit: dict[str, list[Callable[..., None]]] = field(default_factory=dict)
    sweeps: dict[str, Callable[[], None]] = field(default_factory=dict)
    demo: list[Callable[[Scene], None]] = field(default_factory=list)
    after_publish: Callable[[], None] | None = None
    sandbox: NavItem | None = None  # the mailbox that catches the mails of test mode
    notifications: NavItem | None = None  # the bell


registered = Registry()


def add_readers(*readers: Reader) -> None:
    for reader in readers:
        if reader.name in registered.readers:
            raise ValueError(f"Two readers are called {reader.name}.")
        registered.readers[reader.name] = reader


def asked(slots: Sequence[str], request: MemberRequest, thing: Any) -> list[Question]:
    """What the panels of some slots will ask, of those that the member may see."""
    seen = [
        panel
        for slot in slots
        for panel in registered.panels.get(slot, [])
        if panel.permission is None or panel.permission in request.member.permissions
    ]
    return [question for panel in seen if panel.asks for question in panel.asks(thing)]


def panels(slot: str, request: MemberRequest, thing: Any) -> list[tuple[str, SafeString]]:
    """(name, HTML) of every panel in a slot that the member may see and that has something to show."""
    shown = []
    for panel in registered.panels.get(slot, []):
        if panel.permission is None or panel.permission in request.member.permissions:
            html = panel.render(request, thing)
            if html:
                shown.append((panel.name, mark_safe(html)))  # noqa: S308  # a panel renders a template of ours
    return shown


def before_commit_hooks(name: str) -> list[Callable[..., None]]:
    return registered.before_commit.get(name, [])


def after_publish() -> None:
    if registered.after_publish is not None:
        registered.after_publish()
