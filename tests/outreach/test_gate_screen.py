"""The gate's first look and its judgement of each person say the same, of one and of many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from outreach.models import Enrolment, MailFrequency, OutboundMessage
from outreach.services import gate
from outreach.services.gate import Intent
from outreach.services.gate_facts import Stage
from talent.choices import BanReason, Channel, ConsentOrigin, ConsentPurpose, ConsentState, OffLimitsKind, TouchKind
from talent.models import Candidate, ContactPoint, Touchpoint
from talent.services import consents, contact, off_limits, preferences
from talent.services.consents import Said
from talent.services.preferences import Wishes
from tests.factories.outreach import NOON, a_person, a_sequence, a_single, enrolled
from tests.properties import costly

DAY = timedelta(days=1)


def banned(who: Candidate) -> None:
    contact.ban(candidate=who, reason=BanReason.MANUAL, evidence="", by=SYSTEM, now=NOON)


def said(who: Candidate, state: str, purpose: str = ConsentPurpose.CONTACT, channel: str = "") -> None:
    word = Said(purpose, state, ConsentOrigin.SPOKEN, channel)
    consents.record(candidate=who, said=word, by=SYSTEM, now=NOON)


def wrote(who: Candidate, days: int) -> None:
    Candidate.objects.filter(pk=who.pk).update(last_replied_at=NOON - days * DAY)


def works_at(who: Candidate, company: str) -> None:
    Candidate.objects.filter(pk=who.pk).update(current_company=company)


def heard(who: Candidate, hours: int) -> None:
    message = a_single(who, proactive=True)
    went = NOON - timedelta(hours=hours)
    OutboundMessage.objects.filter(pk=message.pk).update(state="accepted", handed_over_at=went)


def touched(who: Candidate, hours: int, kind: str = TouchKind.CALL, reached: bool | None = True) -> None:
    Touchpoint.objects.create(
        candidate=who, kind=kind, reached=reached, occurred_at=NOON - timedelta(hours=hours), recorded_by=""
    )


FACTS: list[Callable[[Candidate], object]] = [
    lambda who: None,
    banned,
    lambda who: said(who, ConsentState.WITHDRAWN),
    lambda who: said(who, ConsentState.GIVEN),
    lambda who: said(who, ConsentState.REFUSED, ConsentPurpose.NEWS),
    lambda who: said(who, ConsentState.REFUSED, channel=Channel.PHONE),
    lambda who: preferences.put(candidate=who, wishes=Wishes(weekdays=(1,)), by=SYSTEM, now=NOON),
    lambda who: preferences.put(candidate=who, wishes=Wishes(language="de"), by=SYSTEM, now=NOON),
    lambda who: MailFrequency.objects.create(candidate=who, days=30),
    lambda who: ContactPoint.objects.filter(candidate=who).update(bounced_at=NOON),
    lambda who: ContactPoint.objects.filter(candidate=who).delete(),
    lambda who: works_at(who, "Räder  und Söhne"),
    lambda who: works_at(who, "Another"),
    lambda who: wrote(who, 1),
    lambda who: wrote(who, 100),
    lambda who: heard(who, 1),
    lambda who: heard(who, 24 * 6),
    lambda who: heard(who, 24 * 29),
    lambda who: a_single(who, proactive=True),
    lambda who: touched(who, 1),
    lambda who: touched(who, 1, reached=False),
    lambda who: touched(who, 24 * 6, TouchKind.LINKEDIN, None),
    lambda who: touched(who, 24 * 29, TouchKind.MEETING, None),
    lambda who: touched(who, 24 * 40),
    lambda who: Enrolment.objects.filter(candidate=who).update(state="paused", paused_until=NOON + DAY),
    lambda who: Enrolment.objects.filter(candidate=who).update(state="paused", outside_since=NOON),
]


@pytest.mark.parametrize("stage", ["plan", "send"])
@costly(6)
@given(facts=st.lists(st.lists(st.sampled_from(range(len(FACTS))), max_size=2, unique=True), min_size=4, max_size=8))
def test_first_look_says_what_the_judgement_says(inside: object, stage: Stage, facts: list[list[int]]) -> None:
    people = [a_person(f"P {n}", f"{Candidate.objects.count()}@mail.example.com") for n in range(len(facts))]
    off_limits.add(
        kind=OffLimitsKind.COMPANY, value="Rader und Sohne", reason="A client", until=None, by=SYSTEM, now=NOON
    )
    sequence = a_sequence(name=f"S {Candidate.objects.count()}")
    if stage == "send":
        enrolled(sequence, people)
    for who, chosen in zip(people, facts, strict=True):
        for number in chosen:
            FACTS[number](who)
    asked = {"intent": Intent("step:x", sequence_id=sequence.pk), "now": NOON, "stage": stage}
    ids = [who.pk for who in people]

    together = gate.verdicts(candidate_ids=ids, **asked)  # type: ignore[arg-type]
    apart = {pk: gate.verdicts(candidate_ids=[pk], **asked)[pk] for pk in ids}  # type: ignore[arg-type]
    with patch("outreach.services.gate._clear", return_value={}):
        judged = gate.verdicts(candidate_ids=ids, **asked)  # type: ignore[arg-type]

    assert together == apart == judged
