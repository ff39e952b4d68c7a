"""Meetings: booked, moved, called off, and counted as contacts once they were. Calendars call these services too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm import events, together
from crm.actors import SYSTEM, Actor
from crm.events import Subject
from crm.models import Member
from crm.services import audit
from crm.tenancy.waiting import tenants_with
from crm.together import Asked
from inbox.choices import MeetingState
from inbox.events import MEETING_BOOKED, MEETING_CANCELLED, MEETING_MISSED, MEETING_MOVED
from inbox.models import Meeting
from talent.choices import TouchKind
from talent.models import Candidate
from talent.services import touchpoints
from talent.services.touchpoints import Touch

BATCH = 200
SHOWN = 5
_TOLD = {MeetingState.MISSED: MEETING_MISSED, MeetingState.CANCELLED: MEETING_CANCELLED}


class NotAMeeting(ValueError):
    """These times make no meeting; the message says why."""


class NotYetOver(ValueError):
    """Nobody can say yet what became of it."""


@dataclass(frozen=True)
class Booking:
    """What is booked: from when to when, with whom of the team, and by whom: the person, or a colleague.

    `source` and `uid` name it in the calendar that it comes from: the same again is the same meeting.
    """

    starts_at: datetime
    ends_at: datetime
    title: str = ""
    member: Member | None = None
    by_candidate: bool = True
    source: str = ""
    uid: str = ""

    def __post_init__(self) -> None:
        _refuse(self.starts_at, self.ends_at)


EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _refuse(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise NotAMeeting("It has to end after it begins.")
    if starts_at < EARLIEST or ends_at > LATEST:
        raise NotAMeeting(f"A meeting lies between {EARLIEST.year} and {LATEST.year - 1}.")


def _told(kind: str, meeting: Meeting, who: Actor, now: datetime, **facts: object) -> None:
    subject = Subject("inbox.meeting", meeting.pk)
    events.publish(kind, candidate=meeting.candidate_id, occurred_at=now, actor=who, subject=subject, data=facts)


def _times(meeting: Meeting) -> dict[str, object]:
    return {"starts_at": meeting.starts_at.isoformat(), "ends_at": meeting.ends_at.isoformat()}


@transaction.atomic
def book(*, candidate: Candidate, booking: Booking, by: Actor, now: datetime) -> Meeting:
    """A meeting with somebody. What a calendar tells twice is booked once; other times move it.

    Sequences that stop on a reply stop by the event.
    """
    row = Meeting(
        candidate=candidate,
        member=booking.member,
        title=booking.title.strip(),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        booked_at=now,
        booked_by=candidate.name[:120] if booking.by_candidate else by.label[:120],
        source=booking.source,
        uid=booking.uid,
    )
    Meeting.objects.bulk_create([row], ignore_conflicts=bool(booking.uid))
    same = Meeting.objects.filter(candidate=candidate, source=booking.source, uid=booking.uid).exclude(pk=row.pk)
    if booking.uid and (known := same.first()):
        return move(meeting=known, starts_at=booking.starts_at, ends_at=booking.ends_at, by=by, now=now)
    actor = Actor("candidate", candidate.pk, candidate.name) if booking.by_candidate else by
    facts = {
        "by": "candidate" if booking.by_candidate else "member",
        "member": str(row.member_id) if row.member_id else None,
        "title": row.title,
    }
    _told(MEETING_BOOKED, row, actor, now, **_times(row), **facts)
    _noted("meeting.book", row, by)
    return row


def _noted(action: str, meeting: Meeting, by: Actor) -> None:
    audit.record(action=action, by=by, object_type="talent.candidate", object_id=meeting.candidate_id)


def _locked(meeting: Meeting) -> Meeting:
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("candidate", "member__user")
    return rows.get(pk=meeting.pk)


@transaction.atomic
def move(*, meeting: Meeting, starts_at: datetime, ends_at: datetime, by: Actor, now: datetime) -> Meeting:
    """To another time; nothing where it is at that time already. One that is to come again is booked again."""
    _refuse(starts_at, ends_at)
    row = _locked(meeting)
    if (row.starts_at, row.ends_at) == (starts_at, ends_at):
        return row
    row.starts_at, row.ends_at = starts_at, ends_at
    if not row.is_booked:
        _was_not(row, by, now)
    row.state = MeetingState.BOOKED
    row.save(update_fields=["starts_at", "ends_at", "state", "touchpoint"])
    _told(MEETING_MOVED, row, by, now, **_times(row))
    _noted("meeting.move", row, by)
    return row


@transaction.atomic
def settle(*, meeting: Meeting, state: str, by: Actor, now: datetime) -> Meeting:
    """What became of it: held, missed or cancelled. Held, it is a contact of both sides at its end.

    It may be said again otherwise: then the contact counts, or no longer does. Raises NotYetOver for one that has not
    begun and is said to have been held or missed.
    """
    row = _locked(meeting)
    if row.state == state:
        return row
    if state != MeetingState.CANCELLED and row.starts_at > now:
        raise NotYetOver("It has not begun yet.")
    _was_not(row, by, now)
    row.state = state
    if state == MeetingState.HELD:
        touch = Touch(TouchKind.MEETING, min(row.ends_at, now), reached=True)
        row.touchpoint = touchpoints.log(candidate=row.candidate, touch=touch, member=row.member, by=by, now=now)
    row.save(update_fields=["state", "touchpoint"])
    if state in _TOLD:
        _told(_TOLD[MeetingState(state)], row, by, now)
    if by != SYSTEM:
        _noted("meeting.settle", row, by)
    return row


def _was_not(row: Meeting, by: Actor, now: datetime) -> None:
    """The contact that it was said to be, was not; the caller saves."""
    if row.touchpoint is not None:
        touchpoints.remove(touchpoint=row.touchpoint, by=by, now=now)
        row.touchpoint = None


# --- time passes


def tenants_with_over() -> list[UUID]:
    """Active tenants in which a meeting has ended."""
    return tenants_with("inbox_meeting", "w.state = 'booked' AND w.ends_at <= now()", oldest="ends_at")


@transaction.atomic
def take_place(now: datetime) -> int:
    """Meetings that have ended took place, as long as nobody says otherwise: a batch; returns how many."""
    rows = list(Meeting.objects.over(now).order_by("ends_at").select_for_update(skip_locked=True)[:BATCH])
    for row in rows:
        settle(meeting=row, state=MeetingState.HELD, by=SYSTEM, now=now)
    return len(rows)


# --- reading


def of(candidate: Candidate) -> QuerySet[Meeting]:
    """All meetings with somebody, the latest first."""
    rows: QuerySet[Meeting] = Meeting.objects.filter(candidate=candidate)
    return rows


@together.planned
def latest_of(candidate_id: UUID) -> Asked[Meeting]:
    """The next and last meetings with a person."""
    return Meeting.objects.filter(candidate=candidate_id).select_related("member__user")[:SHOWN]
