"""A member's tasks as a calendar that other programs subscribe to (iCalendar, RFC 5545)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from crm.actors import Actor
from crm.models import Member
from crm.services import audit
from talent.models import CalendarFeed, Task

LINE = 75  # octets, without the line break: RFC 5545, section 3.1
MINUTES = 30  # how long a task with a time of day takes in the calendar
MOST = 1000


def fingerprint(secret: str) -> str:
    """SHA-256 in hexadecimal: the secret has 256 bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def renew(*, member: Member, slug: str, by: Actor) -> str:
    """A new secret address, shown this once; the one before ends to work."""
    CalendarFeed.objects.filter(member=member).delete()
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(member=member, secret_hash=fingerprint(secret))
    audit.record(action="calendar.renew", by=by, object_type="crm.member", object_id=member.pk)
    return settings.BASE_URL + reverse("talent-public:calendar", args=[slug, secret])


@transaction.atomic
def revoke(*, member: Member, by: Actor) -> bool:
    """End the address; whether there was one."""
    gone, _ = CalendarFeed.objects.filter(member=member).delete()
    if gone:
        audit.record(action="calendar.revoke", by=by, object_type="crm.member", object_id=member.pk)
    return bool(gone)


def exists(member: Member) -> bool:
    return CalendarFeed.objects.filter(member=member).exists()


def owner_of(secret: str) -> Member | None:
    """The active member of the current tenant whose address this is."""
    feed = CalendarFeed.objects.filter(secret_hash=fingerprint(secret)).first()
    return Member.objects.active().select_related("user", "tenant").filter(pk=feed.member_id).first() if feed else None


def tasks_of(member: Member) -> list[Task]:
    """The member's open tasks that have a date."""
    rows = Task.objects.open().of_member(member.pk).filter(due_on__isnull=False)
    return list(rows.most_urgent_first()[:MOST])


# --- writing RFC 5545


def escaped(text: str) -> str:
    """A TEXT value (section 3.3.11): backslash, semicolon, comma and line breaks; control characters may not occur."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(c for c in plain if c >= " " and c != "\x7f")


def folded(line: str) -> str:
    """A content line in pieces of at most 75 octets (section 3.1), never inside a character, each ending in CRLF."""
    pieces, current, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LINE:
            pieces.append(current)
            current, size = " ", 1  # the space that marks a continuation counts
        current, size = current + character, size + octets
    return "\r\n".join([*pieces, current]) + "\r\n"


def _moment(at: datetime) -> str:
    """UTC, form 2 of section 3.3.5."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _when(task: Task) -> Iterator[str]:
    assert task.due_on is not None, task.pk
    if task.due_time is None:
        yield f"DTSTART;VALUE=DATE:{task.due_on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{task.due_on + timedelta(days=1):%Y%m%d}"
        return
    start = datetime.combine(task.due_on, task.due_time, ZoneInfo(task.time_zone))
    yield f"DTSTART:{_moment(start)}"
    yield f"DURATION:PT{MINUTES}M"


def _event(task: Task, slug: str, now: datetime) -> Iterator[str]:
    about = f" ({task.candidate.name})" if task.candidate else ""
    yield "BEGIN:VEVENT"
    yield f"UID:task-{task.pk}@rapport"
    yield f"DTSTAMP:{_moment(now)}"
    yield f"LAST-MODIFIED:{_moment(task.updated_at)}"
    yield from _when(task)
    yield f"SUMMARY:{escaped(task.title + about)}"
    yield f"URL:{settings.BASE_URL}{reverse('talent:task-edit', args=[slug, task.pk])}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def written(tasks: Iterable[Task], *, name: str, slug: str, now: datetime) -> str:
    """The whole calendar: all-day events for tasks with a date, half an hour for those with a time."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Rapport//Tasks//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}"]
    for task in tasks:
        lines += _event(task, slug, now)
    return "".join(folded(line) for line in [*lines, "END:VCALENDAR"])
