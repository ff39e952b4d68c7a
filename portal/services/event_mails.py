"""Mails about an event to those who come: they have a place, they wait for one. Answers to what the person did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from crm import qr
from outreach.choices import ExclusionReason
from outreach.models import OutboundMessage
from outreach.services import bodies, gate, planning
from outreach.services.planning import AlreadyPlanned, Content
from portal.services import links, registrations
from talent.choices_events import AttendanceOrigin
from talent.models import Attendance, Candidate, RecruitingEvent, WaitlistEntry
from talent.services.check_in import Code

Guest = tuple[UUID, UUID]  # a registration, or a place in the line, and whose it is
PLACE = "place"
MOVED = "moved"
WAITING = "waiting"
REMINDER = "reminder"
NO_LONGER_SO = "What it says of the event is no longer so."
SUBJECTS = {
    PLACE: "You are registered: {name}",
    MOVED: "You have a place: {name}",
    WAITING: "You are on the waiting list: {name}",
    REMINDER: "Soon: {name}",
}
SAYS = {
    PLACE: "we keep a place for you.",
    MOVED: "a place is free, and it is yours now. You need do nothing more.",
    WAITING: "every place is taken, and you are on the waiting list. We write to you as soon as one is free for you.",
    REMINDER: "we look forward to seeing you soon.",
}
TEXT = """Hello {first_name},

{says}

{name}
{hours}{where}{join}{ticket}

You cannot come after all? Then please call off, so that somebody else can have the place:
{page}

{sender}
{company}"""


def hours(event: RecruitingEvent, zone: str) -> str:
    """When it is, by the clock of its place, which is named; and by that of whoever lives by another one."""
    begin, end = event.local_start, event.local_end
    until = f"{end:%H:%M}" if begin.date() == end.date() else f"{end:%-d %B %Y, %H:%M}"
    told = f"{begin:%A, %-d %B %Y, %H:%M} – {until} ({event.zone_words})"
    theirs = event.starts_at.astimezone(ZoneInfo(zone or event.time_zone))
    if theirs.replace(tzinfo=None) == begin:
        return told
    return f"{told}\nBy your clock it begins on {theirs:%A, %-d %B, at %H:%M} ({zone.replace('_', ' ')})."


def _content(kind: str, event: RecruitingEvent, person: Candidate, code: Code | None) -> Content:
    page, ticket = links.front_page(event.tenant), registrations.ticket_address(code, event.tenant) if code else ""
    said = {
        "first_name": next(iter(person.name.split()), ""),
        "says": SAYS[kind],
        "name": event.name,
        "hours": hours(event, person.time_zone),
        "where": f"\n{event.place}" if event.place else "",
        "join": f"\nTo join: {event.link}" if event.link and kind != WAITING else "",
        "ticket": f"\n\nYour code for the entrance:\n{ticket}" if ticket else "",
        "page": page,
        "sender": str(event.owner) if event.owner else "",
        "company": event.tenant.name,
    }
    text, targets = TEXT.format(**said), {url: url for url in (page, ticket, event.link) if url}
    pictures = {ticket: qr.png_address(code.address(event.tenant.slug))} if code else {}
    return Content(
        subject=SUBJECTS[kind].format(name=event.name),
        text=bodies.to_text(text, targets),
        html=bodies.to_html(text, targets, pictures=pictures),
    )


def _purpose(kind: str, starts_at: datetime) -> str:
    """What a mail is for; another reminder where the event is at another time."""
    return f"{kind}:{starts_at.isoformat()}" if kind == REMINDER else kind


def plan(*, kind: str, event_id: UUID, candidate_id: UUID, about: UUID, origin: str, now: datetime) -> bool:
    """Plan the mail, once for the registration it is `about`; whether it goes. The gate is asked, as for every mail.

    To whoever registered themselves it answers: what keeps us from an approach does not keep it back.
    """
    events = RecruitingEvent.objects.select_related("owner__user", "tenant")
    event, person = events.filter(pk=event_id).first(), Candidate.objects.filter(pk=candidate_id).first()
    stands = (WaitlistEntry if kind == WAITING else Attendance).objects.filter(pk=about).exists()
    if event is None or person is None or event.is_over(now) or not stands:
        return False
    code = Code(event.pk, about) if kind != WAITING and event.is_on_site else None
    was_asked = origin == AttendanceOrigin.FORM
    key = uuid5(about, _purpose(kind, event.starts_at))
    intent = planning.answer_intent(key, was_asked=was_asked, sender_id=event.owner_id)
    verdict = gate.verdicts(candidate_ids=[person.pk], intent=intent, now=now)[person.pk]
    if verdict.is_final:
        return False
    content = _content(kind, event, person, code)
    try:
        planning.plan_single(
            candidate_id=person.pk, content=content, intent=intent, due_at=now, sender=event.owner, waits=verdict
        )
    except AlreadyPlanned:
        return False
    return True


# --- what is no longer so


def withdraw(*, event: RecruitingEvent, people: Iterable[Guest], now: datetime) -> None:
    """Mails that still wait are withdrawn: the people do not come, or the event is off."""
    _withdraw(SUBJECTS, event.starts_at, people, now)


def withdraw_reminders(*, was_at: datetime, people: Iterable[Guest], now: datetime) -> None:
    """Reminders that still wait name a time that the event is no longer at, or that is past."""
    _withdraw([REMINDER], was_at, people, now)


def _withdraw(kinds: Iterable[str], starts_at: datetime, people: Iterable[Guest], now: datetime) -> None:
    keys = [
        planning.answer_intent(uuid5(about, _purpose(kind, starts_at)), was_asked=was_asked).send_key(person)
        for about, person in people
        for kind in kinds
        for was_asked in (True, False)
    ]
    planned = OutboundMessage.objects.filter(send_key__in=keys)
    planning.exclude_planned(planned, reason=ExclusionReason.CANCELLED, words=NO_LONGER_SO, now=now)
