"""What is known of a person, field by field, as plainly as possible: the oracle judges rules by it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any as Fact
from zoneinfo import ZoneInfo

from django.utils import timezone

from crm.models import Event
from talent.models import (
    Candidate,
    ConsentRecord,
    ContactBan,
    Employment,
    FieldDefinition,
    FieldValue,
    OffLimitsCompany,
)
from talent.warmth import EPOCH

MAIL = {
    "mail_sent": "message_sent",
    "mail_delivered": "message_delivered",
    "mail_opened": "message_opened",
    "mail_clicked": "message_clicked",
    "mail_replied": "message_received",
    "mail_bounced": "message_bounced",
    "portal_invited": "portal_invited",
    "portal_visited": "portal_visited",
    "portal_edited": "profile_edited",
    "downloads": "asset_downloaded",
}
MIDNIGHT = datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Stockholm"))  # the day of NOW
EUROPE = {"DE", "AT", "SE"}
REGIONS = {
    "Europe": EUROPE,
    "European Union": EUROPE,
    "European Economic Area": EUROPE,
    "DACH (Germany, Austria, Switzerland)": {"DE", "AT"},
    "Nordic countries": {"SE"},
}


def plain(text: str) -> str:
    replaced = text.replace("ł", "l").replace("Ł", "L").replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFD", replaced) if not unicodedata.combining(c)).lower()


def _custom(person: Candidate, key: str) -> list[Fact]:
    definition = FieldDefinition.objects.get(key=key.removeprefix("custom:"))
    values = [v.value for v in FieldValue.objects.filter(candidate=person, definition=definition)]
    if definition.type == "choices":
        return [one for several in values for one in several]  # type: ignore[attr-defined]
    return [float(v) if definition.type == "number" else v for v in values]  # type: ignore[arg-type]


def _jobs(person: Candidate, column: str, *, past: bool) -> list[Fact]:
    jobs = [e for e in person.employments.all() if not (past and e.is_current)]
    return [getattr(e, column) for e in jobs]


TODAY = MIDNIGHT.date()


def _facts(person: Candidate) -> list[Fact]:
    """Statements that hold on the day of NOW."""
    facts = [f for f in person.facts.all() if f.settled_at is None]
    return [f for f in facts if f.valid_until is None or f.valid_until >= TODAY]


def _wishes(person: Candidate, column: str) -> list[Fact]:
    said = [getattr(row, column) for row in person.preferences.all()]
    return [v for v in said if v]


def first_day(text: str) -> date:
    return date.fromisoformat(f"{text}-01-01"[:10])


def days(start: str, end: date) -> int:
    return (end - first_day(start)).days


def began(job: Employment) -> bool:
    return bool(job.start) and first_day(job.start) <= TODAY


def _worked(person: Candidate) -> list[Fact]:
    """Years of work, counted day by day."""
    spent: set[int] = set()
    jobs = [e for e in person.employments.all() if began(e)]
    for job in jobs:
        begin = first_day(job.start)
        end = TODAY if job.is_current else first_day(job.end) if job.end else begin
        spent.update(range(begin.toordinal(), max(begin, end).toordinal() + 1))
    return [len(spent) / 365.25] if jobs else []


def _touched(person: Candidate, member: str) -> list[Fact]:
    rows = Event.objects.filter(candidate_id=person.pk, actor_kind="member", actor_id=member)
    done = [e.occurred_at for e in rows if e.kind in ("message_sent", "task_done")]
    return [max(done)] if done else []


def _downloaded(person: Candidate) -> list[Fact]:
    return [str(e.subject_id) for e in Event.objects.filter(candidate_id=person.pk, kind="asset_downloaded")]


def _parts(person: Candidate) -> list[str]:
    """Parts of the day, hour by hour: the quarter of an hour before a full one belongs to the hour before."""
    for row in person.preferences.all():
        if row.hours_from or row.hours_until:
            begin = row.hours_from or time(0)
            end = row.hours_until or time(23, 59)
            names = ["morning"] * 12 + ["afternoon"] * 5 + ["evening"] * 7
            return [n for hour, n in enumerate(names) if begin <= time(hour, 59) and time(hour) < end]
    return []


def _bans(person: Candidate) -> list[ContactBan]:
    now = timezone.now()
    return [b for b in person.bans.all() if b.lifted_at is None and (b.until is None or b.until > now)]


CHANNELS = ("phone", "text", "linkedin")


def _words(person: Candidate, channel: str = "email") -> list[ConsentRecord]:
    """The last word on each purpose that is about a channel, or about every one."""
    said = [r for r in person.consents.all() if r.channel in ("", channel)]
    return list({r.purpose: r for r in sorted(said, key=lambda r: (r.occurred_at, r.pk))}.values())


def _given(person: Candidate, channel: str = "email") -> list[ConsentRecord]:
    now = timezone.now()
    return [r for r in _words(person, channel) if r.state == "given" and (r.expires_at is None or r.expires_at > now)]


def _endings(person: Candidate) -> list[Fact]:
    left = [(r.purpose, (r.expires_at - timezone.now()).days) for r in _given(person) if r.expires_at]
    return [f"{purpose}:{min(w for w in (14, 30, 60, 90) if days < w)}" for purpose, days in left if days < 90]


def _off_limits(person: Candidate) -> list[Fact]:
    """What is on the list about where they work, where they worked, and their mail."""
    now = timezone.now()
    listed = [r for r in OffLimitsCompany.objects.all() if r.lifted_at is None and (not r.until or r.until > now)]
    domains = [c.normal.split("@")[1] for c in person.contact_points.all() if c.kind == "email"]
    before = [plain(e.company) for e in person.employments.all()]
    return [
        row
        for row in listed
        if (row.kind == "domain" and any(f".{d}".endswith(f".{row.value}") for d in domains))
        or (row.kind == "company" and plain(row.value) == plain(person.current_company))
        or (row.also_past and plain(row.value) in before)
    ]


def _sequences(person: Candidate, *states: str) -> list[Fact]:
    """Those they were enrolled in, in one of these states: `state` or `state:reason`."""
    rows = [(str(e.sequence_id), {e.state, f"{e.state}:{e.stop_reason}"}) for e in person.enrolments.all()]
    return [key for key, state in rows if not states or state & set(states)]


def _events(person: Candidate, *states: str) -> list[Fact]:
    return [str(a.event_id) for a in person.attendances.all() if not states or a.state in states]


def _last_event(person: Candidate, state: str) -> list[Fact]:
    return sorted(a.event.starts_at for a in person.attendances.all() if a.state == state)[-1:]


def _silver(person: Candidate) -> list[Fact]:
    rejected = [a for a in person.applications.all() if a.is_finalist and a.outcome == "rejected"]
    return [a for a in rejected if a.disposition and a.disposition.is_positive]


RELATED: dict[str, Callable[[Candidate], list[Fact]]] = {
    "skill": lambda p: list(p.skill_keys),
    "language": lambda p: list(p.skill_keys),
    "tag": lambda p: [str(t) for t in p.tag_ids],
    "employer": lambda p: _jobs(p, "company", past=False),
    "past_employer": lambda p: _jobs(p, "company", past=True),
    "past_title": lambda p: _jobs(p, "title", past=True),
    "school": lambda p: [e.institution for e in p.education.all()],
    "degree": lambda p: [e.degree for e in p.education.all()],
    "email": lambda p: [c for c in p.contact_points.all() if c.kind == "email" and c.bounced_at is None],
    "address": lambda p: [c.normal for c in p.contact_points.all() if c.kind == "email"],
    "phone": lambda p: [c for c in p.contact_points.all() if c.kind == "phone"],
    "do_not_contact": lambda p: [b for b in _bans(p) if b.scope == "all"],
    "ban_reason": lambda p: [b.reason for b in _bans(p)],
    "ban": lambda p: [b.scope for b in _bans(p)],
    "consent": lambda p: [r.purpose for r in _given(p)],
    "consent_denied": lambda p: [r.purpose for r in _words(p) if r.state != "given"],
    "consent_ends": _endings,
    **{f"consent_{c}": lambda p, c=c: [r.purpose for r in _given(p, c)] for c in CHANNELS},
    **{f"consent_denied_{c}": lambda p, c=c: [r.purpose for r in _words(p, c) if r.state != "given"] for c in CHANNELS},
    "downloaded": _downloaded,
    "off_limits": _off_limits,
    "pool": lambda p: [str(m.pool_id) for m in p.pool_memberships.all()],
    "pool_stage": lambda p: [v for m in p.pool_memberships.all() for v in (str(m.stage_id), m.stage.name)],
    "segment": lambda p: [str(m.segment_id) for m in p.segment_memberships.all() if m.left_at is None],
    "open_task": lambda p: [t for t in p.tasks.all() if t.done_at is None],
    "job": lambda p: [str(a.job_id) for a in p.applications.all()],
    "application_stage": lambda p: [a.stage.name for a in p.applications.all() if a.outcome == "open"],
    "application_outcome": lambda p: [a.outcome for a in p.applications.all()],
    "disposition": lambda p: [str(a.disposition_id) for a in p.applications.all() if a.disposition_id],
    "finalist": lambda p: [a for a in p.applications.all() if a.is_finalist],
    "silver_medallist": _silver,
    "event_registered": lambda p: _events(p),
    "event_attended": lambda p: _events(p, "attended"),
    "event_no_show": lambda p: _events(p, "no_show"),
    "event_registered_at": lambda p: sorted(a.registered_at for a in p.attendances.all())[-1:],
    "event_attended_at": lambda p: _last_event(p, "attended"),
    "event_no_show_at": lambda p: _last_event(p, "no_show"),
    "sequence": lambda p: _sequences(p, "active", "paused"),
    "sequence_ever": lambda p: _sequences(p),
    "sequence_finished": lambda p: _sequences(p, "finished"),
    "sequence_answered": lambda p: _sequences(p, "stopped:replied"),
    "note": lambda p: [n.text for n in p.notes.all()],
    "document": lambda p: [d.text for d in p.documents.all() if d.replaced_at is None],
    "document_kind": lambda p: [d.kind for d in p.documents.all() if d.replaced_at is None],
    "tenure": lambda p: [days(e.start, TODAY) / 365.25 for e in p.employments.all() if e.is_current and began(e)],
    "past_tenure": lambda p: [
        days(e.start, first_day(e.end)) / 365.25
        for e in p.employments.all()
        if not e.is_current and e.start and e.end and first_day(e.start) <= first_day(e.end)
    ],
    "experience": _worked,
    "fact": lambda p: [f.text for f in _facts(p)],
    "fact_stated": lambda p: [f.stated_on for f in _facts(p)],
    "fact_until": lambda p: [f.valid_until for f in _facts(p) if f.valid_until],
    "open_promise": lambda p: [f for f in _facts(p) if f.kind == "promise"],
    "open_question": lambda p: [f for f in _facts(p) if f.kind == "question"],
    "preferred_channel": lambda p: _wishes(p, "channel"),
    "preferred_time": _parts,
    "preferred_day": lambda p: [str(day) for days in _wishes(p, "weekdays") for day in days],
    "preferred_language": lambda p: _wishes(p, "language"),
    "form_of_address": lambda p: _wishes(p, "address"),
    "paused": lambda p: [day for day in _wishes(p, "paused_until") if day > TODAY],
    "paused_until": lambda p: _wishes(p, "paused_until"),
    "any_source": lambda p: [str(t.source_id) for t in p.source_touches.all()],
    "region_of_world": lambda p: [name for name, countries in REGIONS.items() if p.country in countries],
    "near": lambda p: [] if p.latitude is None else [(p.latitude, p.longitude)],
    "bucket": lambda p: [p.pk],
    "engagement": lambda p: [p.engagement / 2 ** ((MIDNIGHT - EPOCH).total_seconds() / 86400 / 60)],
    "warmth": lambda p: [sum(RELATED["engagement"](p)[0] >= least for least in (5, 20, 50))],
}
COLUMNS = {
    "title": "current_title",
    "company": "current_company",
    "source": "source_id",
    "owner": "owner_id",
    "last_contacted": "last_contacted_at",
    "last_replied": "last_replied_at",
    "last_two_way": "last_two_way_at",
    "created": "created_at",
    "updated": "updated_at",
}


def known(person: Candidate, field: str) -> list[Fact]:
    """Everything that a field says of a person; nothing that is empty."""
    if field.startswith("custom:"):
        return _custom(person, field)
    if field.startswith("touched_by:"):
        return _touched(person, field.removeprefix("touched_by:"))
    if field in MAIL:
        return list(
            Event.objects.filter(kind=MAIL[field], candidate_id=person.pk).values_list("occurred_at", flat=True)
        )
    if field in RELATED:
        return [v for v in RELATED[field](person) if v != ""]
    value = getattr(person, COLUMNS.get(field, field))
    return [] if value is None or value == "" else [value]
