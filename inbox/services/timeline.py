"""The timeline of a person: a page of the event log, newest first, with the texts that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from crm import paging, together
from crm.models import Event
from crm.together import Asked
from inbox import events as own
from inbox.choices import MessageKind
from inbox.models import Message, MessageAttachment, TextMessage
from inbox.services import timeline_kinds
from inbox.services.timeline_kinds import KINDS
from outreach.models import OutboundMessage
from outreach.services.templates import without_way_out
from talent.models import Note, Touchpoint
from talent.services import visibility

PAGE = 30
NEWEST = paging.Order("occurred_at", descending=True, parse=paging.moment)
SHOWN_CHARACTERS = 3000
MACHINE_MAIL = set(MessageKind) - {MessageKind.REPLY, MessageKind.AUTO_REPLY}  # that no person had a part in
GROUPS = (timeline_kinds.MAIL, timeline_kinds.NOTE, timeline_kinds.CHANGE)
FILTERS = (("", "Everything"), ("mail", "Contacts"), ("note", "Notes"), ("change", "Changes"))


@dataclass(frozen=True)
class Body:
    """The text under an event. With `has_html` the original of the message can be shown in a frame."""

    text: str
    bubble: str
    subject: str = ""
    message_id: UUID | None = None
    has_html: bool = False
    thread: UUID | None = None
    remark: str = ""
    attachments: Sequence[MessageAttachment] = field(default=())
    is_cut: bool = False
    note: Note | None = None
    touchpoint: Touchpoint | None = None


@dataclass(frozen=True)
class Item:
    """One event as it is shown."""

    id: UUID
    at: datetime
    icon: str
    tone: str
    who: str
    words: str
    is_private: bool
    is_machine: bool
    body: Body | None = None
    is_fold = False

    @property
    def anchor(self) -> str:
        return f"e-{self.id}"


@dataclass(frozen=True)
class Fold:
    """Neighbouring machine events, behind one line."""

    items: list[Item]
    is_fold = True

    @property
    def at(self) -> datetime:
        return self.items[0].at

    @property
    def anchor(self) -> str:
        return f"e-{self.items[-1].id}"


@dataclass(frozen=True)
class Line:
    """An entry as it stands on a page, with the day above it where one begins; `moments` are told by their distance."""

    entry: Item | Fold
    day: date | None

    @property
    def moments(self) -> list[datetime]:
        return [item.at for item in self.entry.items] if isinstance(self.entry, Fold) else [self.entry.at]


@dataclass(frozen=True)
class Page:
    """Some items and folds, and the cursor of the next page; empty when this is the last."""

    entries: list[Item | Fold]
    after: str

    @property
    def lines(self) -> list[Line]:
        """The entries with their days, in the time zone of whoever looks."""
        days = [timezone.localtime(entry.at).date() for entry in self.entries]
        begins = [day if day != before else None for before, day in zip([None, *days], days, strict=False)]
        return [Line(entry, day) for entry, day in zip(self.entries, begins, strict=True)]


def _text(text: str) -> dict[str, object]:
    return {"text": text[:SHOWN_CHARACTERS], "is_cut": len(text) > SHOWN_CHARACTERS}


def _notes(ids: list[UUID]) -> dict[UUID, Body]:
    return {n.pk: Body(bubble="note", note=n, **_text(n.text)) for n in Note.objects.filter(pk__in=ids)}  # type: ignore[arg-type]


def _messages(ids: list[UUID]) -> dict[UUID, Body]:
    rows = Message.objects.filter(pk__in=ids).light().with_files()
    return {
        m.pk: Body(
            bubble="in",
            subject=m.subject,
            message_id=m.pk,
            has_html=bool(m.html_size),
            thread=m.thread_id,
            remark=m.note or ("Known by the sender's address alone." if m.is_unverified else ""),
            attachments=[a for a in m.attachments.all() if not a.is_inline],
            **_text(m.text),  # type: ignore[arg-type]
        )
        for m in rows
    }


def _outbound(ids: list[UUID]) -> dict[UUID, Body]:
    rows = OutboundMessage.objects.filter(pk__in=ids).defer("html")
    return {
        m.pk: Body(bubble="out", subject=m.subject, remark=m.get_state_display(), **_text(without_way_out(m.text)))  # type: ignore[arg-type]
        for m in rows
    }


def _texts(ids: list[UUID]) -> dict[UUID, Body]:
    rows = TextMessage.objects.filter(pk__in=ids)
    return {one.pk: Body(bubble="in", remark=one.sender, **_text(one.body)) for one in rows}  # type: ignore[arg-type]


def _touchpoints(ids: list[UUID]) -> dict[UUID, Body]:
    rows = Touchpoint.objects.filter(pk__in=ids)
    return {one.pk: Body(bubble="note", touchpoint=one, **_text(one.note)) for one in rows}  # type: ignore[arg-type]


LOADERS: dict[str, Callable[[list[UUID]], dict[UUID, Body]]] = {
    "talent.note": _notes,
    "talent.touchpoint": _touchpoints,
    "inbox.message": _messages,
    "inbox.textmessage": _texts,
    "outreach.outboundmessage": _outbound,
}


def _bodies(events: Iterable[Event]) -> dict[UUID, Body]:
    """{subject: body}, one query for each sort of text."""
    wanted: dict[str, list[UUID]] = {}
    for event in events:
        if timeline_kinds.kind_of(event).has_body and event.subject_id:
            wanted.setdefault(event.subject_type, []).append(event.subject_id)
    found: dict[UUID, Body] = {}
    for sort, ids in wanted.items():
        if sort in LOADERS:
            found |= LOADERS[sort](ids)
    return found


def _kinds_in(group: str) -> Q:
    """Which kinds a filter chip shows; unknown kinds count as changes."""
    inside = [name for name, kind in KINDS.items() if kind.group == group]
    others = [name for name, kind in KINDS.items() if kind.group != group]
    return ~Q(kind__in=others) if group == timeline_kinds.CHANGE else Q(kind__in=inside)


@together.planned
def newest(candidate_id: UUID) -> Asked[Event]:
    """What the first page of everything is read from."""
    rows = visibility.of_events(Event.objects.filter(candidate_id=candidate_id))
    return rows.order_by(*NEWEST.terms)[: PAGE + 1]


def events_page(candidate_id: UUID, *, group: str = "", after: str = "") -> paging.Page[Event]:
    """A page of events, newest first, served by the index `event_by_candidate`. Raises BadCursor."""
    if group not in GROUPS and not after:
        found = paging.cut(together.rows(newest(candidate_id)), NEWEST, PAGE)
    else:
        rows = visibility.of_events(Event.objects.filter(candidate_id=candidate_id))
        rows = rows.filter(_kinds_in(group)) if group in GROUPS else rows
        found = paging.page(rows, NEWEST, after=after, limit=PAGE)
    visibility.name_pools(found.rows)
    visibility.name_own_fields(found.rows)
    return found


def page(candidate_id: UUID, *, group: str = "", after: str = "", with_mails: bool = True) -> Page:
    """A page of the timeline: five queries at most, whatever is on it. `group` is one of GROUPS, `after` a cursor.

    Without `with_mails` what happened is shown, but not what was written.
    """
    found = events_page(candidate_id, group=group, after=after)
    bodies = _bodies(e for e in found.rows if with_mails or timeline_kinds.kind_of(e).group != timeline_kinds.MAIL)
    return Page(_folded([_item(event, bodies) for event in found.rows]), found.after)


def contacts(candidate_id: UUID, *, most: int) -> list[Item]:
    """The last times that one side heard from the other, newest first: no receipts, nothing that was taken back."""
    kinds = [name for name, kind in KINDS.items() if kind.is_contact]
    rows = visibility.of_events(Event.objects.filter(candidate_id=candidate_id, kind__in=kinds))
    rows = rows.exclude(kind=own.MESSAGE_RECEIVED, data__kind__in=list(MACHINE_MAIL))
    found = list(rows.order_by(*NEWEST.terms)[: 2 * most])
    bodies = _bodies(found)
    kept = [e for e in found if e.subject_id in bodies or e.subject_type != "talent.touchpoint"]
    return [_item(event, bodies) for event in kept[:most]]


def _item(event: Event, bodies: dict[UUID, Body]) -> Item:
    kind = timeline_kinds.kind_of(event)
    icon, tone = timeline_kinds.dress(event)
    words = kind.words(event)
    body = bodies.get(event.subject_id) if kind.has_body and event.subject_id else None
    return Item(
        id=event.pk,
        at=event.occurred_at,
        icon=icon,
        tone=tone,
        # A sentence with a capital stands alone; the others go on after the name of who did it.
        who="" if words[:1].isupper() else event.actor_label,
        words=words,
        is_private=kind.is_private and (body is None or body.note is None or body.note.is_open),  # else it says so
        is_machine=kind.is_machine,
        body=body,
    )


def _folded(items: list[Item]) -> list[Item | Fold]:
    """Runs of two and more machine events become one line."""
    entries: list[Item | Fold] = []
    run: list[Item] = []
    for item in [*items, None]:
        if item is not None and item.is_machine:
            run.append(item)
            continue
        entries += [Fold(run)] if len(run) > 1 else run
        run = []
        if item is not None:
            entries.append(item)
    return entries
