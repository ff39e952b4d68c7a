"""What happens to one person in a sequence: the next step, a stop, a pause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Row
from datetime import date, datetime
from functools import cache, partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm import events, together
from crm.actors import SYSTEM, Actor
from crm.events import Subject
from crm.models import Event
from crm.tenancy import many
from crm.tenancy.many import among
from crm.together import Asked
from outreach import events as kinds
from outreach.choices import (
    MESSAGES,
    OPEN_ENROLMENTS,
    EnrolmentState,
    ExclusionReason,
    HoldReason,
    MessageState,
    StopReason,
    WaitingFor,
)
from outreach.models import Enrolment, OutboundMessage, Sequence, SequenceStep
from outreach.services import planner, planning, windows
from outreach.services.course import Course
from outreach.services.planner import Due, Window
from talent.choices import Channel
from talent.models import Candidate, Task

ASKED_AT_ONCE = 500
WHEREABOUTS = ("tenant", "time_zone", "country")
PLACE = ("current_step", "next_due_at", "waiting_for", "task")
STANDS = ("state", "paused_until", "outside_since", "ended_at")
STOPS_FOR = {
    ExclusionReason.REPLIED: StopReason.REPLIED,
    ExclusionReason.STEP_GONE: StopReason.STEP_GONE,
}

# Why somebody gets no text messages, though they may get mails. A ban of everything ends the enrolment by itself.
NO_TEXT = (
    ExclusionReason.NO_ADDRESS,
    ExclusionReason.BOUNCED_ADDRESS,
    ExclusionReason.NO_CONSENT,
    ExclusionReason.BANNED,
)
GOES_ON = "The sequence goes on without it."


def about(enrolment: Enrolment, kind: str, now: datetime, by: Actor, **data: object) -> Event:
    """An event about an enrolment, not yet written."""
    sequence = {"id": str(enrolment.sequence_id), "name": enrolment.sequence.name}
    return events.build(
        kind,
        candidate=enrolment.candidate_id,
        occurred_at=now,
        actor=by,
        subject=Subject("outreach.enrolment", enrolment.pk),
        data={"sequence": sequence, **data},
    )


def plan_after(
    *,
    enrolments: Row[Enrolment],
    sequence: Sequence,
    course: Course,
    after: SequenceStep | None,
    since: datetime | Mapping[UUID, datetime],
    now: datetime,
    arm: str = "",
    by: Actor = SYSTEM,
) -> None:
    """Plan what follows the step `after` (in that `arm` of it) for each of these people, or finish their enrolment.

    `since` is when `after` was done, for all or for each enrolment. All are in one sequence; their rows are locked or
    new, and `enrolment.candidate` is loaded. A mail gets its row in the ledger; any other step is done by `runner` at
    its moment. Writes rows, states and events in batches.
    """
    found = windows.read([one.candidate_id for one in enrolments])
    rows, finished = [], []
    for enrolment in enrolments:
        until = enrolment.paused_until
        begun = since if isinstance(since, datetime) else since[enrolment.pk]

        def following(window: Window, begun: datetime = begun, until: datetime | None = until) -> Due | None:
            return planner.next_due(course=course, after=after, arm=arm, since=begun, window=window, not_before=until)

        due = found.next_due(sequence, enrolment.candidate, enrolment.sender_id, following)
        step = course.by_id[due.step_id] if due else None
        _place(enrolment, due, step)
        if due is None or step is None:
            enrolment.state, enrolment.ended_at = EnrolmentState.FINISHED, now
            enrolment.paused_until = enrolment.outside_since = None
            finished.append(about(enrolment, kinds.ENROLMENT_FINISHED, now, by))
        elif step.kind in MESSAGES:
            held_for = "" if sequence.is_active else HoldReason.SEQUENCE
            rows.append(planning.step_row(enrolment=enrolment, step=step, due_at=due.due_at, held_for=held_for))
    many.update(enrolments, [*PLACE, *STANDS])
    planning.plan_rows(rows)
    events.publish_many(finished)


def _place(enrolment: Enrolment, due: Due | None, step: SequenceStep | None) -> None:
    """Where the enrolment stands now, and what it waits for."""
    enrolment.current_step, enrolment.next_due_at, enrolment.task = step, due.due_at if due else None, None
    is_mail = step is not None and step.kind in MESSAGES
    enrolment.waiting_for = "" if step is None else WaitingFor.MESSAGE if is_mail else WaitingFor.TIME


def advance(*, messages: Row[OutboundMessage], now: datetime) -> None:
    """Steps' mails were accepted: plan the next step of each enrolment. Waits count from the hand-over."""
    went = {one.enrolment_id: one for one in messages if one.enrolment_id is not None}
    open_ones = Enrolment.objects.filter(among("pk", went), state__in=OPEN_ENROLMENTS).order_by("pk")
    rows = list(open_ones.select_for_update(of=("self",))) if went else []
    rows = [row for row in rows if row.current_step_id == went[row.pk].step_id]
    many.attach(rows, "sequence", Sequence.objects.all())
    many.attach(rows, "candidate", Candidate.objects.only(*WHEREABOUTS))
    groups: dict[tuple[UUID, UUID | None], list[Enrolment]] = defaultdict(list)
    for row in rows:
        groups[row.sequence_id, row.current_step_id].append(row)
    since = {key: one.handed_over_at or now for key, one in went.items()}
    for (_, step_id), members in groups.items():
        sequence = members[0].sequence
        version = SequenceStep.objects.filter(pk=step_id).values("version")
        course = Course(sequence.steps.filter(version__in=version))
        after = course.by_id.get(step_id) if step_id else None
        plan_after(enrolments=members, sequence=sequence, course=course, after=after, since=since, now=now)


@transaction.atomic
def stop(*, enrolments: Iterable[UUID], reason: str, now: datetime, by: Actor = SYSTEM) -> int:
    """End these enrolments where they are open, and take their planned mails back; returns how many ended."""
    rows = list(
        Enrolment.objects.open()
        .filter(pk__in=list(enrolments))
        .select_related("sequence")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    for row in rows:
        row.state, row.stop_reason, row.ended_at = EnrolmentState.STOPPED, reason, now
        row.next_due_at = row.paused_until = row.outside_since = None
    drop_tasks(rows)
    Enrolment.objects.bulk_update(rows, [*PLACE, *STANDS, "stop_reason"])
    words = f"{StopReason(reason).label}: the sequence ended."
    planned = OutboundMessage.objects.filter(enrolment__in=rows)
    planning.exclude_planned(planned, reason=ExclusionReason.ENROLMENT_OVER, words=words, now=now)
    events.publish_many([about(row, kinds.ENROLMENT_STOPPED, now, by, reason=str(reason)) for row in rows])
    return len(rows)


def skip(*, message: OutboundMessage, now: datetime, by: Actor = SYSTEM) -> None:
    """A step's mail is not to go: its enrolment, where it waits for it, goes on with what follows."""
    rows = Enrolment.objects.open().filter(pk=message.enrolment_id, current_step=message.step_id)
    waiting = list(rows.select_related("sequence", "candidate", "current_step").select_for_update(of=("self",)))
    for row in waiting:
        step = row.current_step
        assert step is not None
        course = Course(row.sequence.steps.filter(version=step.version))
        plan_after(
            enrolments=[row],
            sequence=row.sequence,
            course=course,
            after=course.by_id[step.pk],
            since={row.pk: now},
            now=now,
            by=by,
        )


def reach_goal(*, rows: Row[Enrolment], now: datetime, by: Actor = SYSTEM) -> None:
    """These locked, open enrolments did what they were for: they are finished, whatever was still to come."""
    drop_tasks(rows)
    for row in rows:
        row.state, row.ended_at, row.goal_reached_at = EnrolmentState.FINISHED, now, now
        row.current_step = row.next_due_at = row.paused_until = row.outside_since = None
    Enrolment.objects.bulk_update(rows, [*PLACE, *STANDS, "goal_reached_at"])
    planned = OutboundMessage.objects.filter(enrolment__in=rows)
    words = "They reached the goal: the sequence is done."
    planning.exclude_planned(planned, reason=ExclusionReason.ENROLMENT_OVER, words=words, now=now)
    events.publish_many([about(row, kinds.ENROLMENT_FINISHED, now, by, goal=True) for row in rows])


def drop_tasks(rows: Row[Enrolment]) -> None:
    """What colleagues were still to do for these enrolments is no longer to be done; the caller saves the rows."""
    Task.objects.open().filter(pk__in=[row.task_id for row in rows if row.task_id]).delete()
    for row in rows:
        row.task, row.waiting_for = None, ""


def back_at(*, candidate_id: UUID, day: date) -> datetime:
    """The morning of the day that somebody returns on, by their clock, else the workspace's."""
    zone = Candidate.objects.filter(pk=candidate_id).values_list("time_zone", flat=True).first()
    return planner.morning(day, zone or windows.workspace_zone())


def stop_people(*, candidates: Iterable[UUID], reason: str, now: datetime, by: Actor = SYSTEM) -> int:
    """End every open enrolment of these people, in all sequences; returns how many ended."""
    found = Enrolment.objects.open().filter(candidate_id__in=list(candidates)).values_list("pk", flat=True)
    return stop(enrolments=list(found), reason=reason, now=now, by=by)


def _go_on_without(message: OutboundMessage, now: datetime) -> None:
    """A text message that this person does not get is left out; mails and calls reach them another way."""
    why = message.excluded_words or message.get_excluded_reason_display()
    message.excluded_words = f"{why.rstrip('.')}. {GOES_ON}"[:300]
    message.save(update_fields=["excluded_words"])
    skip(message=message, now=now)


def stop_after_exclusion(*, message: OutboundMessage, reason: str, now: datetime) -> None:
    """A step may not be sent, for good: its enrolment ends for the same reason.

    But a text message that has no number to go to, or no consent, is skipped: its sequence goes on.
    """
    if message.enrolment_id is not None and message.channel == Channel.TEXT and reason in NO_TEXT:
        _go_on_without(message, now)
    elif message.enrolment_id is not None:
        why = STOPS_FOR.get(ExclusionReason(reason), StopReason.EXCLUDED)
        stop(enrolments=[message.enrolment_id], reason=why, now=now)


@transaction.atomic
def pause_people(*, candidates: Iterable[UUID], until: datetime, now: datetime, by: Actor = SYSTEM) -> int:
    """Hold these people's mails until a moment (they are away); a later end of an earlier pause stays."""
    rows = list(
        Enrolment.objects.open()
        .filter(candidate_id__in=list(candidates), sequence__pauses_on_auto_reply=True)
        .select_related("sequence")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    for row in rows:
        row.state = EnrolmentState.PAUSED
        row.paused_until = max(until, row.paused_until or until)
    Enrolment.objects.bulk_update(rows, ["state", "paused_until"])
    move_planned(OutboundMessage.objects.filter(enrolment__in=rows), not_before=until)
    events.publish_many([about(row, kinds.ENROLMENT_PAUSED, now, by, until=until.isoformat()) for row in rows])
    return len(rows)


def put_off(messages: Row[OutboundMessage], until: datetime) -> None:
    """Move messages to the first moment from `until` on that fits their sequence's window and the person's hours.

    The enrolments say the same, so that their page does; the caller saves the messages. `.enrolment.sequence` and
    `.candidate` are loaded. The same number of queries, whatever theirs.
    """
    if not messages:
        return
    found, fit = windows.read([one.candidate_id for one in messages]), cache(partial(planner.fit, until))
    for message in messages:
        window = found.of_message(message)
        message.due_at = fit(window) if window else until  # windows are few
    waiting = Enrolment.objects.in_bulk([one.enrolment_id for one in messages if one.enrolment_id])
    moved = []
    for message in messages:
        row = waiting.get(message.enrolment_id) if message.enrolment_id else None
        if row is not None and row.current_step_id == message.step_id:
            row.next_due_at = message.due_at
            moved.append(row)
    many.update(moved, ["next_due_at"])


def move_planned(messages: QuerySet[OutboundMessage], *, not_before: datetime) -> None:
    """Put off what is planned among these and due before a moment."""
    early = messages.filter(state=MessageState.PLANNED, due_at__lt=not_before).order_by("pk")
    rows = list(early.select_related("enrolment__sequence", "candidate").select_for_update(of=("self",)))
    put_off(rows, not_before)
    many.update(rows, ["due_at"])


@transaction.atomic
def ask_again(*, reasons: Iterable[str], now: datetime, of: UUID | None = None) -> int:
    """Let the gate judge anew what it put off for these reasons: a batch; returns how many, at most ASKED_AT_ONCE.

    `of` one person, or of everybody.
    Each is due now, or when its window opens; the gate puts it off again where the reason still holds.
    """
    held = OutboundMessage.objects.put_off(now).filter(put_off_reason__in=list(reasons)).order_by("pk")
    held = held.filter(candidate_id=of) if of is not None else held
    held = held.select_related("enrolment__sequence", "candidate").select_for_update(of=("self",), skip_locked=True)
    rows = list(held[:ASKED_AT_ONCE])
    put_off(rows, now)
    for message in rows:
        message.put_off_reason = message.put_off_words = ""
    many.update(rows, ["due_at", "put_off_reason", "put_off_words"])
    return len(rows)


def resume_paused(enrolments: Iterable[UUID], now: datetime) -> None:
    """Their pause is over: one of their mails is about to go."""
    over = Enrolment.objects.filter(state=EnrolmentState.PAUSED, paused_until__lte=now, outside_since=None)
    over.filter(pk__in=list(enrolments)).update(state=EnrolmentState.ACTIVE, paused_until=None)


@together.planned
def waiting_of(candidate_id: UUID) -> Asked[OutboundMessage]:
    """The planned mails to a person that are kept back, with the reason; the next first."""
    rows = OutboundMessage.objects.filter(candidate_id=candidate_id, state=MessageState.PLANNED)
    rows = rows.exclude(put_off_reason="").select_related("enrolment__sequence", "broadcast")
    return rows.order_by("due_at", "pk")[:10]


@together.planned
def open_of(candidate_id: UUID) -> Asked[Enrolment]:
    """The sequences that a person is in now, with the next step."""
    rows = Enrolment.objects.filter(candidate_id=candidate_id, state__in=OPEN_ENROLMENTS)
    return rows.select_related("sequence", "segment", "current_step")[:20]
