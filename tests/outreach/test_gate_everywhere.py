"""The rules of contact hold alike for every way of writing: sequence, broadcast, text message, single mail."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from crm.models import Member, Tenant
from outreach.choices import ExclusionReason, MessageEventKind, MessageState, Priority
from outreach.models import MessageEvent, OutboundMessage
from outreach.services import gate
from outreach.services.gate import Intent, Verdict
from talent.choices import Channel, ConsentOrigin, ConsentPurpose, ConsentState, ContactKind
from talent.models import Candidate, ConsentRecord, ContactPoint
from talent.services import preferences
from tests.factories.outreach import NOON, a_person, a_single
from tests.factories.people import a_member

DAY = timedelta(days=1)
WAYS: dict[str, dict[str, object]] = {
    "sequence": {"sequence_id": uuid4(), "priority": Priority.NORMAL},
    "broadcast": {"broadcast_id": uuid4(), "priority": Priority.LOW},
    "text": {"sequence_id": uuid4(), "channel": Channel.TEXT, "priority": Priority.NORMAL},
    "single": {},
}


@pytest.fixture
def anna(tenant: Tenant) -> Member:
    return a_member(tenant, email="anna@acme.example.com")


@pytest.fixture
def maya(inside: object) -> Candidate:
    """Somebody who may be written to in every way."""
    person = a_person()
    ContactPoint.objects.create(candidate=person, kind=ContactKind.PHONE, value="+493090182", normal="+493090182")
    said = {"state": ConsentState.GIVEN, "origin": ConsentOrigin.FORM, "occurred_at": NOON - 90 * DAY}
    ConsentRecord.objects.create(candidate=person, purpose=ConsentPurpose.CONTACT, **said)
    return person


def all_ways(person: Candidate) -> dict[str, Verdict]:
    """What the gate says to a mail of the workspace itself, by each way."""
    return {
        way: gate.verdicts(
            candidate_ids=[person.pk],
            intent=Intent(key=str(uuid4()), **fields),  # type: ignore[arg-type]
            now=NOON,
        )[person.pk]
        for way, fields in WAYS.items()
    }


def wrote(sender: Member | None, person: Candidate, ago: timedelta, channel: str = Channel.EMAIL) -> OutboundMessage:
    row = a_single(person, now=NOON - ago, proactive=True)
    row.sender, row.state, row.handed_over_at, row.channel = sender, MessageState.ACCEPTED, NOON - ago, channel
    row.save()
    return row


def assert_held(person: Candidate, reason: str, words: str) -> None:
    found = all_ways(person)
    assert {way: one.reason for way, one in found.items()} == dict.fromkeys(WAYS, reason)
    assert [one.words for one in found.values() if words not in one.words or one.may or one.is_final] == []


def test_nothing_keeps_anything_back(maya: Candidate) -> None:
    assert {way: one.words for way, one in all_ways(maya).items()} == dict.fromkeys(WAYS, "")


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.TEXT])
def test_pressure_counts_mails_and_texts_alike(maya: Candidate, channel: str) -> None:
    wrote(None, maya, timedelta(hours=2), channel)

    assert_held(maya, ExclusionReason.TOO_MUCH_CONTACT, "They last heard from us on 3 June.")


def test_colleague_who_wrote_lately_is_spared_by_every_way(maya: Candidate, anna: Member) -> None:
    wrote(anna, maya, 2 * DAY)

    assert_held(maya, ExclusionReason.SENDER_SPACING, "Anna wrote to them on 1 June.")


def test_conversation_of_a_colleague_locks_every_way(maya: Candidate, anna: Member) -> None:
    row = wrote(anna, maya, 6 * DAY)
    MessageEvent.objects.create(message=row, kind=MessageEventKind.REPLIED, occurred_at=NOON - 5 * DAY)
    Candidate.objects.filter(pk=maya.pk).update(last_replied_at=NOON - 5 * DAY)

    assert_held(maya, ExclusionReason.IN_CONVERSATION, "Anna is in conversation with them.")


def test_not_now_cools_every_way_down(maya: Candidate, anna: Member) -> None:
    until = (NOON + 30 * DAY).date()
    preferences.pause(candidate=maya, until=until, by=anna.actor, now=NOON, today=NOON.date())

    assert_held(maya, ExclusionReason.PERSON_PAUSED, "nothing before 03 July 2026")
