"""Somebody said "not now": a rest, no sequences, and all of it taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.services import undo
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import EnrolmentState, MessageState, StopReason
from outreach.models import Enrolment, OutboundMessage
from outreach.services import contact_rules, not_now
from talent.models import Candidate
from talent.services import preferences
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled

IN_90_DAYS = date(2026, 9, 1)


@pytest.fixture
def maya(inside: object) -> Candidate:
    """Somebody in a sequence, whose first mail is planned for noon."""
    person = a_person()
    enrolled(a_sequence(), [person])
    return person


def stands() -> tuple[str, str, str, bool]:
    """Enrolment, why it stopped, the ledger row, and whether the two agree on when the mail goes."""
    enrolment, message = Enrolment.objects.get(), OutboundMessage.objects.get()
    return enrolment.state, enrolment.stop_reason, message.state, enrolment.next_due_at == message.due_at == NOON


def test_not_now_pauses_the_person_and_ends_their_sequences(maya: Candidate) -> None:
    rest = not_now.say(candidate=maya, by=SYSTEM, now=NOON)

    assert (rest.until, rest.sequences) == (IN_90_DAYS, 1)
    assert preferences.of(maya).paused_until == IN_90_DAYS
    assert stands() == (EnrolmentState.STOPPED, StopReason.NOT_NOW, MessageState.EXCLUDED, False)


def test_not_now_is_taken_back_whole(maya: Candidate) -> None:
    before = stands()
    rest = not_now.say(candidate=maya, by=SYSTEM, now=NOON, until=date(2026, 7, 1))

    not_now.take_back(token=rest.token, by=SYSTEM, now=NOON)

    assert stands() == before == (EnrolmentState.ACTIVE, "", MessageState.PLANNED, True)
    assert preferences.of(maya).paused_until is None


def test_not_now_cannot_be_taken_back_after_another_pause(maya: Candidate) -> None:
    rest = not_now.say(candidate=maya, by=SYSTEM, now=NOON)
    preferences.pause(candidate=maya, until=date(2027, 1, 1), by=SYSTEM, now=NOON, today=NOON.date())

    with pytest.raises(undo.NothingToUndo):
        not_now.take_back(token=rest.token, by=SYSTEM, now=NOON)


def test_undo_of_a_pause_does_not_take_the_token_of_not_now(maya: Candidate) -> None:
    rest = not_now.say(candidate=maya, by=SYSTEM, now=NOON)

    with pytest.raises(undo.NothingToUndo):
        preferences.take_back(token=rest.token, by=SYSTEM, now=NOON)


def test_rest_lasts_as_long_as_the_rules_say_and_a_longer_pause_stays(maya: Candidate) -> None:
    contact_rules.change(values={"cool_down_days": 30}, by=SYSTEM)

    first = not_now.say(candidate=maya, by=SYSTEM, now=NOON)
    second = not_now.say(candidate=maya, by=SYSTEM, now=NOON, until=first.until - timedelta(days=9))

    assert (first.until, second.until) == (date(2026, 7, 3), date(2026, 7, 3))


def test_page_and_api_say_not_now_and_take_it_back(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        maya = a_person()
    page, api = f"/o/acme/candidates/{maya.pk}/not-now/", f"/o/acme/api/v1/candidates/{maya.pk}/not-now/"

    shown = recruiter_client.post(page, follow=True).content.decode()
    said = recruiter_client.post(api, {"until": "2126-01-01"}, content_type="application/json").json()
    undone = recruiter_client.post(f"/o/acme/api/v1/not-now/undo/{said['undo']}/")

    assert "Nothing goes to Maya Lindqvist before" in shown
    assert (said["until"], said["sequences"], undone.status_code) == ("2126-01-01", 0, 204)
