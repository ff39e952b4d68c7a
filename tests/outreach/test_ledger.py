"""The ledger's moves, one by one and in any order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import BounceCause, EnrolmentState, MessageState
from outreach.models import Enrolment, OutboundMessage, SendGate
from outreach.services import claiming, evidence, ledger, planning, send_gate, sums
from outreach.services.planning import AlreadyPlanned, Content
from outreach.transports.base import Answer, Result
from talent.choices import BanReason
from talent.services import contact
from tests.factories.outreach import NOON, a_person, a_sequence, a_single, enrolled, people
from tests.factories.people import a_tenant
from tests.properties import costly

ACCEPTED = Answer(Result.ACCEPTED, 250, "OK")
LATER = Answer(Result.LATER, 451, "Try again")


def reserved(tenant: Tenant, now: datetime = NOON) -> OutboundMessage:
    [message] = ledger.reserve(tenant=tenant, now=now).messages
    return message


def hand_over(message: OutboundMessage, now: datetime = NOON) -> bool:
    assert message.claim
    return ledger.hand_over(message_id=message.pk, claim=message.claim, transport="smtp", now=now)


def settle(message: OutboundMessage, answer: Answer, now: datetime = NOON) -> str:
    """The state after this answer."""
    assert message.claim
    ledger.settle(message_id=message.pk, claim=message.claim, answer=answer, now=now)
    return str(OutboundMessage.objects.get(pk=message.pk).state)


@pytest.mark.usefixtures("inside")
class TestMoves:
    """Each move alone."""

    def test_claimed_message_has_no_words_before_they_are_written(self, tenant: Tenant) -> None:
        enrolled(a_sequence(), [a_person()], NOON)
        held = claiming.claim_due(tenant=tenant, now=NOON)
        before = OutboundMessage.objects.get()

        [message] = ledger.write(held=held, tenant=tenant, now=NOON).messages

        assert (before.state, before.text) == (MessageState.RESERVED, "")
        assert OutboundMessage.objects.get().text == message.text != ""

    def test_lost_claim_gets_no_words(self, tenant: Tenant) -> None:
        enrolled(a_sequence(), [a_person()], NOON)
        held = claiming.claim_due(tenant=tenant, now=NOON)
        ledger.release(claim=held.key, now=NOON)

        assert ledger.write(held=held, tenant=tenant, now=NOON).messages == []
        assert OutboundMessage.objects.get().text == ""

    @pytest.mark.parametrize(
        ("result", "state"),
        [
            (Result.ACCEPTED, MessageState.ACCEPTED),
            (Result.REFUSED, MessageState.REFUSED),
            (Result.UNKNOWN, MessageState.UNKNOWN),
            (Result.LATER, MessageState.PLANNED),
        ],
    )
    def test_answer_settles(self, tenant: Tenant, result: Result, state: str) -> None:
        a_single(a_person())
        message = reserved(tenant)
        hand_over(message)

        assert settle(message, Answer(result, 250, "")) == state

    def test_second_plan_for_one_purpose_is_an_error(self) -> None:
        candidate, intent = a_person(), planning.one_off_intent(uuid4(), is_proactive=False)
        content = Content("a", "b", "")
        planning.plan_single(candidate_id=candidate.pk, content=content, intent=intent, due_at=NOON, sender=None)

        with pytest.raises(AlreadyPlanned):
            planning.plan_single(candidate_id=candidate.pk, content=content, intent=intent, due_at=NOON, sender=None)

    def test_database_refuses_a_second_row_with_the_key(self) -> None:
        message = a_single(a_person())
        twin = OutboundMessage.objects.get(pk=message.pk)
        twin.pk, twin._state.adding, twin.message_id, twin.reply_token = uuid4(), True, "<x@x>", "x"

        with pytest.raises(IntegrityError, match="send_key"), transaction.atomic():
            twin.save(force_insert=True)

    def test_message_id_follows_from_the_key(self) -> None:
        message = a_single(a_person())

        assert message.message_id == planning.message_id_of(message.send_key)

    @pytest.mark.parametrize("seconds", [300, 301])
    def test_hand_over_is_refused_after_the_lease(self, tenant: Tenant, seconds: int) -> None:
        a_single(a_person())

        assert not hand_over(reserved(tenant), NOON + timedelta(seconds=seconds))

    def test_hand_over_is_refused_after_a_ban(self, tenant: Tenant) -> None:
        candidate = a_person()
        message = a_single(candidate)
        claimed = reserved(tenant)
        contact.ban(candidate=candidate, reason=BanReason.MANUAL, evidence="", by=SYSTEM, now=NOON)

        assert not hand_over(claimed)
        message.refresh_from_db()
        assert (message.state, message.excluded_reason) == (MessageState.EXCLUDED, "banned")

    @pytest.mark.parametrize("field", ["timeline", "system_identifier"])
    def test_hand_over_is_refused_on_another_cluster(self, tenant: Tenant, field: str) -> None:
        a_single(a_person())
        message = reserved(tenant)
        live = send_gate.live_cluster()
        SendGate.objects.create(**{**live.__dict__, field: "other", "opened_by": "Test"})

        assert not hand_over(message)
        send_gate.open_gate(by="Operator")
        assert hand_over(reserved(tenant))

    def test_dead_reservation_is_planned_again(self, tenant: Tenant) -> None:
        a_single(a_person())
        message = reserved(tenant)

        assert ledger.recover(now=NOON + timedelta(hours=1)) == (1, 0)
        assert not hand_over(message)

    def test_dead_hand_over_becomes_unknown_and_stays_so(self, tenant: Tenant) -> None:
        a_single(a_person())
        message = reserved(tenant)
        hand_over(message)

        assert ledger.recover(now=NOON + timedelta(hours=1)) == (0, 1)
        assert ledger.reserve(tenant=tenant, now=NOON + timedelta(days=9)).messages == []

    def test_late_answer_settles_what_was_unknown(self, tenant: Tenant) -> None:
        a_single(a_person())
        message = reserved(tenant)
        hand_over(message)
        ledger.recover(now=NOON + timedelta(hours=1))

        assert settle(message, ACCEPTED, NOON + timedelta(hours=2)) == MessageState.ACCEPTED

    @pytest.mark.parametrize(("attempt", "minutes"), list(enumerate([1, 5, 15, 60, 240, 240])))
    def test_server_that_says_later_is_asked_later(self, tenant: Tenant, attempt: int, minutes: int) -> None:
        row = a_single(a_person())
        OutboundMessage.objects.filter(pk=row.pk).update(attempts=attempt)
        message = reserved(tenant)
        hand_over(message)

        settle(message, LATER)

        assert OutboundMessage.objects.get().due_at == NOON + timedelta(minutes=minutes)

    def test_server_that_says_later_for_a_day_is_given_up(self, tenant: Tenant) -> None:
        row = a_single(a_person())
        OutboundMessage.objects.filter(pk=row.pk).update(first_tried_at=NOON - timedelta(days=1))
        message = reserved(tenant)
        hand_over(message)

        assert settle(message, LATER) == MessageState.REFUSED

    def test_one_person_gets_one_proactive_message_at_a_time(self, tenant: Tenant) -> None:
        candidate = a_person()
        a_single(candidate, proactive=True)
        a_single(candidate, proactive=True)

        assert len(ledger.reserve(tenant=tenant, now=NOON).messages) == 1
        assert ledger.reserve(tenant=tenant, now=NOON).messages == []

    def test_blank_tag_is_never_sent(self, tenant: Tenant) -> None:
        sequence = a_sequence(body="You work as {{ current_title }}.")
        [message] = enrolled(sequence, [a_person()])

        assert ledger.reserve(tenant=tenant, now=NOON).messages == []
        message.refresh_from_db()
        assert message.excluded_words == "Nothing is known for: job title. There is no fallback."
        assert Enrolment.objects.get().state == EnrolmentState.STOPPED

    @pytest.mark.parametrize(
        ("decision", "state"),
        [("arrived", MessageState.ACCEPTED), ("send_again", MessageState.PLANNED), ("give_up", MessageState.REFUSED)],
    )
    def test_person_settles_what_is_unknown(self, tenant: Tenant, decision: evidence.Decision, state: str) -> None:
        a_single(a_person())
        message = reserved(tenant)
        hand_over(message)
        settle(message, Answer(Result.UNKNOWN))

        evidence.settle_by_person(message=message, decision=decision, by=SYSTEM, now=NOON)

        assert OutboundMessage.objects.get().state == state

    def test_bounce_proves_that_it_had_left(self, tenant: Tenant) -> None:
        a_single(a_person())
        message = reserved(tenant)
        hand_over(message)
        settle(message, Answer(Result.UNKNOWN))

        evidence.record_bounce(message_id=message.pk, cause=BounceCause.SOFT, note="", now=NOON)

        assert OutboundMessage.objects.get().state == MessageState.BOUNCED


class LedgerMachine(RuleBasedStateMachine):
    """Two workers that die, servers that say anything, people who unsubscribe: in any order."""

    tenant: Tenant

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.held: list[OutboundMessage] = []
        self.on_the_way: dict[str, OutboundMessage] = {}
        self.handed_over: dict[str, int] = {}
        self.allowed: dict[str, int] = {}  # hand-overs that a clear "no, later" made possible

    @initialize(count=st.integers(1, 4))
    def plan(self, count: int) -> None:
        self.rows = enrolled(
            a_sequence(name=str(uuid4())), [a_person(f"P {n}", f"{uuid4()}@example.com") for n in range(count)]
        )

    @rule(most=st.integers(0, 4))
    def work(self, most: int) -> None:
        """A worker reserves what is due and hands over some of it; the rest it holds, and tries later."""
        self.held += ledger.reserve(tenant=self.tenant, now=self.now).messages
        for _ in range(min(most, len(self.held))):
            message = self.held.pop(0)
            if hand_over(message, self.now):
                self.handed_over[message.send_key] = self.handed_over.get(message.send_key, 0) + 1
                self.on_the_way[message.send_key] = message

    @rule(pick=st.integers(0, 9), result=st.sampled_from([r for r in Result if r != Result.WITHHELD]))
    def answer(self, pick: int, result: Result) -> None:
        if self.on_the_way:
            key = sorted(self.on_the_way)[pick % len(self.on_the_way)]
            message = self.on_the_way.pop(key)
            before = OutboundMessage.objects.get(pk=message.pk)
            settle(message, Answer(result, 250), self.now)
            if result in (Result.LATER, Result.NOT_REACHED) and before.claim == message.claim:
                self.allowed[key] = self.allowed.get(key, 0) + 1

    @rule(pick=st.integers(0, 9))
    def take_back(self, pick: int) -> None:
        """It was handed over ahead, and waits too long for its turn."""
        if self.on_the_way:
            key = sorted(self.on_the_way)[pick % len(self.on_the_way)]
            message = self.on_the_way.pop(key)
            assert message.claim is not None
            ledger.take_back(messages=[message.pk], claim=message.claim, now=self.now)
            after = OutboundMessage.objects.get(pk=message.pk)
            if (after.state, after.claim) == (MessageState.RESERVED, message.claim):
                self.held.append(message)
                self.allowed[key] = self.allowed.get(key, 0) + 1

    @rule(minutes=st.sampled_from([1, 4, 6, 30, 600]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        ledger.recover(now=self.now)

    @rule()
    def worker_dies(self) -> None:
        self.held, self.on_the_way = [], {}

    @rule(pick=st.integers(0, 20))
    def unsubscribe(self, pick: int) -> None:
        if pick < len(self.rows):
            evidence.unsubscribe(message_id=self.rows[pick].pk, how="Test", now=self.now)

    @invariant()
    def sums_add_up(self) -> None:
        result = sums.of(OutboundMessage.objects.all())
        assert result.adds_up
        assert result.planned == len(getattr(self, "rows", []))

    @invariant()
    def nothing_is_handed_over_twice(self) -> None:
        for key, times in self.handed_over.items():
            assert times <= 1 + self.allowed.get(key, 0)


@contextmanager
def rolled_back() -> Iterator[None]:
    """A savepoint that is thrown away: each example starts from nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_ledger_in_any_order(db: None) -> None:
    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__()
            self.sandbox = rolled_back()
            self.sandbox.__enter__()
            self.tenant = a_tenant(f"t-{uuid4().hex[:12]}")
            self.open = open_tenant(self.tenant)
            self.open.__enter__()

        def teardown(self) -> None:
            self.open.__exit__(None, None, None)
            self.sandbox.__exit__(None, None, None)

    run_state_machine_as_test(Machine, settings=costly(10, stateful_step_count=20))


def test_reservation_takes_no_more_than_its_limit(inside: object, tenant: Tenant) -> None:
    enrolled(a_sequence(), people(5))

    assert len(ledger.reserve(tenant=tenant, now=NOON, limit=3).messages) == 3


def test_of_many_a_worker_leaves_something_to_the_others(inside: object, tenant: Tenant) -> None:
    enrolled(a_sequence(), people(180))

    taken = [len(ledger.reserve(tenant=tenant, now=NOON, limit=100).messages) for _ in range(4)]

    assert taken == [60, 50, 50, 20]
