"""The one gate: a table of people and what it says about each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.actors import SYSTEM
from crm.models import Tenant
from outreach.choices import ExclusionReason, MessageState
from outreach.models import OutboundMessage
from outreach.services import gate, judging, planning
from outreach.services.gate import Intent
from talent.choices import BanReason, ConsentOrigin, ConsentPurpose
from talent.models import Candidate, ContactPoint
from talent.services import consents, contact, off_limits, preferences
from talent.services.consents import Said
from talent.services.contact import Reach
from tests.factories.outreach import NOON, a_person, a_single, people

pytestmark = pytest.mark.usefixtures("inside")
INTENT = planning.one_off_intent(uuid4(), is_proactive=True)


def reason_for(candidate: Candidate, intent: Intent = INTENT, now: datetime = NOON) -> str:
    return gate.verdicts(candidate_ids=[candidate.pk], intent=intent, now=now)[candidate.pk].reason


def banned() -> Candidate:
    candidate = a_person()
    contact.ban(candidate=candidate, reason=BanReason.MANUAL, evidence="", by=SYSTEM, now=NOON)
    return candidate


def bounced() -> Candidate:
    candidate = a_person()
    ContactPoint.objects.update(bounced_at=NOON)
    return candidate


def talking() -> Candidate:
    candidate = a_person()
    Candidate.objects.filter(pk=candidate.pk).update(last_replied_at=NOON - timedelta(days=3))
    return candidate


def left(candidate: Candidate, moment: datetime) -> None:
    """We wrote to them at that moment."""
    message = a_single(candidate, proactive=True)
    OutboundMessage.objects.filter(pk=message.pk).update(state=MessageState.ACCEPTED, handed_over_at=moment)


def written_to_yesterday() -> Candidate:
    candidate = a_person()
    left(candidate, NOON - timedelta(hours=19))
    return candidate


def written_to_twice() -> Candidate:
    candidate = a_person()
    left(candidate, NOON - timedelta(days=6))
    left(candidate, NOON - timedelta(days=2))
    return candidate


def banned_from(scope: str, channel: str = "", days: int = 1) -> Candidate:
    candidate, reach = a_person(), Reach(scope, channel, NOON + timedelta(days=days))
    contact.ban(candidate=candidate, reason=BanReason.MANUAL, evidence="", by=SYSTEM, now=NOON, reach=reach)
    return candidate


def said(state: str, **more: object) -> Candidate:
    candidate = a_person()
    word = Said(ConsentPurpose.CONTACT, state, ConsentOrigin.FORM, **more)  # type: ignore[arg-type]
    consents.record(candidate=candidate, said=word, by=SYSTEM, now=NOON - timedelta(days=9))
    return candidate


def at_a_client() -> Candidate:
    off_limits.add(kind="company", value="Nordlicht", reason="Our client", until=None, by=SYSTEM, now=NOON)
    candidate = a_person()
    Candidate.objects.filter(pk=candidate.pk).update(current_company="NORDLICHT")
    return candidate


def excepted(candidate: Candidate) -> Candidate:
    until = NOON + timedelta(days=2)
    off_limits.except_person(candidate=candidate, reason="Agreed with the client", until=until, by=SYSTEM, now=NOON)
    return candidate


def ran_out() -> Candidate:
    consents.rest_on(purpose=ConsentPurpose.CONTACT, basis="consent", valid_months=None, by=SYSTEM)
    return said("given", expires_at=NOON)


def never_asked() -> Candidate:
    consents.rest_on(purpose=ConsentPurpose.CONTACT, basis="consent", valid_months=None, by=SYSTEM)
    return a_person()


def agreed() -> Candidate:
    consents.rest_on(purpose=ConsentPurpose.CONTACT, basis="consent", valid_months=12, by=SYSTEM)
    return said("given")


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (lambda: banned_from("all"), ExclusionReason.BANNED),
        (lambda: banned_from("channel", "email"), ExclusionReason.BANNED),
        (lambda: banned_from("channel", "phone"), ""),
        (lambda: banned_from("marketing"), ""),
        (lambda: excepted(banned()), ""),
        (at_a_client, ExclusionReason.OFF_LIMITS),
        (lambda: excepted(at_a_client()), ""),
        (lambda: said("withdrawn"), ExclusionReason.NO_CONSENT),
        (lambda: excepted(said("refused")), ExclusionReason.NO_CONSENT),
        (ran_out, ExclusionReason.NO_CONSENT),
        (never_asked, ExclusionReason.NO_CONSENT),
        (agreed, ""),
        (a_person, ""),
        (lambda: a_person(email=None), ExclusionReason.NO_ADDRESS),
        (bounced, ExclusionReason.BOUNCED_ADDRESS),
        (banned, ExclusionReason.BANNED),
        (talking, ExclusionReason.IN_CONVERSATION),
        (written_to_yesterday, ExclusionReason.TOO_MUCH_CONTACT),
        (written_to_twice, ExclusionReason.TOO_MUCH_CONTACT),
    ],
)
def test_gate_names_the_reason(person: Callable[[], Candidate], reason: str) -> None:
    assert reason_for(person()) == reason


def test_ban_on_mailings_stops_sequences() -> None:
    candidate = banned_from("marketing")

    assert reason_for(candidate, Intent(key="step", sequence_id=uuid4())) == ExclusionReason.BANNED


def test_ban_ends_by_itself() -> None:
    assert reason_for(banned_from("all", days=1), now=NOON + timedelta(days=1)) == ""


def test_pause_of_a_person_holds_what_we_begin_and_no_answer() -> None:
    candidate, day = a_person(), NOON.date() + timedelta(days=3)
    preferences.pause(candidate=candidate, until=day, by=SYSTEM, now=NOON, today=NOON.date())

    verdict = gate.verdicts(candidate_ids=[candidate.pk], intent=INTENT, now=NOON)[candidate.pk]

    assert (verdict.reason, verdict.is_final) == (ExclusionReason.PERSON_PAUSED, False)
    assert reason_for(candidate, now=NOON + timedelta(days=3)) == ""
    assert reason_for(candidate, planning.one_off_intent(uuid4(), is_proactive=False)) == ""


def test_answer_needs_no_consent() -> None:
    assert reason_for(never_asked(), planning.one_off_intent(uuid4(), is_proactive=False)) == ""


@pytest.mark.parametrize(("was_asked", "reason"), [(True, ""), (False, ExclusionReason.OFF_LIMITS)])
def test_answer_to_a_client_goes_only_where_they_wrote_first(was_asked: bool, reason: str) -> None:
    candidate, intent = at_a_client(), planning.answer_intent(uuid4(), was_asked=was_asked)

    verdict = gate.verdicts(candidate_ids=[candidate.pk], intent=intent, now=NOON)[candidate.pk]

    assert (verdict.reason, "They wrote first" in verdict.warning) == (reason, was_asked)


def test_answer_stays_one_when_it_is_sent() -> None:
    candidate = at_a_client()
    intent = planning.answer_intent(uuid4(), was_asked=True)
    content = planning.Content(subject="Re", text="Yes", html="<p>Yes</p>")
    row = planning.plan_single(candidate_id=candidate.pk, content=content, intent=intent, due_at=NOON, sender=None)

    assert judging.intent_of(row) == intent


def test_gate_says_when_pressure_is_over() -> None:
    candidate = written_to_twice()

    verdict = gate.verdicts(candidate_ids=[candidate.pk], intent=INTENT, now=NOON)[candidate.pk]

    assert verdict.retry_at == NOON + timedelta(days=1)
    assert reason_for(candidate, now=NOON + timedelta(days=1)) == ""


def test_answer_to_a_person_is_no_pressure() -> None:
    candidate = written_to_yesterday()

    assert reason_for(candidate, planning.one_off_intent(uuid4(), is_proactive=False)) == ""


def test_gate_knows_what_is_planned() -> None:
    candidate = a_person()
    message = a_single(candidate)

    assert reason_for(candidate, Intent(key=message.send_key.rsplit(":", 1)[0])) == ExclusionReason.ALREADY_SENT


def test_gate_stops_everybody_with_the_kill_switch(tenant: Tenant) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(sending_stopped=True)

    assert reason_for(a_person()) == ExclusionReason.SENDING_STOPPED


def test_unknown_person_gets_nothing() -> None:
    stranger = uuid4()

    verdict = gate.verdicts(candidate_ids=[stranger], intent=INTENT, now=NOON)[stranger]

    assert (verdict.may, verdict.is_final) == (False, True)


@pytest.mark.parametrize("count", [1, 30])
def test_gate_asks_as_many_queries_for_many_as_for_one(count: int) -> None:
    ids = [c.pk for c in people(count)]
    Candidate.objects.update(last_replied_at=NOON)  # then it asks for who talks to them, too

    with CaptureQueriesContext(
        connection,
    ) as queries:
        gate.verdicts(candidate_ids=ids, intent=INTENT, now=NOON)

    assert len(queries) == 18
