"""Sequences, and people in them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.actors import SYSTEM
from outreach.choices import EnrolmentState, ExclusionReason, MessageState, SequenceStatus, StepKind
from outreach.models import Enrolment, MessageEvent, OutboundMessage
from outreach.services import overview, sequences, steps
from tests.factories.outreach import NOON, a_person, a_sequence, a_single, enrolled, people

pytestmark = pytest.mark.usefixtures("inside")


def test_enrolling_twice_enrols_once() -> None:
    sequence, ids = a_sequence(), [c.pk for c in people(2)]

    first = sequences.enrol(sequence=sequence, candidate_ids=ids, by=SYSTEM, now=NOON)
    second = sequences.enrol(sequence=sequence, candidate_ids=ids, by=SYSTEM, now=NOON)

    assert (len(first.enrolled), len(second.enrolled)) == (2, 0)
    assert [(reason, len(who)) for reason, _, who in second.by_reason()] == [(ExclusionReason.ALREADY_ENROLLED, 2)]
    assert OutboundMessage.objects.count() == 2


def test_people_left_out_are_in_the_ledger_with_the_reason() -> None:
    sequence = a_sequence()
    nobody = a_person(email=None)

    sequences.enrol(sequence=sequence, candidate_ids=[nobody.pk], by=SYSTEM, now=NOON)

    row = OutboundMessage.objects.get(candidate=nobody)
    assert (row.state, row.excluded_reason) == (MessageState.EXCLUDED, ExclusionReason.NO_ADDRESS)


def test_person_under_pressure_waits() -> None:
    candidate = a_person()
    message = a_single(candidate, proactive=True)
    OutboundMessage.objects.filter(pk=message.pk).update(state=MessageState.ACCEPTED, handed_over_at=NOON)

    report = sequences.check(sequence=a_sequence(), candidate_ids=[candidate.pk], now=NOON)

    assert ([w.reason for w in report.waiting], report.excluded) == ([ExclusionReason.TOO_MUCH_CONTACT], [])


def test_enrolling_into_a_draft_is_refused() -> None:
    with pytest.raises(sequences.NotReady, match="not active"):
        enrolled(a_sequence(status=SequenceStatus.DRAFT), [a_person()])


def test_sequence_without_subject_is_not_started() -> None:
    sequence = sequences.create(name="New", by=SYSTEM)

    with pytest.raises(sequences.NotReady, match=r"Step 1: Subject, line 1: There is no subject\."):
        sequences.activate(sequence=sequence, by=SYSTEM, now=NOON)


def test_a_new_sequence_keeps_working_hours() -> None:
    made = sequences.create(name="New", by=SYSTEM)

    assert (made.weekdays, made.window_start_hour, made.window_end_hour) == ([1, 2, 3, 4, 5], 9, 17)
    assert (made.window_zone, made.skips_holidays) == ("candidate", True)


@pytest.mark.parametrize("kind", StepKind.values)
def test_added_step_is_last(kind: str) -> None:
    sequence = a_sequence(waits=[2])

    added = steps.add(sequence=sequence, kind=kind, by=SYSTEM)

    assert added.position == 3


def test_pause_holds_and_activation_releases() -> None:
    sequence = a_sequence()
    [message] = enrolled(sequence, [a_person()])

    sequences.pause(sequence=sequence, by=SYSTEM, now=NOON)
    assert list(OutboundMessage.objects.due(NOON)) == []

    sequences.activate(sequence=sequence, by=SYSTEM, now=NOON)
    assert list(OutboundMessage.objects.due(NOON)) == [message]


def test_removing_a_step_moves_people_on() -> None:
    sequence = a_sequence(waits=[2])
    enrolled(sequence, [a_person()])

    steps.remove(step=sequence.steps.get(position=0), by=SYSTEM, now=NOON)

    row = OutboundMessage.objects.get(state=MessageState.PLANNED)
    assert (row.due_at, Enrolment.objects.get().state) == (NOON + timedelta(days=2), EnrolmentState.ACTIVE)
    assert list(sequence.steps.values_list("position", flat=True)) == [0, 1]


def test_moved_step_keeps_positions_without_gaps() -> None:
    sequence = a_sequence(waits=[2, 3])
    last = sequence.steps.get(position=4)

    steps.move(step=last, to=0, by=SYSTEM)

    assert sequence.steps.get(position=0) == last
    assert list(sequence.steps.values_list("position", flat=True)) == [0, 1, 2, 3, 4]


def test_person_taken_out_gets_nothing_more() -> None:
    sequence = a_sequence()
    [message] = enrolled(sequence, [a_person()])

    sequences.take_out(enrolment=Enrolment.objects.get(), by=SYSTEM, now=NOON)

    message.refresh_from_db()
    assert (message.state, Enrolment.objects.get().state) == (MessageState.EXCLUDED, EnrolmentState.STOPPED)


def test_list_counts_who_answered_the_last_mail_too() -> None:
    sequence = a_sequence()
    rows = enrolled(sequence, people(3))
    ended = {"state": EnrolmentState.STOPPED, "stop_reason": "replied", "ended_at": NOON, "next_due_at": None}
    Enrolment.objects.filter(pk=rows[0].enrolment_id).update(**ended)
    for row in rows[:2]:
        MessageEvent.objects.create(message=row, kind="replied", occurred_at=NOON)

    [shown] = overview.sequence_rows()

    assert (shown.people, shown.replied, shown.reply_rate) == (3, 2, "67%")
