"""People who came into a sequence by a segment and leave it: it goes on, ends, or waits until they are in it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from outreach.choices import EnrolmentState, ExclusionReason, MessageState, OnLeaving, StepKind, StopReason
from outreach.models import Enrolment, OutboundMessage, Sequence, SequenceStep
from outreach.services import actions, enrolments, leaving, ledger, not_now, runner, sequences, why
from outreach.transports.base import Answer, Result
from talent.choices import MembershipCause
from talent.models import Candidate, Segment, SegmentMembership, Tag
from talent.services import labels, segments
from tests.factories.outreach import NOON, a_person, a_sequence
from tests.outreach.test_automation import a_rule

pytestmark = pytest.mark.usefixtures("inside")
DAY = timedelta(days=1)


def enter(segment: Segment, person: Candidate, at: datetime = NOON) -> None:
    SegmentMembership.objects.create(segment=segment, candidate=person, entered_at=at, entered_by=MembershipCause.DATA)
    leaving.follow(segment_id=segment.pk, candidates=[person.pk], now=at)


def leave(segment: Segment, person: Candidate, at: datetime = NOON) -> None:
    inside = SegmentMembership.objects.current().filter(segment=segment, candidate=person)
    inside.update(left_at=at, left_by=MembershipCause.DATA)
    leaving.follow(segment_id=segment.pk, candidates=[person.pk], now=at)


@dataclass(frozen=True)
class Case:
    """Somebody in a sequence to which they came by a segment."""

    sequence: Sequence
    segment: Segment
    person: Candidate

    def leaves(self, at: datetime = NOON) -> None:
        leave(self.segment, self.person, at)

    def is_back(self, at: datetime = NOON) -> None:
        enter(self.segment, self.person, at)


def a_case(on_leaving: str = OnLeaving.PAUSE, sequence: Sequence | None = None) -> Case:
    sequence = sequence or a_sequence(waits=[3])
    Sequence.objects.filter(pk=sequence.pk).update(on_leaving=on_leaving)
    person, segment = a_person(), Segment.objects.create(name="Open to work", rule={"all": []})
    enter(segment, person)
    sequences.enrol_segment(sequence=sequence, segment=segment, by=SYSTEM, now=NOON)
    return Case(Sequence.objects.get(pk=sequence.pk), segment, person)


def enrolment() -> Enrolment:
    return Enrolment.objects.get()


def planned() -> OutboundMessage:
    return OutboundMessage.objects.get(state=MessageState.PLANNED)


def goes(tenant: Tenant, at: datetime) -> list[str]:
    """Subjects of what is sent at a moment."""
    held = ledger.reserve(tenant=tenant, now=at)
    sent = []
    for message in held.messages:
        if ledger.hand_over(message_id=message.pk, claim=held.claim, transport="smtp", now=at):
            ledger.settle(message_id=message.pk, claim=held.claim, answer=Answer(Result.ACCEPTED, 250, "OK"), now=at)
            sent.append(message.subject)
    return sent


@pytest.mark.parametrize(
    ("says", "state", "reason"),
    [
        (OnLeaving.CONTINUE, EnrolmentState.ACTIVE, ""),
        (OnLeaving.REMOVE, EnrolmentState.STOPPED, StopReason.LEFT_SEGMENT),
        (OnLeaving.PAUSE, EnrolmentState.PAUSED, ""),
    ],
)
def test_leaving_does_what_the_sequence_says(says: str, state: str, reason: str) -> None:
    a_case(says).leaves()

    assert (enrolment().state, enrolment().stop_reason) == (state, reason)


def test_new_sequence_ends_for_whoever_leaves() -> None:
    assert Sequence().on_leaving == OnLeaving.REMOVE


def test_nothing_goes_while_they_are_outside_and_all_of_it_when_they_are_back(tenant: Tenant) -> None:
    case = a_case()
    case.leaves()
    outside = [goes(tenant, NOON + day * DAY) for day in (0, 1, 9)]
    said = (planned().put_off_reason, planned().put_off_words)

    case.is_back(NOON + 10 * DAY)

    assert (outside, said[0]) == ([[], [], []], ExclusionReason.ENROLMENT_PAUSED)
    assert said[1] == "Their sequence waits until they are in the segment “Open to work” again."
    assert (planned().due_at, enrolment().next_due_at) == (NOON + 10 * DAY, NOON + 10 * DAY)
    assert (goes(tenant, NOON + 10 * DAY), enrolment().state) == (["Hello"], EnrolmentState.ACTIVE)


def test_what_is_not_due_yet_keeps_its_time(tenant: Tenant) -> None:
    case = a_case()
    goes(tenant, NOON)

    case.leaves(NOON + DAY)
    case.is_back(NOON + 2 * DAY)

    assert (planned().due_at, enrolment().state) == (NOON + 3 * DAY, EnrolmentState.ACTIVE)


def test_leaving_after_the_reservation_keeps_the_mail_back(tenant: Tenant) -> None:
    case = a_case()
    held = ledger.reserve(tenant=tenant, now=NOON)
    case.leaves()

    went = ledger.hand_over(message_id=held.messages[0].pk, claim=held.claim, transport="smtp", now=NOON)

    assert (went, planned().put_off_reason) == (False, ExclusionReason.ENROLMENT_PAUSED)


def test_leaving_while_the_mail_is_with_the_server_keeps_the_next_back(tenant: Tenant) -> None:
    case = a_case()
    [message] = (held := ledger.reserve(tenant=tenant, now=NOON)).messages
    ledger.hand_over(message_id=message.pk, claim=held.claim, transport="smtp", now=NOON)
    case.leaves()

    ledger.settle(message_id=message.pk, claim=held.claim, answer=Answer(Result.ACCEPTED, 250, "OK"), now=NOON)

    assert (goes(tenant, NOON + 4 * DAY), enrolment().state) == ([], EnrolmentState.PAUSED)
    case.is_back(NOON + 5 * DAY)
    assert goes(tenant, NOON + 5 * DAY) == ["Again 1"]


def test_steps_without_a_mail_wait_as_well() -> None:
    sequence = Sequence.objects.create(name="Tagged", status="active")
    SequenceStep.objects.create(
        sequence=sequence, position=0, kind=StepKind.UPDATE, settings={"act": "tag", "tag": "seen"}
    )
    SequenceStep.objects.create(sequence=sequence, position=1, subject="Hello", body="Are you there?")
    case = a_case(sequence=sequence)
    case.leaves()
    outside = runner.run_due(now=NOON + DAY)

    case.is_back(NOON + 2 * DAY)

    assert (outside, runner.run_due(now=NOON + 2 * DAY)) == (0, 1)


def test_whoever_is_away_as_well_is_waited_for_until_then(tenant: Tenant) -> None:
    case = a_case()
    enrolments.pause_people(candidates=[case.person.pk], until=NOON + 9 * DAY, now=NOON)
    case.leaves(NOON + DAY)

    case.is_back(NOON + 2 * DAY)

    assert (enrolment().state, enrolment().paused_until) == (EnrolmentState.PAUSED, NOON + 9 * DAY)
    assert (goes(tenant, NOON + 8 * DAY), goes(tenant, NOON + 9 * DAY)) == ([], ["Hello"])


@pytest.mark.parametrize(
    ("says", "state"), [(OnLeaving.CONTINUE, EnrolmentState.ACTIVE), (OnLeaving.REMOVE, EnrolmentState.STOPPED)]
)
def test_another_choice_holds_for_those_who_are_outside_already(says: str, state: str) -> None:
    case = a_case()
    case.leaves()

    sequences.change(sequence=case.sequence, values={"on_leaving": says}, by=SYSTEM)

    assert (enrolment().state, enrolment().outside_since) == (state, None)


def test_segment_that_is_deleted_is_waited_for_no_longer() -> None:
    case = a_case()
    case.leaves()

    segments.delete(segment=case.segment, by=SYSTEM)

    assert (enrolment().state, enrolment().stop_reason) == (EnrolmentState.STOPPED, StopReason.LEFT_SEGMENT)


def test_not_now_that_is_taken_back_sees_where_they_are() -> None:
    case = a_case()
    case.leaves()
    rest = not_now.say(candidate=case.person, by=SYSTEM, now=NOON)
    case.is_back(NOON + DAY)

    not_now.take_back(token=rest.token, by=SYSTEM, now=NOON + DAY)

    assert (enrolment().state, enrolment().outside_since) == (EnrolmentState.ACTIVE, None)


# --- whom an automation rule put in


def by_a_rule(owner: Member, run_readers: Callable[[], int], on_leaving: str) -> Case:
    """Somebody whom a rule put in because a tag brought them into a segment."""
    tag = Tag.objects.create(name="open to work")
    rule = {"all": [{"field": "tag", "op": "is_any_of", "value": [str(tag.pk)]}]}
    segment = segments.create(name="Open to work", rule=rule, by=SYSTEM, now=NOON)
    sequence, person = a_sequence(on_leaving=on_leaving), a_person()
    enrol = {"act": actions.Act.ENROL.value, "sequence": str(sequence.pk)}
    a_rule("segment_entered", enrol, settings={"segment": str(segment.pk)}, repeat_days=0)
    labels.tag(candidates=[person], name=tag.name, by=owner.actor, now=NOON)
    run_readers()
    return Case(sequence, segment, person)


@pytest.mark.parametrize(
    ("says", "states"),
    [
        (OnLeaving.REMOVE, [EnrolmentState.ACTIVE, EnrolmentState.STOPPED, EnrolmentState.STOPPED]),
        (OnLeaving.PAUSE, [EnrolmentState.ACTIVE, EnrolmentState.PAUSED, EnrolmentState.ACTIVE]),
        (OnLeaving.CONTINUE, [EnrolmentState.ACTIVE] * 3),
    ],
)
def test_whom_a_rule_put_in_came_by_its_segment(
    owner: Member, run_readers: Callable[[], int], says: str, states: list[str]
) -> None:
    case = by_a_rule(owner, run_readers, says)
    found = [enrolment().state]
    labels.untag(candidates=[case.person], tag=Tag.objects.get(), by=owner.actor, now=NOON)
    run_readers()
    found.append(enrolment().state)
    labels.tag(candidates=[case.person], name="open to work", by=owner.actor, now=NOON)
    run_readers()

    assert [*found, enrolment().state] == states
    assert enrolment().segment == case.segment


@pytest.mark.parametrize("says", [OnLeaving.REMOVE, OnLeaving.CONTINUE])
def test_who_left_before_it_came_to_them_is_not_put_in(says: str) -> None:
    sequence, person = a_sequence(on_leaving=says), a_person()
    segment = Segment.objects.create(name="Open to work", rule={"all": []})
    enter(segment, person)
    enrol = {"act": actions.Act.ENROL.value, "sequence": str(sequence.pk)}
    rule = a_rule("segment_entered", enrol, settings={"segment": str(segment.pk)})
    occasion = actions.Occasion([person], NOON, SYSTEM, segment=segment)
    leave(segment, person)

    done = actions.perform(rule.actions[0], occasion)

    is_in = says == OnLeaving.CONTINUE
    words = "Put into “Engineers”." if is_in else "Left out of “Engineers”: They have left the segment meanwhile."
    assert (done.words[person.pk], Enrolment.objects.exists()) == (words, is_in)


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        (OnLeaving.CONTINUE, "These mails go on when you are no longer in it."),
        (OnLeaving.REMOVE, "These mails end when you are no longer in it."),
        (OnLeaving.PAUSE, "These mails wait while you are not in it."),
    ],
)
def test_why_page_names_the_group_and_what_leaving_it_does(
    tenant: Tenant, owner: Member, run_readers: Callable[[], int], says: str, sentence: str
) -> None:
    by_a_rule(owner, run_readers, says)
    message = why.message_of(OutboundMessage.objects.get().pk)
    assert message is not None

    said = why.answer(message, tenant, NOON)

    assert (said.through, said.leaving) == ("Open to work", sentence)


# --- page and API


def test_page_and_api_say_who_is_waited_for(owner_client: Client) -> None:
    case = a_case()
    case.leaves()

    page = owner_client.get(f"/o/acme/sequences/{case.sequence.pk}/people/").content.decode()
    [listed] = owner_client.get(f"/o/acme/api/v1/sequences/{case.sequence.pk}/enrolments/").json()
    beside = owner_client.get(f"/o/acme/candidates/{case.person.pk}/").content.decode()

    assert "When they are in “Open to work” again" in page
    assert "until they are in “Open to work” again" in beside
    assert (listed["state"], listed["outside_since"]) == ("paused", "2026-06-03T12:00:00Z")


def test_page_and_api_choose_what_leaving_does(owner_client: Client) -> None:
    sequence = a_sequence(on_leaving=OnLeaving.REMOVE)
    api = f"/o/acme/api/v1/sequences/{sequence.pk}/"
    form = owner_client.get(f"/o/acme/sequences/{sequence.pk}/edit/")
    filled: dict[str, Any] = {name: value for name, value in form.context["form"].initial.items() if value is not None}

    owner_client.post(f"/o/acme/sequences/{sequence.pk}/edit/", {**filled, "on_leaving": "pause"})
    by_page = Sequence.objects.get().on_leaving
    changed = owner_client.patch(api, {"on_leaving": "continue"}, content_type="application/json")

    assert "It waits until they are in it again" in form.content.decode()
    assert (by_page, changed.json()["on_leaving"]) == (OnLeaving.PAUSE, OnLeaving.CONTINUE)
