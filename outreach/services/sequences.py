"""Sequences: writing them, starting and pausing them, and putting people in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count

from crm import events
from crm.actors import Actor
from crm.models import Member
from crm.services import audit
from outreach import events as kinds
from outreach.choices import (
    TOUCHES,
    EnrolmentState,
    ExclusionReason,
    Follows,
    SequenceStatus,
    StepKind,
    StopReason,
)
from outreach.models import Enrolment, Sequence, SequenceStep
from outreach.services import (
    enrolments,
    entering,
    following,
    gate,
    hold_out,
    planning,
    rounds,
    sequence_rules,
    versions,
)
from outreach.services import senders as who_writes
from outreach.services.clock import database_now
from outreach.services.course import Course
from outreach.services.gate import Verdict
from outreach.services.steps import NO_TOUCH, NotReady, lock, problems, steps_of
from talent.models import Candidate, Segment, SegmentMembership

MOST_AT_ONCE = 10_000
WORKING_HOURS: dict[str, Any] = {"weekdays": [1, 2, 3, 4, 5], "window_start_hour": 9, "window_end_hour": 17}
FOLLOWED = {"priority": Follows.PRIORITY, "mailbox": Follows.MAILBOX, "on_leaving": Follows.LEAVING}
# Who is kept for one of these gets the sequence, later.
PASSING = (
    ExclusionReason.TOO_MUCH_CONTACT,
    ExclusionReason.SENDER_SPACING,
    ExclusionReason.QUIET_HOURS,
    ExclusionReason.TOO_OFTEN,
    ExclusionReason.SENDING_STOPPED,
    ExclusionReason.PERSON_PAUSED,
)


@dataclass(frozen=True)
class Excluded:
    """One person who is left out, and why."""

    candidate_id: UUID
    reason: str
    words: str


@dataclass
class EnrolmentReport:
    """What a check or an enrolment found: people who get the sequence, those who must wait first, those left out."""

    enrolled: list[UUID] = field(default_factory=list)
    waiting: list[Excluded] = field(default_factory=list)  # among `enrolled`: their first mail goes later
    careful: list[Excluded] = field(default_factory=list)  # among `enrolled`: somebody asked for care
    excluded: list[Excluded] = field(default_factory=list)
    filled: list[UUID] = field(default_factory=list)  # among `enrolled`: then they have had all that the rules allow
    rounds: dict[UUID, int] = field(default_factory=dict)  # which time they would go through it, from 1
    mails: int = 0  # of the sequence, to one person, at most

    @property
    def contacts(self) -> int:
        """What the sequence costs of the people's patience: mails to all of them together, at most."""
        return self.mails * len(self.enrolled)

    def by_reason(self) -> list[tuple[str, str, list[Excluded]]]:
        return by_reason(self.excluded)


def by_reason(excluded: Iterable[Excluded]) -> list[tuple[str, str, list[Excluded]]]:
    """(reason, its words, the people left out for it), the most people first."""
    groups: dict[str, list[Excluded]] = {}
    for one in excluded:
        groups.setdefault(one.reason, []).append(one)
    rows = [(reason, str(ExclusionReason(reason).label), people) for reason, people in groups.items()]
    return sorted(rows, key=lambda row: (-len(row[2]), row[0]))


class NameTaken(ValueError):
    """Another sequence has that name."""


def _store(sequence: Sequence, **options: Any) -> None:
    try:
        with transaction.atomic():
            sequence.save(**options)
    except IntegrityError as error:
        raise NameTaken(f"There is a sequence called “{sequence.name}” already.") from error


@transaction.atomic
def create(*, name: str, by: Actor, sender: Member | None = None) -> Sequence:
    """A new draft with one empty mail, to be sent in WORKING_HOURS until somebody says otherwise. Raises NameTaken."""
    sequence = Sequence(name=name, sender=sender, created_by=sender, **WORKING_HOURS)
    _store(sequence)
    SequenceStep.objects.create(sequence=sequence, position=0, kind=StepKind.EMAIL)
    audit.record(action="sequence.create", by=by, object_type="outreach.sequence", object_id=sequence.pk)
    return sequence


@transaction.atomic
def change(*, sequence: Sequence, values: dict[str, Any], by: Actor) -> Sequence:
    """Change name, sender, stop rules or window; `values` maps field names of `Sequence` to values.

    They hold for everybody in it at once: the audit has each with before and after, and how many people are under way.
    """
    before = lock(sequence)
    for name, value in values.items():
        setattr(sequence, name, value)
    _store(sequence, update_fields=[*values, "updated_at"])
    names = [name.removesuffix("_id") for name in values]
    changed = sequence_rules.differences(before, sequence, names)
    if followed := [what for name, what in FOLLOWED.items() if name in changed]:
        sequence.following = before.following  # what it is on the way with
        following.begin(sequence, database_now(), *followed)
    facts = {"under_way": sequence_rules.under_way(sequence), **changed}
    kind, key = "outreach.sequence", sequence.pk
    audit.record(action="sequence.change", by=by, object_type=kind, object_id=key, fields=changed.keys(), facts=facts)
    return sequence


@transaction.atomic
def activate(*, sequence: Sequence, by: Actor, now: datetime) -> Sequence:
    """Let it send. Raises NotReady with the first problem."""
    locked = lock(sequence)
    if locked.archived_at is not None:
        raise NotReady("It is archived. Take it out of the archive first.")
    found = problems(locked, steps_of(locked))
    if found:
        raise NotReady(str(found[0]))
    locked.status, locked.activated_at = SequenceStatus.ACTIVE, locked.activated_at or now
    locked.save(update_fields=["status", "activated_at"])
    versions.first(locked, by, now)
    following.begin(locked, now)
    audit.record(action="sequence.activate", by=by, object_type="outreach.sequence", object_id=locked.pk)
    return locked


@transaction.atomic
def pause(*, sequence: Sequence, by: Actor, now: datetime) -> Sequence:
    """Hold everything it has planned, of many the most in the background; none of it goes from now on.

    What is on its way to the server at this moment still goes.
    """
    locked = lock(sequence)
    locked.status = SequenceStatus.PAUSED
    locked.save(update_fields=["status"])
    following.begin(locked, now)
    audit.record(action="sequence.pause", by=by, object_type="outreach.sequence", object_id=locked.pk)
    return locked


def people_of(segment: Segment) -> list[UUID]:
    """Who is in a segment now, by its kept membership."""
    members = SegmentMembership.objects.current().filter(segment=segment)
    return list(members.values_list("candidate_id", flat=True))


def _first_touch(steps: Row[SequenceStep]) -> SequenceStep:
    """The first mail; in a sequence without one, the first thing to do by hand."""
    mail = next((step for step in steps if step.kind == StepKind.EMAIL), None)
    touch = mail or next((step for step in steps if step.kind in TOUCHES), None)
    if touch is None:
        raise NotReady(NO_TOUCH)
    return touch


def check(
    *,
    sequence: Sequence,
    candidate_ids: Iterable[UUID],
    now: datetime,
    acting: Member | None = None,
    senders: Mapping[UUID, Member] | None = None,
) -> EnrolmentReport:
    """Who would get the sequence, and who not and why; changes nothing. Raises NotReady for one that reaches nobody.

    `acting` is who would put them in; `senders` who writes to some of them instead of whom the sequence says.
    """
    ids = list(dict.fromkeys(candidate_ids))
    rows = steps_of(sequence)
    step = _first_touch(rows)
    known = rounds.of(sequence=sequence, candidate_ids=ids, now=now)
    who = senders or who_writes.of(sequence, ids, acting)
    found: dict[UUID, Verdict] = {}
    asked = [pk for pk in ids if not (pk in known and known[pk].against)]
    for time, people in rounds.by_number(asked, known).items():
        for sender_id, group in who_writes.groups(people, who).items():
            channel = planning.channel_of(step)
            writer = step.sender_id or sender_id
            intent = planning.step_intent(step.key, sequence, writer, time=time, channel=channel)
            found |= gate.verdicts(candidate_ids=group, intent=intent, now=now)
    report = EnrolmentReport(mails=sum(row.kind == StepKind.EMAIL for row in rows))
    for candidate_id in ids:
        _sort_in(report, candidate_id, found.get(candidate_id), known.get(candidate_id, rounds.FIRST))
    _leave_alone(report, hold_out.of(sequence, report.enrolled))
    return report


def _leave_alone(report: EnrolmentReport, held: set[UUID]) -> None:
    """Of those who would get it, the control group does not."""
    if not held:
        return
    report.enrolled = [pk for pk in report.enrolled if pk not in held]
    report.filled = [pk for pk in report.filled if pk not in held]
    report.waiting = [one for one in report.waiting if one.candidate_id not in held]
    report.careful = [one for one in report.careful if one.candidate_id not in held]
    report.excluded += [Excluded(pk, ExclusionReason.HOLD_OUT, hold_out.WORDS) for pk in sorted(held)]


def _sort_in(report: EnrolmentReport, candidate_id: UUID, verdict: Verdict | None, time: rounds.Round) -> None:
    report.rounds[candidate_id] = time.number
    if verdict is None:
        report.excluded.append(Excluded(candidate_id, ExclusionReason.ALREADY_ENROLLED, time.against))
    elif verdict.may:
        report.enrolled.append(candidate_id)
        if verdict.is_last:
            report.filled.append(candidate_id)
        if verdict.warning:
            report.careful.append(Excluded(candidate_id, "", verdict.warning))
    elif verdict.reason in PASSING:
        report.enrolled.append(candidate_id)
        report.waiting.append(Excluded(candidate_id, verdict.reason, verdict.words))
    else:
        report.excluded.append(Excluded(candidate_id, verdict.reason, verdict.words))


@transaction.atomic
def enrol(
    *,
    sequence: Sequence,
    candidate_ids: Iterable[UUID],
    by: Actor,
    now: datetime,
    segment: Segment | None = None,
    context: Mapping[UUID, Mapping[str, str]] | None = None,
    senders: Mapping[UUID, Member] | None = None,
) -> EnrolmentReport:
    """Put people into an active sequence, except those whom `check` leaves out; doing it twice enrols nobody twice.

    `context` are each person's values of merge tags that no record holds; `senders` who writes to them instead of the
    sequence's own sender. Their first mail is planned in this transaction. Raises NotReady when the sequence is not
    active, has a problem, or more than 10,000 people are named at once.
    """
    ids = list(dict.fromkeys(candidate_ids))
    locked = lock(sequence)
    if not locked.is_active:
        raise NotReady("Start the sequence first: it is not active.")
    if len(ids) > MOST_AT_ONCE:
        raise NotReady(f"{len(ids):,} people are more than fit at once. The limit is {MOST_AT_ONCE:,}.")
    enroller = who_writes.member_of(by)
    report = check(sequence=locked, candidate_ids=ids, now=now, acting=enroller, senders=senders)
    held = [one.candidate_id for one in report.excluded if one.reason == ExclusionReason.HOLD_OUT]
    hold_out.remember(locked, held, now)
    same: dict[str, Any] = {"sequence": locked, "segment": segment, "enrolled_by": by.label[:120], "enrolled_at": now}
    same |= {"enroller": enroller}
    about, who = context or {}, senders or who_writes.of(locked, report.enrolled, enroller)

    def made(pk: UUID) -> Enrolment:
        facts = dict(about.get(pk, {}))
        return Enrolment(candidate_id=pk, context=facts, sender=who.get(pk), round=report.rounds[pk], **same)

    data = {"segment": str(segment.pk) if segment else None}
    course, others = Course(steps_of(locked)), list[UUID]()
    for alike in _alike(report, about, who):
        entered = entering.people(alike).values()
        others += entering.enter(
            like=made(alike[0]), candidates=list(entered), course=course, by=by, now=now, data=data
        )
    others += [pk for pk in report.enrolled if pk in about]
    people = Candidate.objects.in_bulk(others)
    rows = [made(pk) for pk in others]
    for row in rows:
        row.candidate = people[row.candidate_id]
    Enrolment.objects.bulk_create(rows, batch_size=500)
    events.publish_many([enrolments.about(row, kinds.ENROLLED, now, by, **data) for row in rows])
    enrolments.plan_after(enrolments=rows, sequence=locked, course=course, after=None, since=now, now=now, by=by)
    _remember_left_out(locked, report, now)
    audit.record(
        action="sequence.enrol",
        by=by,
        object_type="outreach.sequence",
        object_id=locked.pk,
        facts={"enrolled": len(report.enrolled), "excluded": len(report.excluded)},
    )
    return report


def _alike(report: EnrolmentReport, about: Mapping[UUID, object], who: Mapping[UUID, Member]) -> Iterable[list[UUID]]:
    """Who is enrolled, by sender and round: all else of their rows is alike, but for those with words of their own."""
    groups: dict[tuple[UUID | None, int], list[UUID]] = defaultdict(list)
    for pk in report.enrolled:
        if pk not in about:
            groups[who[pk].pk if pk in who else None, report.rounds[pk]].append(pk)
    return groups.values()


def _remember_left_out(sequence: Sequence, report: EnrolmentReport, now: datetime) -> None:
    """Who was meant to get it and did not is in the ledger too, with the reason; until they get it after all."""
    passing = (ExclusionReason.ALREADY_ENROLLED, ExclusionReason.UNKNOWN_PERSON, ExclusionReason.ALREADY_SENT)
    left_out = [(o.candidate_id, o.reason, o.words) for o in report.excluded if o.reason not in passing]
    planning.remember_left_out(step=_first_touch(steps_of(sequence)), people=left_out, now=now)
    planning.forget_left_out(sequence_id=sequence.pk, candidate_ids=report.enrolled)


@transaction.atomic
def enrol_segment(*, sequence: Sequence, segment: Segment, by: Actor, now: datetime) -> EnrolmentReport:
    """Put everybody who is in a segment now into an active sequence."""
    return enrol(sequence=sequence, candidate_ids=people_of(segment), by=by, now=now, segment=segment)


@transaction.atomic
def take_out(*, enrolment: Enrolment, by: Actor, now: datetime) -> bool:
    """A colleague ends one person's enrolment; False when it is over already."""
    audit.record(action="enrolment.stop", by=by, object_type="outreach.enrolment", object_id=enrolment.pk)
    return bool(enrolments.stop(enrolments=[enrolment.pk], reason=StopReason.BY_HAND, now=now, by=by))


def states(sequence: Sequence) -> dict[str, int]:
    """{state: how many people} of a sequence, every state named."""
    counted = Enrolment.objects.filter(sequence=sequence).order_by().values_list("state").annotate(people=Count("pk"))
    return {str(state): 0 for state in EnrolmentState} | dict(counted)


def somebody_started_one() -> bool:
    """Whether a sequence of the current tenant was ever active."""
    return Sequence.objects.filter(activated_at__isnull=False).exists()
