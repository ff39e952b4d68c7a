"""Steps that send nothing: tasks by hand, updates, branches, ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crm.actors import SYSTEM
from outreach.choices import Arm, EnrolmentState, MessageEventKind, MessageState, SequenceStatus, StepKind, WaitingFor
from outreach.models import Enrolment, MessageEvent, OutboundMessage, Sequence, SequenceStep
from outreach.services import enrolments, evidence, runner, sequences, steps
from talent.models import CandidateTag, Task
from talent.services import tasks
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled, people

pytestmark = pytest.mark.usefixtures("inside")


def a_step(sequence: Sequence, position: int, kind: str, **fields: object) -> SequenceStep:
    return SequenceStep.objects.create(sequence=sequence, position=position, kind=kind, **fields)


def sent(message: OutboundMessage, at: datetime = NOON) -> None:
    """The mail was accepted."""
    message.state, message.handed_over_at = MessageState.ACCEPTED, at
    message.save(update_fields=["state", "handed_over_at"])
    enrolments.advance(messages=[message], now=at)


def a_call_first() -> Enrolment:
    """Somebody in a sequence of a call and a mail after it, the task given."""
    sequence = Sequence.objects.create(name="Calls", status=SequenceStatus.ACTIVE)
    a_step(sequence, 0, StepKind.CALL, subject="Ask about Berlin")
    a_step(sequence, 1, StepKind.EMAIL, subject="Thanks", body="It was good to talk.")
    enrolled_in(sequence)
    runner.run_due(now=NOON)
    return Enrolment.objects.get()


def enrolled_in(sequence: Sequence) -> None:
    sequences.enrol(sequence=sequence, candidate_ids=[a_person().pk], by=SYSTEM, now=NOON)


def test_step_by_hand_is_a_task_that_the_sequence_waits_for() -> None:
    enrolment = a_call_first()

    assert (enrolment.waiting_for, enrolment.task) == (WaitingFor.TASK, Task.objects.get())
    assert Task.objects.get().title == "Ask about Berlin (Calls)"
    assert not OutboundMessage.objects.exists()


def test_done_task_takes_the_sequence_on() -> None:
    enrolment = a_call_first()
    tasks.complete(tasks=[Task.objects.get()], by=SYSTEM, now=NOON)

    runner.task_over(tasks=[Task.objects.get().pk], candidates=[enrolment.candidate_id], now=NOON)

    assert OutboundMessage.objects.get().step.position == 1


def test_deleted_task_is_a_step_left_out() -> None:
    enrolment = a_call_first()
    task = Task.objects.get()
    tasks.delete(task=task, by=SYSTEM, now=NOON)

    runner.task_over(tasks=[], candidates=[enrolment.candidate_id], now=NOON)

    assert OutboundMessage.objects.get().step.position == 1


def test_another_task_of_theirs_takes_nothing_on() -> None:
    enrolment = a_call_first()
    other = tasks.add(title="Other", by=SYSTEM, now=NOON, zone="UTC", candidate=enrolment.candidate)

    assert runner.task_over(tasks=[other.pk], candidates=[enrolment.candidate_id], now=NOON) == 0


def test_stopped_sequence_takes_its_task_back() -> None:
    enrolment = a_call_first()

    enrolments.stop(enrolments=[enrolment.pk], reason="by_hand", now=NOON)

    assert not Task.objects.exists()


def test_step_is_done_once() -> None:
    a_call_first()

    assert (runner.run_due(now=NOON + timedelta(days=9)), Task.objects.count()) == (0, 1)


def test_update_tags_everybody_and_goes_on() -> None:
    sequence = a_sequence()
    a_step(sequence, 1, StepKind.UPDATE, settings={"act": "tag", "tag": "written to"})
    for message in enrolled(sequence, people(3)):
        sent(message)

    assert runner.run_due(now=NOON) == 3
    assert CandidateTag.objects.filter(tag__name="written to").count() == 3
    assert set(Enrolment.objects.values_list("state", flat=True)) == {EnrolmentState.FINISHED}


def test_step_waits_for_its_moment_and_for_the_sequence() -> None:
    sequence = a_sequence()
    a_step(sequence, 1, StepKind.WAIT, wait_days=2)
    a_step(sequence, 2, StepKind.UPDATE, settings={"act": "tag", "tag": "late"})
    [message] = enrolled(sequence, [a_person()])
    sent(message)
    due = NOON + timedelta(days=2)
    Sequence.objects.update(status=SequenceStatus.PAUSED)
    held = runner.run_due(now=due)
    Sequence.objects.update(status=SequenceStatus.ACTIVE)

    assert (held, runner.run_due(now=due - timedelta(seconds=1)), runner.run_due(now=due)) == (0, 0, 1)


def a_branch(days: int = 5) -> tuple[Sequence, OutboundMessage]:
    """A mail, then: did they click? Yes: a call. No: another mail."""
    sequence = a_sequence()
    branch = a_step(sequence, 1, StepKind.BRANCH, settings={"when": "clicked", "days": days})
    a_step(sequence, 0, StepKind.CALL, parent=branch, arm=Arm.YES)
    a_step(sequence, 0, StepKind.WAIT, parent=branch, arm=Arm.NO, wait_days=1)
    a_step(sequence, 1, StepKind.EMAIL, parent=branch, arm=Arm.NO, subject="Again", body="Once more.")
    [message] = enrolled(sequence, [a_person()])
    sent(message)
    runner.run_due(now=NOON)
    return sequence, message


def clicked(message: OutboundMessage, by: str = "human") -> None:
    MessageEvent.objects.create(message=message, kind=MessageEventKind.CLICKED, occurred_at=NOON, by=by)


def test_branch_waits_for_its_answer() -> None:
    _, message = a_branch()
    waiting = Enrolment.objects.get()
    clicked(message)

    runner.look_again(candidates=[message.candidate_id], now=NOON)

    assert (waiting.waiting_for, waiting.next_due_at) == (WaitingFor.EVENT, NOON + timedelta(days=5))
    assert Enrolment.objects.get().current_step.kind == StepKind.CALL


def test_click_of_a_program_is_no_answer() -> None:
    _, message = a_branch()
    clicked(message, by="bot")

    assert runner.look_again(candidates=[message.candidate_id], now=NOON) == 0


def test_branch_without_an_answer_in_time_is_no() -> None:
    a_branch()

    runner.run_due(now=NOON + timedelta(days=5))

    again = OutboundMessage.objects.get(state=MessageState.PLANNED)
    assert (again.step.subject, again.due_at) == ("Again", NOON + timedelta(days=6))


def test_after_an_arm_comes_what_follows_the_branch() -> None:
    sequence, _ = a_branch(days=0)
    last = a_step(sequence, 2, StepKind.UPDATE, settings={"act": "tag", "tag": "over"})
    again = OutboundMessage.objects.get(state=MessageState.PLANNED)

    sent(again)

    assert Enrolment.objects.get().current_step == last


def test_removing_a_branch_takes_people_out_of_its_arms() -> None:
    sequence, _ = a_branch(days=0)
    last = a_step(sequence, 2, StepKind.EMAIL, subject="Last", body="Good-bye.")

    steps.remove(step=sequence.steps.get(kind=StepKind.BRANCH), by=SYSTEM, now=NOON)

    assert OutboundMessage.objects.get(state=MessageState.PLANNED).step == last
    assert [s.position for s in steps.steps_of(sequence)] == [0, 1]


def test_end_in_an_arm_ends() -> None:
    sequence = a_sequence()
    branch = a_step(sequence, 1, StepKind.BRANCH, settings={"when": "opened", "days": 0})
    a_step(sequence, 0, StepKind.END, parent=branch, arm=Arm.NO)
    a_step(sequence, 2, StepKind.EMAIL, subject="Never", body="Never.")
    [message] = enrolled(sequence, [a_person()])
    sent(message)

    runner.run_due(now=NOON)

    assert Enrolment.objects.get().state == EnrolmentState.FINISHED


def test_paused_person_waits_at_any_step() -> None:
    sequence = a_sequence()
    a_step(sequence, 1, StepKind.UPDATE, settings={"act": "tag", "tag": "x"})
    [message] = enrolled(sequence, [a_person()])
    sent(message)
    back = NOON + timedelta(days=9)
    enrolments.pause_people(candidates=[message.candidate_id], until=back, now=NOON)

    assert (runner.run_due(now=NOON + timedelta(days=8)), runner.run_due(now=back)) == (0, 1)


def test_answer_stops_whoever_waits_for_a_task() -> None:
    enrolment = a_call_first()

    evidence.record_reply(candidate_id=enrolment.candidate_id, message_id=None, now=NOON)

    assert (Enrolment.objects.get().state, Task.objects.count()) == (EnrolmentState.STOPPED, 0)
