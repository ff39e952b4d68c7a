"""What is due is claimed by one statement where nothing keeps it back: with the same outcome as one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock, patch
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from outreach.choices import MessageState
from outreach.models import DayOff, Enrolment, Mailbox, OutboundMessage, RecipientDomain, SendPulse, Sequence
from outreach.models import SequenceStep as Step
from outreach.services import claim_screen, claiming, mailboxes
from talent.models import Candidate
from tests.factories.outreach import NOON, a_person, a_sequence, a_single, enrolled
from tests.outreach.test_gate_screen import FACTS
from tests.properties import costly

DAY = timedelta(days=1)
KEPT = ("state", "mailbox", "to_address", "due_at", "is_held", "held_for", "put_off_reason", "put_off_words")


def told() -> list[tuple[object, ...]]:
    """What is written of each message and its enrolment."""
    rows = OutboundMessage.objects.order_by("candidate__name", "pk").values_list(
        "pk", *KEPT, "reserved_at", "lease_until", "enrolment__state", "enrolment__paused_until"
    )
    return list(rows)


def claimed(tenant: Tenant, *, plainly: bool = True) -> tuple[list[tuple[object, ...]], int, int]:
    """(what is written, how many were claimed, how many plainly), taken back at once."""
    plain = []

    def counted(*args: Any) -> set[UUID]:
        plain.append(found := reserve(*args))
        return found

    reserve, in_hours = claim_screen.reserve, claim_screen.in_hours
    with (
        patch.object(claim_screen, "in_hours", in_hours if plainly else Mock(return_value=[])),
        patch.object(claim_screen, "reserve", counted),
        transaction.atomic(),
    ):
        made = claiming.claim_due(tenant=tenant, now=NOON)
        rows = told()
        transaction.set_rollback(True)
    return rows, len(made.messages), sum(map(len, plain))


def colleague(member: Member, own: bool) -> Mailbox:
    values = {"from_address": f"{own}@example.com".lower(), "owner": member if own else None}
    return Mailbox.objects.get_or_create(name=f"{own}", defaults=values)[0]


def silent(domain: str) -> None:
    RecipientDomain.objects.create(domain=domain, takes_mail=False, asked_at=NOON, silent_since=NOON - DAY)


def outage(begin: datetime, end: datetime) -> None:
    SendPulse.objects.create(pk=1, beat_at=NOON, outage_from=begin, outage_until=end)


def of_all(**values: object) -> Callable[[Member], object]:
    return lambda member: Sequence.objects.update(**values)


AROUND: list[Callable[[Member], object]] = [
    lambda member: None,
    of_all(window_start_hour=14, window_end_hour=18),
    of_all(window_start_hour=9, window_end_hour=13, window_zone="fixed", fixed_zone="Asia/Tokyo"),
    of_all(window_start_hour=9, window_end_hour=13, window_zone="sender"),
    lambda member: of_all(window_zone="sender", sender=member, window_start_hour=13)(member),
    of_all(weekdays=[1, 2]),
    of_all(status="paused"),
    lambda member: Step.objects.update(needs_review=True),
    lambda member: DayOff.objects.create(day=NOON.date()),
    lambda member: Candidate.objects.update(country="PL", time_zone="Europe/Warsaw"),
    lambda member: silent("mail.example.com"),
    lambda member: of_all(mailbox=colleague(member, own=False))(member),
    lambda member: of_all(mailbox=colleague(member, own=True))(member),
    lambda member: of_all(mailbox=colleague(member, own=True), created_by=member)(member),
    lambda member: (colleague(member, own=True), of_all(sender=member, created_by=member)(member)),
    lambda member: Mailbox.objects.update(stopped_at=NOON, stopped_reason="It bounced."),
    lambda member: Tenant.objects.filter(pk=member.tenant_id).update(sending_stopped=True),
    lambda member: Tenant.objects.filter(pk=member.tenant_id).update(time_zone="Asia/Tokyo"),
    lambda member: SendPulse.objects.create(
        pk=1, beat_at=NOON, outage_from=NOON - 3 * DAY, outage_until=NOON - DAY / 24
    ),
    lambda member: OutboundMessage.objects.update(due_at=NOON - 2 * DAY),
    lambda member: Enrolment.objects.update(state="paused", paused_until=NOON - DAY),
]


@costly(12)
@given(
    facts=st.lists(st.lists(st.sampled_from(range(len(FACTS))), max_size=1), min_size=3, max_size=5),
    around=st.lists(st.sampled_from(range(len(AROUND))), max_size=2, unique=True),
)
def test_claimed_plainly_or_one_by_one_the_outcome_is_the_same(
    inside: object, tenant: Tenant, recruiter: Member, facts: list[list[int]], around: list[int]
) -> None:
    with transaction.atomic():
        mailboxes.default_mailbox(tenant)
        people = [a_person(f"P {n}", f"p{n}@mail.example.com") for n in range(len(facts))]
        enrolled(a_sequence(), people)
        enrolled(a_sequence(name="Others"), [a_person("Q", "q@mail.example.com")])
        for who, chosen in zip(people, facts, strict=True):
            for number in chosen:
                FACTS[number](who)
        for number in around:
            AROUND[number](recruiter)

        together, apart = claimed(tenant), claimed(tenant, plainly=False)

        assert together[:2] == apart[:2]
        assert apart[2] == 0
        transaction.set_rollback(True)


@pytest.mark.usefixtures("inside")
class TestPlainly:
    """What goes by the one statement."""

    def test_steps_of_several_sequences_go_together(self, tenant: Tenant) -> None:
        mailboxes.default_mailbox(tenant)
        for number in range(3):
            enrolled(a_sequence(name=f"S {number}"), [a_person(f"P {number}{n}") for n in range(2)])

        rows, count, plainly = claimed(tenant)

        assert (count, plainly) == (6, 6)
        assert {row[1] for row in rows} == {MessageState.RESERVED}

    def test_person_gets_the_first_of_what_is_due(self, tenant: Tenant) -> None:
        mailboxes.default_mailbox(tenant)
        [message] = enrolled(a_sequence(), [who := a_person()])
        a_single(who, now=NOON - DAY)

        assert claimed(tenant)[1:] == (1, 0)
        OutboundMessage.objects.exclude(pk=message.pk).delete()
        assert claimed(tenant)[1:] == (1, 1)

    def test_claim_keeps_what_it_rested_on(self, tenant: Tenant) -> None:
        mailboxes.default_mailbox(tenant)
        [message] = enrolled(a_sequence(), [a_person()])

        made = claiming.claim_due(tenant=tenant, now=NOON)

        assert made.messages == {message.pk}
        assert made.marks[message.pk].count(".") == 2

    def test_room_taken_plainly_is_not_taken_again(self, tenant: Tenant) -> None:
        box = mailboxes.default_mailbox(tenant)
        mailboxes.set_pace(mailbox=box, values={"daily_cap": 3}, by=SYSTEM)
        enrolled(a_sequence(), [a_person(f"P {n}") for n in range(2)])
        for number in range(3):
            a_single(a_person(f"Q {number}"))

        assert claimed(tenant)[1:] == (3, 2)

    def test_gap_lets_one_go(self, tenant: Tenant) -> None:
        box = mailboxes.default_mailbox(tenant)
        mailboxes.set_pace(mailbox=box, values={"gap_seconds": 60}, by=SYSTEM)
        enrolled(a_sequence(), [a_person(f"P {n}") for n in range(2)])
        a_single(a_person("Q"))

        assert claimed(tenant)[1:] == (1, 1)

    def test_statements_after_it_are_planned_as_usual(self, tenant: Tenant) -> None:
        enrolled(a_sequence(), [a_person()], datetime(2026, 6, 3, 11, tzinfo=UTC))
        claiming.claim_due(tenant=tenant, now=NOON)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('plan_cache_mode'), current_setting('enable_seqscan')")
            assert cursor.fetchone() == ("auto", "on")
