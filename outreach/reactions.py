"""What outreach does when something happened elsewhere: readers of the event log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime

from crm.models import Event, Member
from outreach.choices import ExclusionReason, StopReason
from outreach.events import MESSAGE_OPENED
from outreach.models import OutboundMessage
from outreach.services import (
    answers,
    automation,
    bounce_causes,
    enrolments,
    evidence,
    handing_over,
    leaving,
    runner,
    texting,
)
from outreach.services.answers import Answer
from talent.choices import BanScope

WISHES = frozenset({"preferences", "topics"})  # fields of a person; the second are those of their own page
OF_WISHES = (ExclusionReason.PERSON_PAUSED, ExclusionReason.QUIET_HOURS, ExclusionReason.TOO_OFTEN)


def _outbound(event: Event) -> UUID | None:
    """The message of ours that this answers; None when it names none of this tenant's."""
    stated = event.data.get("outbound")
    return OutboundMessage.objects.filter(pk=stated).values_list("pk", flat=True).first() if stated else None


def _returns_at(event: Event, candidate_id: UUID, answered_at: datetime) -> datetime:
    """When an absent person is back: the morning of the stated day, by their clock, else some days after the answer."""
    stated = event.data.get("returns_on")
    if stated:
        back = enrolments.back_at(candidate_id=candidate_id, day=date.fromisoformat(str(stated)[:10]))
        if back > answered_at:
            return back
    return answered_at + evidence.UNSTATED_ABSENCE


def _take_in(event: Event, candidate_id: UUID) -> None:
    message_id, now = _outbound(event), event.occurred_at
    match event.data.get("kind"):
        case "reply":
            meaning = str(event.data.get("class") or "")
            evidence.record_reply(candidate_id=candidate_id, message_id=message_id, now=now, reply_class=meaning)
            runner.look_again(candidates=[candidate_id], now=now)
        case "auto_reply":
            until = _returns_at(event, candidate_id, now)
            evidence.record_auto_reply(candidate_id=candidate_id, message_id=message_id, until=until, now=now)
        case "bounce" if message_id is not None:
            note = str(event.data.get("note", ""))
            cause = bounce_causes.cause(is_hard=bool(event.data.get("hard")), words=note)
            evidence.record_bounce(message_id=message_id, cause=cause, note=note, now=now)
        case "complaint":
            evidence.record_complaint(candidate_id=candidate_id, message_id=message_id, now=now)
        case "delivery_report" if message_id is not None:
            evidence.record_delivered(message_id=message_id, now=now)


def take_in_texts(events: Sequence[Event]) -> None:
    """Somebody answered with a text message: what stops on a reply stops. Keywords are no answers."""
    for event in events:
        if event.candidate_id is not None and not event.data.get("keyword"):
            latest = texting.latest_to(event.candidate_id, event.occurred_at)
            evidence.record_reply(
                candidate_id=event.candidate_id,
                message_id=latest.pk if latest else None,
                now=event.occurred_at,
                reply_class=str(event.data.get("class") or ""),
            )
            runner.look_again(candidates=[event.candidate_id], now=event.occurred_at)


def take_in_messages(events: Sequence[Event]) -> None:
    """Answers, automatic answers, bounces and complaints that the inbox matched to a person."""
    for event in events:
        if event.candidate_id is not None:
            _take_in(event, event.candidate_id)


def take_in_classes(events: Sequence[Event]) -> None:
    """A colleague corrected what an answer means: branches that ask for it are answered anew.

    Where it was taken for a machine's and a person wrote it, or the other way round, what it did is put right.
    """
    for event in events:
        answered_at = parse_datetime(str(event.data.get("answered_at") or ""))
        if event.candidate_id is not None and answered_at is not None:
            _correct(event, event.candidate_id, answered_at)
            runner.look_again(candidates=[event.candidate_id], now=event.occurred_at)


def _correct(event: Event, candidate_id: UUID, answered_at: datetime) -> None:
    message_id, meaning, now = _outbound(event), str(event.data.get("class") or ""), event.occurred_at
    answer = Answer(candidate_id, message_id, answered_at, _returns_at(event, candidate_id, answered_at))
    match event.data.get("became"):
        case "reply":
            answers.by_a_person(answer=answer, reply_class=meaning, now=now)
        case "auto_reply":
            last = parse_datetime(str(event.data.get("last_reply_at") or ""))
            answers.by_a_machine(answer=answer, last_reply_at=last, now=now)
        case _ if message_id is not None:
            evidence.correct_reply(message_id=message_id, answered_at=answered_at, reply_class=meaning)


def take_in_bookings(events: Sequence[Event]) -> None:
    """Meetings booked: where that is the goal it is reached, what stops on a reply stops, branches are answered."""
    for event in events:
        if event.candidate_id is not None:
            runner.look_at_goals(candidates=[event.candidate_id], now=event.occurred_at)
            evidence.record_booking(candidate_id=event.candidate_id, now=event.occurred_at)
            runner.look_again(candidates=[event.candidate_id], now=event.occurred_at)


def stop_on_ban(events: Sequence[Event]) -> None:
    """Somebody may no longer be contacted: their sequences end. A ban of one channel leaves the others open."""
    everywhere = [event for event in events if event.data.get("scope") != BanScope.CHANNEL]
    people = {event.candidate_id for event in everywhere if event.candidate_id is not None}
    if people:
        enrolments.stop_people(candidates=people, reason=StopReason.EXCLUDED, now=events[-1].occurred_at)


def hold_of_leavers(events: Sequence[Event]) -> None:
    """Members were shut out: what they had planned is held, and administrators are asked who goes on."""
    for event in events:
        here = Member.objects.of_tenant(event.tenant_id)
        for member in here.filter(pk=event.subject_id) if event.subject_id else ():
            handing_over.after_leaving(member=member, now=event.occurred_at)


def _people(events: Sequence[Event]) -> set[UUID]:
    return {event.candidate_id for event in events if event.candidate_id is not None}


def ask_again(events: Sequence[Event]) -> None:
    """Wishes of people changed, by a colleague or by themselves: what was put off for the old ones is judged anew."""
    changed = [event for event in events if WISHES.intersection(event.data.get("fields") or ())]
    for person in _people(changed):
        enrolments.ask_again(reasons=OF_WISHES, now=changed[-1].occurred_at, of=person)


def look_again(events: Sequence[Event]) -> None:
    """What people did, segments entered: branches that wait for one of them are answered, goals are reached."""
    if people := _people(events):
        runner.look_again(candidates=people, now=events[-1].occurred_at)
    if there := _people([event for event in events if event.kind != MESSAGE_OPENED]):
        runner.look_at_goals(candidates=there, now=events[-1].occurred_at)


def follow_segments(events: Sequence[Event]) -> None:
    """Segments left and entered: sequences that people came to by them may end, wait and go on."""
    moved: dict[UUID, set[UUID]] = defaultdict(set)
    for event in events:
        if event.subject_id is not None and event.candidate_id is not None:
            moved[event.subject_id].add(event.candidate_id)
    for segment_id, people in moved.items():
        leaving.follow(segment_id=segment_id, candidates=people, now=events[-1].occurred_at)


def go_on_after_tasks(events: Sequence[Event]) -> None:
    """Tasks done, or deleted: the sequences that waited for them go on."""
    if people := _people(events):
        tasks = {event.subject_id for event in events if event.subject_id is not None}
        runner.task_over(tasks=tasks, candidates=people, now=events[-1].occurred_at)


def run_rules(events: Sequence[Event]) -> None:
    """Whatever automation rules wait for."""
    automation.react(events)
