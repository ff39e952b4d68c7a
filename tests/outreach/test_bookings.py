"""Booked meetings as goals, questions of branches and waits, and causes of automation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from crm import events
from crm.actors import SYSTEM, Actor
from crm.events import Subject
from crm.models import Event, Tenant
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.models import uuid7
from outreach import events as kinds
from outreach.choices import Arm, EnrolmentState, StepKind, StopReason
from outreach.forms.steps import GoalStepForm
from outreach.models import AutomationRule, Enrolment, MessageEvent, RuleRun, Sequence, SequenceStep
from outreach.services import conditions, outline, runner, sequences, steps
from outreach.services.course import Course
from talent.models import Candidate, Segment
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled

pytestmark = pytest.mark.usefixtures("inside")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOOKED = {"when": "booked"}


def books(
    person: Candidate, at: datetime = NOON + HOUR, kind: str = kinds.MEETING_BOOKED, meeting: UUID | None = None
) -> UUID:
    key = meeting or uuid7()
    who = Actor("candidate", person.pk, person.name)
    events.publish(kind, candidate=person.pk, occurred_at=at, actor=who, subject=Subject("inbox.meeting", key))
    return key


def asking(kind: str, **more: object) -> SequenceStep:
    return SequenceStep(kind=kind, settings=BOOKED, **more)


def inside(person: Candidate) -> Enrolment:
    [message] = enrolled(a_sequence(), [person])
    assert message.enrolment
    return message.enrolment


def test_question_is_about_bookings_since_they_came() -> None:
    enrolment = inside(person := a_person())
    step = asking(StepKind.BRANCH)
    before = conditions.met(step, [enrolment])

    books(person, NOON - HOUR)
    early = conditions.met(step, [enrolment])
    books(person)

    assert (before, early, conditions.met(step, [enrolment])) == (set(), set(), {enrolment.pk})


def test_meeting_that_was_called_off_is_no_booking() -> None:
    enrolment = inside(person := a_person())
    key = books(person)

    books(person, NOON + 2 * HOUR, kinds.MEETING_CANCELLED, key)

    assert conditions.met(asking(StepKind.BRANCH), [enrolment]) == set()


def with_question(kind: str, **more: object) -> Sequence:
    """A question first, with a mail for those who book, and one for all afterwards."""
    sequence = Sequence.objects.create(name="Asks", status="active", **more)
    step = SequenceStep.objects.create(sequence=sequence, position=0, kind=kind, settings={**BOOKED, "days": 5})
    if kind == StepKind.BRANCH:
        SequenceStep.objects.create(
            sequence=sequence, position=0, parent=step, arm=Arm.YES, subject="See you", body="x"
        )
    SequenceStep.objects.create(sequence=sequence, position=1, kind=StepKind.WAIT, wait_days=1)
    SequenceStep.objects.create(sequence=sequence, position=2, subject="Later", body="x")
    return sequence


def started(sequence: Sequence) -> Candidate:
    person = a_person()
    sequences.enrol(sequence=sequence, candidate_ids=[person.pk], by=SYSTEM, now=NOON)
    runner.run_due(now=NOON)
    return person


def test_branch_that_waits_is_answered(run_readers: Callable[[], int]) -> None:
    person = started(with_question(StepKind.BRANCH, stops_on_reply=False))

    books(person)
    run_readers()

    step = Enrolment.objects.get().current_step
    assert step
    assert step.subject == "See you"


def test_goal_is_reached_rather_than_stopped(run_readers: Callable[[], int]) -> None:
    person = started(with_question(StepKind.GOAL))

    books(person)
    run_readers()

    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.stop_reason) == (EnrolmentState.FINISHED, "")
    assert enrolment.goal_reached_at == NOON + HOUR


def test_sequence_without_that_goal_is_stopped(run_readers: Callable[[], int]) -> None:
    person = started(with_question(StepKind.WAIT_UNTIL))

    books(person)
    run_readers()

    assert Enrolment.objects.get().stop_reason == StopReason.BOOKED


@pytest.mark.parametrize(
    ("when", "kind", "data", "is_reached"),
    [
        ("portal", "portal_visited", {}, True),
        ("applied", "application_made", {"job": "Engineer"}, True),
        ("portal", "application_made", {"job": "Engineer"}, False),
        ("applied", "portal_visited", {}, False),
    ],
)
def test_goal_is_what_they_do_elsewhere_since_they_are_in_it(
    run_readers: Callable[[], int], when: str, kind: str, data: dict[str, str], is_reached: bool
) -> None:
    sequence = a_sequence(waits=[3])
    SequenceStep.objects.create(sequence=sequence, position=3, kind=StepKind.GOAL, settings={"when": when})
    person = a_person()
    events.publish(kind, candidate=person.pk, occurred_at=NOON - HOUR, actor=SYSTEM, data=data)
    enrolled(sequence, [person])
    run_readers()
    before = Enrolment.objects.get().state

    events.publish(kind, candidate=person.pk, occurred_at=NOON + HOUR, actor=SYSTEM, data=data)
    run_readers()

    after = EnrolmentState.FINISHED if is_reached else EnrolmentState.ACTIVE
    assert (before, Enrolment.objects.get().state) == (EnrolmentState.ACTIVE, after)


@pytest.mark.parametrize(("by", "is_reached"), [("human", True), ("bot", False)])
def test_click_of_a_person_may_be_the_goal(run_readers: Callable[[], int], by: str, is_reached: bool) -> None:
    sequence = a_sequence(waits=[3])
    SequenceStep.objects.create(sequence=sequence, position=3, kind=StepKind.GOAL, settings={"when": "clicked"})
    [message] = enrolled(sequence, [a_person()])
    MessageEvent.objects.create(message=message, kind="clicked", occurred_at=NOON + HOUR, by=by)

    events.publish(
        "message_clicked", candidate=message.candidate_id, occurred_at=NOON + HOUR, actor=SYSTEM, data={"by": by}
    )
    run_readers()

    assert (Enrolment.objects.get().state == EnrolmentState.FINISHED) is is_reached


def test_branch_asks_whether_they_applied(run_readers: Callable[[], int]) -> None:
    sequence = a_sequence()
    branch = SequenceStep.objects.create(
        sequence=sequence, position=1, kind=StepKind.BRANCH, settings={"when": "applied", "days": 5}
    )
    SequenceStep.objects.create(sequence=sequence, position=0, kind=StepKind.CALL, parent=branch, arm="yes")
    SequenceStep.objects.filter(position=0, parent=None).delete()
    person = started(sequence)

    events.publish("application_made", candidate=person.pk, occurred_at=NOON + HOUR, actor=SYSTEM, data={"job": "x"})
    run_readers()

    step = Enrolment.objects.get().current_step
    assert step
    assert (step.kind, outline.outline(Course([branch]))[0].title) == (StepKind.CALL, "Did they apply for a job?")


def test_goals_name_a_segment_or_what_they_do() -> None:
    segment = Segment.objects.create(name="Hired", rule={})

    def said(**values: object) -> dict[str, object] | None:
        form = GoalStepForm(values, instance=SequenceStep(kind=StepKind.GOAL))
        return form.values()["settings"] if form.is_valid() else None

    found = [
        said(segment=segment.pk),
        said(when="booked", segment=segment.pk),
        said(when="portal"),
        said(),
        said(when="segment"),
        said(when="x"),
    ]
    assert found == [{"segment": str(segment.pk)}, BOOKED, {"when": "portal"}, None, None, None]


def test_goal_of_a_booking_is_drawn_and_has_no_problem() -> None:
    sequence = with_question(StepKind.GOAL)

    [card, *_] = outline.outline(Course(steps.steps_of(sequence)))

    assert (card.title, steps.problems(sequence)) == ("Done when they book a meeting", [])


def test_automation_listens(tenant: Tenant, run_readers: Callable[[], int]) -> None:
    rule = AutomationRule.objects.create(
        name="Booked",
        trigger="meeting_booked",
        actions=[{"act": "tag", "tag": "Met"}],
        is_active=True,
        activated_at=NOON,
    )

    books(person := a_person())
    run_readers()

    with open_tenant(tenant):
        assert RuleRun.objects.filter(rule=rule, candidate=person, acted=True).count() == 1
        assert Event.objects.filter(kind="candidate_tagged").count() == 1
