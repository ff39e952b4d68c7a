"""Calls, meetings and LinkedIn messages weigh as mails do: budgets, spacing, who last spoke with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from crm.actors import SYSTEM
from crm.models import Member
from outreach.choices import ExclusionReason, MessageEventKind, StepKind
from outreach.models import Enrolment, MailFrequency, MessageEvent, OutboundMessage, Sequence, SequenceStep
from outreach.services import gate, last_spoken, runner, sequences, simulator
from outreach.services.gate import Intent, Verdict
from talent.choices import TouchKind
from talent.models import Candidate, Task, Touchpoint
from talent.services import tasks
from tests.factories.outreach import NOON, a_person, a_single

pytestmark = pytest.mark.usefixtures("inside")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def touched(
    who: Candidate,
    by: Member | None = None,
    *,
    ago: timedelta = HOUR,
    kind: str = TouchKind.CALL,
    reached: bool | None = True,
) -> None:
    at = NOON - ago
    Touchpoint.objects.create(candidate=who, member=by, kind=kind, reached=reached, occurred_at=at, recorded_by="")


def asked(who: Candidate, sender: Member | None = None, **how: object) -> Verdict:
    intent = Intent("step:x", sender_id=sender.pk if sender else None, **how)  # type: ignore[arg-type]
    return gate.verdicts(candidate_ids=[who.pk], intent=intent, now=NOON)[who.pk]


@pytest.mark.parametrize(
    ("kind", "reached", "reason"),
    [
        (TouchKind.CALL, True, ExclusionReason.TOO_MUCH_CONTACT),
        (TouchKind.CALL, None, ExclusionReason.TOO_MUCH_CONTACT),
        (TouchKind.CALL, False, ""),
        (TouchKind.LINKEDIN, None, ExclusionReason.TOO_MUCH_CONTACT),
        (TouchKind.MEETING, True, ExclusionReason.TOO_MUCH_CONTACT),
    ],
)
def test_contact_of_any_kind_keeps_the_next_mail_away(kind: str, reached: bool | None, reason: str) -> None:
    touched(who := a_person(), kind=kind, reached=reached)

    assert asked(who).reason == reason


def test_calls_and_mails_share_one_budget() -> None:
    who = a_person()
    mail = a_single(who, proactive=True)
    OutboundMessage.objects.filter(pk=mail.pk).update(state="accepted", handed_over_at=NOON - 5 * DAY)
    before = asked(who)

    touched(who, ago=4 * DAY)

    assert (before.may, asked(who).reason) == (True, ExclusionReason.TOO_MUCH_CONTACT)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (TouchKind.CALL, "Owner spoke with them"),
        (TouchKind.MEETING, "Owner met them"),
        (TouchKind.LINKEDIN, "wrote to them"),
    ],
)
def test_colleague_who_called_keeps_the_others_away(owner: Member, recruiter: Member, kind: str, words: str) -> None:
    touched(who := a_person(), owner, ago=2 * DAY, kind=kind)

    kept, own = asked(who, recruiter), asked(who, owner)

    assert (kept.reason, words in kept.words, own.may) == (ExclusionReason.SENDER_SPACING, True, True)


def test_wish_for_few_mails_is_not_about_calls() -> None:
    MailFrequency.objects.create(candidate=(who := a_person()), days=30)
    touched(who, ago=5 * DAY)

    assert asked(who, broadcast_id=who.pk).reason != ExclusionReason.TOO_OFTEN


def test_simulator_knows_of_calls(owner: Member) -> None:
    touched(who := a_person(), ago=HOUR)

    assert simulator._had([who.pk], NOON) == {who.pk: [NOON - HOUR]}


# --- steps of sequences


def with_step(kind: str) -> Sequence:
    sequence = Sequence.objects.create(name="By hand", status="active")
    SequenceStep.objects.create(sequence=sequence, position=0, kind=kind, subject="Ring", body="Hello")
    return sequence


@pytest.mark.parametrize(
    ("kind", "touch"), [(StepKind.CALL, "call"), (StepKind.LINKEDIN, "linkedin"), (StepKind.TASK, "")]
)
def test_steps_tasks_are_contacts(kind: str, touch: str) -> None:
    person = a_person()
    sequences.enrol(sequence=with_step(kind), candidate_ids=[person.pk], by=SYSTEM, now=NOON)
    runner.run_due(now=NOON)

    tasks.complete(tasks=[Task.objects.get()], by=SYSTEM, now=NOON, reached=True)

    assert [one.kind for one in Touchpoint.objects.all()] == ([touch] if touch else [])
    assert bool(Candidate.objects.get().last_contacted_at) == bool(touch)


# --- who last spoke with them


def answered(who: Candidate, sender: Member, at: datetime) -> None:
    message = a_single(who)
    OutboundMessage.objects.filter(pk=message.pk).update(sender=sender)
    MessageEvent.objects.create(message=message, kind=MessageEventKind.REPLIED, occurred_at=at)


@pytest.mark.parametrize(("call", "expected"), [(HOUR, "recruiter"), (3 * DAY, "owner")])
def test_last_who_spoke_is_of_any_channel(owner: Member, recruiter: Member, call: timedelta, expected: str) -> None:
    answered(who := a_person(), owner, NOON - DAY)
    touched(who, recruiter, ago=call)

    assert last_spoken.of([who.pk]) == {who.pk: {"recruiter": recruiter, "owner": owner}[expected]}


def test_call_that_reached_nobody_is_no_conversation(owner: Member, recruiter: Member) -> None:
    answered(who := a_person(), owner, NOON - DAY)
    touched(who, recruiter, reached=False)

    assert last_spoken.of([who.pk]) == {who.pk: owner}


def test_owner_stands_in_for_somebody_who_left(owner: Member, recruiter: Member) -> None:
    answered(who := a_person(), recruiter, NOON - DAY)
    Candidate.objects.update(owner=owner)
    Member.objects.filter(pk=recruiter.pk).update(is_active=False)

    assert last_spoken.of([who.pk]) == {who.pk: owner}


def test_nobody_stands_in_where_nobody_owns(inside: UUID, recruiter: Member) -> None:
    answered(who := a_person(), recruiter, NOON - DAY)
    Member.objects.filter(pk=recruiter.pk).update(is_active=False)

    assert (last_spoken.of([who.pk]), Enrolment.objects.exists()) == ({}, False)
