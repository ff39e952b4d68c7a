"""An answer was taken for a machine's and is a person's, or the other way round: what it did is put right."""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import SYSTEM
from outreach import events as kinds
from outreach.choices import (
    ACCEPTED_STATES,
    MESSAGES,
    OPEN_ENROLMENTS,
    EnrolmentState,
    ExclusionReason,
    MessageEventKind,
    MessageState,
    StopReason,
    WaitingFor,
)
from outreach.models import Enrolment, MessageEvent, OutboundMessage
from outreach.services import enrolments, planner, planning, windows
from outreach.services.course import Course
from outreach.services.planner import Due, Window

ENDED_BY_IT = (ExclusionReason.ENROLMENT_OVER, ExclusionReason.REPLIED)


@dataclass(frozen=True)
class Answer:
    """What somebody answered at `at`, to that message of ours if any; `back_at` is when an absent person returns."""

    candidate_id: UUID
    message_id: UUID | None
    at: datetime
    back_at: datetime


def _turn(answer: Answer, was: MessageEventKind, now_is: MessageEventKind, reply_class: str) -> None:
    """What the message of ours met with; it is counted once, whichever it is."""
    if answer.message_id is None:
        return
    met_with = MessageEvent.objects.filter(message=answer.message_id, occurred_at=answer.at)
    met_with.filter(kind=was).update(kind=now_is)
    same = met_with.filter(kind=now_is)
    if not same.update(reply_class=reply_class):
        same.create(message_id=answer.message_id, kind=now_is, occurred_at=answer.at, reply_class=reply_class)


@transaction.atomic
def by_a_person(*, answer: Answer, reply_class: str, now: datetime) -> None:
    """They wrote it themselves: sequences that they were in then, and that stop on a reply, end; the others go on."""
    _turn(answer, MessageEventKind.AUTO_REPLIED, MessageEventKind.REPLIED, reply_class)
    inside = Enrolment.objects.open().filter(candidate_id=answer.candidate_id, enrolled_at__lte=answer.at)
    stopping = inside.filter(sequence__stops_on_reply=True).values_list("pk", flat=True)
    enrolments.stop(enrolments=list(stopping), reason=StopReason.REPLIED, now=now)
    paused = inside.filter(state=EnrolmentState.PAUSED, paused_until__lte=answer.back_at).order_by("pk")
    _wait_no_longer(
        list(paused.select_related("sequence", "candidate", "current_step").select_for_update(of=("self",))), now
    )


@transaction.atomic
def by_a_machine(*, answer: Answer, last_reply_at: datetime | None, now: datetime) -> None:
    """They are away: what this answer ended goes on, and waits until they are back.

    `last_reply_at` is the latest that they really wrote: what that ended, or would have, stays as it is.
    """
    _turn(answer, MessageEventKind.REPLIED, MessageEventKind.AUTO_REPLIED, "")
    _open_again(_ended_by(answer, last_reply_at), now)
    if answer.back_at > now:
        enrolments.pause_people(candidates=[answer.candidate_id], until=answer.back_at, now=now)


# --- no pause after all


def _wait_no_longer(rows: Row[Enrolment], now: datetime) -> None:
    """The pause of these locked enrolments is over. A mail goes when it was to go, where that can still be told."""
    for row in rows:
        row.state, row.paused_until = EnrolmentState.ACTIVE, None
    Enrolment.objects.bulk_update(rows, ["state", "paused_until"])
    planned = OutboundMessage.objects.filter(enrolment__in=rows, state=MessageState.PLANNED)
    waiting = {message.enrolment_id: message for message in planned.order_by("pk").select_for_update(of=("self",))}
    for row in rows:
        message, due = waiting.get(row.pk), _due_without_pause(row, now)
        if message is not None and due is not None and due.due_at < message.due_at:
            message.due_at = row.next_due_at = due.due_at
            message.save(update_fields=["due_at"])
            row.save(update_fields=["next_due_at"])


def _due_without_pause(row: Enrolment, now: datetime) -> Due | None:
    """When the next mail is due by the course alone; None where other steps than waits lie between it and the last."""
    step = row.current_step
    if step is None or step.kind not in MESSAGES:
        return None
    course = Course(row.sequence.steps.filter(version=step.version))
    last = OutboundMessage.objects.filter(enrolment=row).left().order_by("-handed_over_at").first()
    after = course.by_id.get(last.step_id) if last and last.step_id else None
    if last is not None and after is None:
        return None
    since = (last.handed_over_at if last else None) or row.enrolled_at

    def following(window: Window) -> Due | None:
        return planner.next_due(course=course, after=after, since=since, window=window, not_before=now)

    due = windows.read([row.candidate_id]).next_due(row.sequence, row.candidate, row.sender_id, following)
    return due if due is not None and due.step_id == step.pk else None


# --- no reply after all


def _ended_by(answer: Answer, last_reply_at: datetime | None) -> Row[Enrolment]:
    """The enrolments that ended with this answer, locked; not those that somebody is in again."""
    ended = Enrolment.objects.filter(
        candidate_id=answer.candidate_id,
        state=EnrolmentState.STOPPED,
        stop_reason=StopReason.REPLIED,
        enrolled_at__lte=answer.at,
        ended_at__gte=answer.at,
        current_step__isnull=False,
    )
    if last_reply_at is not None:
        ended = ended.filter(enrolled_at__gte=last_reply_at)
    again = Enrolment.objects.filter(candidate_id=answer.candidate_id, state__in=OPEN_ENROLMENTS).values("sequence")
    rows = ended.exclude(sequence__in=again).select_related("sequence", "current_step").order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def _open_again(rows: Row[Enrolment], now: datetime) -> None:
    """They go on from where they stood: a mail that was taken back is planned again, a task is given anew."""
    messages = {
        m.enrolment_id: m for m in OutboundMessage.objects.filter(enrolment__in=rows).order_by("created_at", "pk")
    }
    opened = []
    for row in rows:
        is_mail = row.current_step is not None and row.current_step.kind in MESSAGES
        message = messages.get(row.pk) if is_mail else None
        if is_mail and (message is None or not _goes_on(row, message)):
            continue
        row.state, row.stop_reason, row.ended_at = EnrolmentState.ACTIVE, "", None
        row.waiting_for = WaitingFor.MESSAGE if is_mail else WaitingFor.TIME
        row.next_due_at = message.due_at if message else now
        opened.append(row)
    names = ["state", "stop_reason", "ended_at", "waiting_for", "next_due_at"]
    Enrolment.objects.bulk_update(opened, names)
    _plan_again([messages[row.pk] for row in opened if row.waiting_for == WaitingFor.MESSAGE], now)
    events.publish_many([enrolments.about(row, kinds.ENROLMENT_REOPENED, now, SYSTEM) for row in opened])


def _goes_on(row: Enrolment, message: OutboundMessage) -> bool:
    """Whether the mail of the step that it stands at went, is going, or was taken back for the answer alone."""
    is_next = message.step_id == row.current_step_id
    if message.state == MessageState.EXCLUDED:
        return is_next and message.excluded_reason in ENDED_BY_IT
    return is_next and message.state != MessageState.REFUSED


def _plan_again(messages: Row[OutboundMessage], now: datetime) -> None:
    taken_back = [one.pk for one in messages if one.state == MessageState.EXCLUDED]
    planning.plan_again(OutboundMessage.objects.filter(pk__in=taken_back))
    enrolments.move_planned(OutboundMessage.objects.filter(pk__in=taken_back), not_before=now)
    enrolments.advance(messages=[one for one in messages if one.state in ACCEPTED_STATES], now=now)
