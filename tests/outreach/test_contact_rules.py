"""The rules of contact: how much, by whom and when, over all colleagues and sequences."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import AuditEntry, Member, Tenant, User
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import ExclusionReason, MessageEventKind, MessageState, WindowZone
from outreach.models import Enrolment, MessageEvent, OutboundMessage, SendingPolicy, Sequence
from outreach.services import contact_rules, enrolments, gate, gate_words, ledger, planning, sequences
from outreach.services.gate import Intent, Verdict
from outreach.services.gate_words import MONTH, WEEK, Contact, Wall
from talent.models import Candidate
from talent.services import applications, jobs, preferences
from talent.services.preferences import Wishes
from tests.conftest import logged_in
from tests.factories.outreach import NOON, a_person, a_sequence, a_single, enrolled
from tests.factories.people import a_member

DAY = timedelta(days=1)
BUDGETS = st.tuples(st.integers(1, 4), st.integers(0, 4), st.integers(0, 60)).map(
    lambda n: SendingPolicy(most_per_week=n[0], most_per_month=n[0] + n[1], gap_hours=n[2])
)


def most_within(sent: list[datetime], period: timedelta) -> int:
    return max((sum(one <= other < one + period for other in sent) for one in sent), default=0)


@given(BUDGETS, st.lists(st.integers(1, 100), max_size=40))
def test_nobody_hears_more_from_us_than_the_budgets_allow(rules: SendingPolicy, hours: list[int]) -> None:
    sent, now = [NOON], NOON
    for pause in hours:
        now += timedelta(hours=pause)
        found = gate_words.pressure([Contact(at) for at in sent], rules, Wall(UTC), now)
        if found is None:
            sent.append(now)
        else:
            assert found.retry_at
            assert gate_words.pressure([Contact(at) for at in sent], rules, Wall(UTC), found.retry_at) is None

    assert most_within(sent, WEEK) <= rules.most_per_week
    assert most_within(sent, MONTH) <= rules.most_per_month
    assert all(b - a >= timedelta(hours=rules.gap_hours) for a, b in pairwise(sent))


@pytest.fixture
def anna(tenant: Tenant) -> Member:
    return a_member(tenant, email="anna@acme.example.com")


@pytest.fixture
def ben(tenant: Tenant) -> Member:
    return a_member(tenant, email="ben@acme.example.com")


@pytest.fixture
def maya(inside: object) -> Candidate:
    return a_person()


def verdict(person: Candidate, sender: Member | None = None, now: datetime = NOON, **fields: object) -> Verdict:
    intent = Intent(key=str(uuid4()), sender_id=sender.pk if sender else None, **fields)  # type: ignore[arg-type]
    return gate.verdicts(candidate_ids=[person.pk], intent=intent, now=now)[person.pk]


def wrote(sender: Member, person: Candidate, at: datetime, *, answer: bool = False) -> OutboundMessage:
    row = a_single(person, now=at, proactive=not answer)
    row.sender, row.state, row.handed_over_at = sender, MessageState.ACCEPTED, at
    row.save()
    return row


def replied(message: OutboundMessage, at: datetime) -> None:
    MessageEvent.objects.create(message=message, kind=MessageEventKind.REPLIED, occurred_at=at)
    Candidate.objects.filter(pk=message.candidate_id).update(last_replied_at=at)


def test_another_colleague_waits_and_the_same_goes_on(maya: Candidate, anna: Member, ben: Member) -> None:
    wrote(anna, maya, NOON - DAY)

    held = verdict(maya, ben)

    assert (held.reason, held.is_final, held.retry_at) == (ExclusionReason.SENDER_SPACING, False, NOON + 2 * DAY)
    assert held.words == "Anna wrote to them on 2 June. A mail of somebody else can go on 5 June, 12:00."
    assert verdict(maya, anna).may
    assert verdict(maya, ben, NOON + 2 * DAY).may


def test_colleague_is_told_of_a_mail_that_another_one_plans(maya: Candidate, anna: Member, ben: Member) -> None:
    OutboundMessage.objects.filter(pk=a_single(maya, now=NOON + DAY, proactive=True).pk).update(sender=anna)

    assert verdict(maya, ben).warning == "A mail of Anna to them is planned for 4 June, 12:00."
    assert verdict(maya, anna).warning == ""


def test_conversation_spares_whoever_they_answered(maya: Candidate, anna: Member, ben: Member) -> None:
    replied(wrote(anna, maya, NOON - 6 * DAY), NOON - 5 * DAY)

    assert verdict(maya, ben).words == "They wrote to us on 29 May: Anna is in conversation with them."
    assert verdict(maya, ben, sequence_id=uuid4()).reason == ExclusionReason.IN_CONVERSATION
    assert (verdict(maya, anna).may, verdict(maya, anna, sequence_id=uuid4()).may) == (True, True)


def test_conversation_spares_whoever_answers_them(maya: Candidate, ben: Member) -> None:
    Candidate.objects.filter(pk=maya.pk).update(last_replied_at=NOON - 2 * DAY)
    wrote(ben, maya, NOON - DAY, answer=True)

    assert verdict(maya, ben).may
    assert verdict(maya).reason == ExclusionReason.IN_CONVERSATION


def test_own_sender_of_a_step_is_the_one_judged(maya: Candidate, anna: Member, ben: Member, tenant: Tenant) -> None:
    sequence = a_sequence(sender=anna)
    sequence.steps.update(sender=ben)
    [row] = enrolled(sequence, [maya])
    wrote(anna, maya, NOON - DAY)

    assert ledger.reserve(tenant=tenant, now=NOON).messages == []

    row.refresh_from_db()
    assert (row.put_off_reason, row.due_at) == (ExclusionReason.SENDER_SPACING, NOON + 2 * DAY)


def test_own_sender_of_a_step_goes_on_in_their_own_conversation(
    maya: Candidate, anna: Member, ben: Member, tenant: Tenant
) -> None:
    sequence = a_sequence(sender=anna)
    sequence.steps.update(sender=ben)
    replied(wrote(ben, maya, NOON - 6 * DAY), NOON - 5 * DAY)

    report = sequences.check(sequence=sequence, candidate_ids=[maya.pk], now=NOON)
    enrolled(sequence, [maya])

    assert report.waiting == []
    assert [one.sender for one in ledger.reserve(tenant=tenant, now=NOON).messages] == [ben]


def test_own_sender_of_a_step_sends_by_their_own_clock(maya: Candidate, anna: Member, ben: Member) -> None:
    User.objects.filter(pk=ben.user_id).update(time_zone="America/New_York")
    sequence = a_sequence(sender=anna, window_zone=WindowZone.SENDER, window_start_hour=15)
    sequence.steps.update(sender=ben)

    [row] = enrolled(sequence, [maya])

    assert row.due_at == NOON + timedelta(hours=7)


def test_open_application_holds_sequences_and_warns_the_others(maya: Candidate) -> None:
    job = jobs.create(values={"title": "Backend engineer", "state": "open"}, by=SYSTEM, today=NOON.date(), now=NOON)
    applications.add(job=job, candidate=maya, by=SYSTEM, now=NOON)

    held = verdict(maya, sequence_id=uuid4())

    assert (held.reason, held.is_final, held.retry_at) == (ExclusionReason.APPLIED, False, NOON + DAY)
    assert verdict(maya).warning == "Their application for “Backend engineer” is open."
    assert verdict(maya, is_proactive=False).warning == ""


@pytest.mark.parametrize("allowed", [True, False])
def test_second_sequence_is_a_warning_or_left_out(maya: Candidate, allowed: bool) -> None:
    enrolled(a_sequence(name="First"), [maya])
    contact_rules.change(values={"allows_several": allowed}, by=SYSTEM)

    report = sequences.check(sequence=a_sequence(name="Second"), candidate_ids=[maya.pk], now=NOON)

    careful = [one.words for one in report.careful]
    assert careful == (["They are in the sequence “First” already."] if allowed else [])
    assert [one.reason for one in report.excluded] == ([] if allowed else [ExclusionReason.OTHER_SEQUENCE])


def test_check_says_what_a_sequence_costs_and_who_has_had_enough_then(maya: Candidate, anna: Member) -> None:
    wrote(anna, maya, NOON - 5 * DAY)
    other = a_person("Ada Byron")

    report = sequences.check(sequence=a_sequence(waits=[2]), candidate_ids=[maya.pk, other.pk], now=NOON)

    assert (report.contacts, report.filled) == (4, [maya.pk])


@pytest.mark.parametrize(("stops", "reason"), [(True, ExclusionReason.REPLIED), (False, "")])
def test_sequence_goes_on_after_a_reply_where_it_is_told_to(maya: Candidate, stops: bool, reason: str) -> None:
    sequence = a_sequence(waits=[1], stops_on_reply=stops)
    [message] = enrolled(sequence, [maya])
    OutboundMessage.objects.filter(pk=message.pk).update(state=MessageState.ACCEPTED, handed_over_at=NOON)
    replied(message, NOON + DAY)
    intent = planning.step_intent(sequence.steps.last().pk, sequence)

    found = gate.verdicts(candidate_ids=[maya.pk], intent=intent, now=NOON + 2 * DAY, stage="send")

    assert found[maya.pk].reason == reason


AFTERNOON = Wishes(hours_from=time(14), hours_until=time(17), weekdays=(1, 4))


@pytest.fixture
def by_afternoon(maya: Candidate) -> Sequence:
    """A sequence by day, and a person in Stockholm who asked for Monday and Thursday afternoons."""
    Candidate.objects.filter(pk=maya.pk).update(time_zone="Europe/Stockholm")
    maya.refresh_from_db()
    preferences.put(candidate=maya, wishes=AFTERNOON, by=SYSTEM, now=NOON)
    return a_sequence(window_start_hour=15)


def test_mail_is_planned_for_the_hours_that_they_asked_for(maya: Candidate, by_afternoon: Sequence) -> None:
    [message] = enrolled(by_afternoon, [maya])

    assert f"{message.due_at:%a %H:%M}" == "Thu 13:00"
    assert verdict(maya, is_proactive=False).may


def test_gate_puts_a_mail_off_to_those_hours_and_says_why(
    maya: Candidate, by_afternoon: Sequence, tenant: Tenant
) -> None:
    enrolled(by_afternoon, [maya])
    OutboundMessage.objects.update(due_at=NOON)  # planned before they asked

    ledger.reserve(tenant=tenant, now=NOON)

    row = OutboundMessage.objects.get()
    said = (
        "They asked for mail between 14:00 and 17:00 on Mon and Thu, their time. "
        "The next such moment is 4 June, 12:00 by our clock."
    )
    assert (row.put_off_reason, row.put_off_words) == (ExclusionReason.QUIET_HOURS, said)
    assert (row.due_at, Enrolment.objects.get().next_due_at) == (NOON + DAY + timedelta(hours=1),) * 2
    assert contact_rules.kept_back(NOON) == {"quiet_hours": 1}


def test_what_older_rules_put_off_is_asked_about_again(maya: Candidate, by_afternoon: Sequence, tenant: Tenant) -> None:
    enrolled(by_afternoon, [maya])
    OutboundMessage.objects.update(due_at=NOON + 9 * DAY, put_off_reason="sender_spacing", put_off_words="Why")

    moved = enrolments.ask_again(reasons=contact_rules.RULED, now=NOON)

    row, opens = OutboundMessage.objects.get(), NOON + DAY + timedelta(hours=1)
    assert (moved, row.put_off_reason, row.due_at) == (1, "", opens)
    assert Enrolment.objects.get().next_due_at == opens
    assert enrolments.ask_again(reasons=contact_rules.RULED, now=NOON) == 0


def test_what_was_put_off_and_goes_has_no_reason_left(maya: Candidate, tenant: Tenant) -> None:
    OutboundMessage.objects.filter(pk=a_single(maya).pk).update(put_off_reason="too_much_contact", put_off_words="Why")

    [message] = ledger.reserve(tenant=tenant, now=NOON).messages

    message.refresh_from_db()
    assert (message.put_off_reason, message.put_off_words) == ("", "")


def test_change_of_the_rules_is_read_by_the_gate_and_audited(maya: Candidate, anna: Member, ben: Member) -> None:
    wrote(anna, maya, NOON - DAY)

    contact_rules.change(values={"sender_gap_days": 0}, by=SYSTEM)

    entry = AuditEntry.objects.get(action="sending_policy.change")
    assert (verdict(maya, ben).may, entry.facts) == (True, {"sender_gap_days": 0})


def test_second_recruiter_is_warned_before_writing_and_the_mail_waits(
    tenant: Tenant, anna: Member, ben: Member
) -> None:
    with open_tenant(tenant):
        maya = a_person()
        wrote(anna, maya, timezone.now() - DAY)
    letter = {"request_id": str(uuid4()), "subject": "Hello", "text": "Are you open to talk?"}

    page = logged_in(ben).get(f"/o/acme/candidates/{maya.pk}/write/").content.decode()
    sent = logged_in(ben).post(f"/o/acme/candidates/{maya.pk}/write/", letter, follow=True).content.decode()

    assert ("It would not go at once" in page, "Anna wrote to them on" in page) == (True, True)
    assert ("It waits." in sent, "Anna wrote to them on" in sent) == (True, True)
    assert "Anna wrote to them on" not in logged_in(anna).get(f"/o/acme/candidates/{maya.pk}/write/").content.decode()
    with open_tenant(tenant):
        assert OutboundMessage.objects.get(state="planned").put_off_reason == ExclusionReason.SENDER_SPACING


def test_pages_and_api_say_why_a_mail_waits(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        [row] = enrolled(a_sequence(), [a_person()], timezone.now())
        OutboundMessage.objects.update(put_off_reason="too_much_contact", put_off_words="They heard from us lately.")
        people = f"/o/acme/sequences/{Enrolment.objects.get().sequence_id}/people/"
    pages = [people, "/o/acme/messages/", f"/o/acme/messages/{row.pk}/", f"/o/acme/api/v1/messages/{row.pk}/"]

    shown = [recruiter_client.get(page).content.decode() for page in pages]

    assert ["They heard from us lately." in page for page in shown] == [True, True, True, True]


def test_settings_page_changes_the_rules(owner_client: Client, tenant: Tenant) -> None:
    here = "/o/acme/settings/contact-rules/"
    with open_tenant(tenant):
        values = {
            name: "" if value is None else str(value)
            for name, value in contact_rules.values_of(contact_rules.current()).items()
        }

    refused = owner_client.post(here, values | {"most_per_month": "1"})
    saved = owner_client.post(here, values | {"most_per_week": "3", "allows_several": ""}, follow=True)

    assert (refused.status_code, "Allow at least as many" in refused.content.decode()) == (422, True)
    assert "Every mail is held against these rules" in saved.content.decode()
    with open_tenant(tenant):
        assert (contact_rules.current().most_per_week, contact_rules.current().allows_several) == (3, False)


def test_api_changes_one_rule_and_keeps_the_others(owner_client: Client) -> None:
    here = "/o/acme/api/v1/contact-rules/"

    refused = owner_client.patch(here, {"most_per_week": 9}, content_type="application/json")
    changed = owner_client.patch(here, {"sender_gap_days": 5}, content_type="application/json").json()

    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["most_per_month"])
    assert (changed["sender_gap_days"], changed["most_per_week"], changed["kept_back"]) == (5, 2, {})
