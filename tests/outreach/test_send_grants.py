"""Sending from a colleague's mailbox, who writes to whom, and what goes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import AuditEntry, Member, Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import ExclusionReason, MessageState, Priority, SenderChoice
from outreach.models import Enrolment, Mailbox, OutboundMessage, SendGrant, SendingPolicy, Sequence
from outreach.services import gate_words, ledger, send_grants, sending, sequences
from outreach.services.gate import Intent
from outreach.services.gate_words import Ahead, Contact, Wall
from outreach.services.send_grants import NotAGrant, Scope
from talent.models import Candidate, Segment
from tests.conftest import logged_in
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled
from tests.factories.people import a_member

DAY = timedelta(days=1)


@pytest.fixture
def anna(tenant: Tenant) -> Member:
    """A colleague with a mailbox of her own."""
    member = a_member(tenant, Role.RECRUITER, "anna@acme.example.com")
    with open_tenant(tenant):
        Mailbox.objects.create(name="Anna", owner=member, from_address="anna@acme.example.com")
    return member


def put_in(sequence: Sequence, person: Candidate, by: Member, now: datetime = NOON) -> OutboundMessage:
    sequences.enrol(sequence=sequence, candidate_ids=[person.pk], by=by.actor, now=now)
    return OutboundMessage.objects.get(candidate=person, enrolment__sequence=sequence)


def grant(anna: Member, to: Member, **scope: object) -> SendGrant:
    return send_grants.give(owner=anna, grantee=to, scope=Scope(**scope), by=anna.actor, today=NOON.date())


def reserved(tenant: Tenant, message: OutboundMessage, now: datetime = NOON) -> tuple[str, str]:
    """(state, why it waits) after a round of the sender."""
    ledger.reserve(tenant=tenant, now=now)
    message.refresh_from_db()
    return message.state, message.put_off_reason


def test_without_a_grant_it_waits(tenant: Tenant, anna: Member, recruiter: Member) -> None:
    with open_tenant(tenant):
        message = put_in(a_sequence(sender=anna), a_person(), recruiter)

        assert reserved(tenant, message) == (MessageState.PLANNED, ExclusionReason.NO_GRANT)
        assert "has not let" in message.put_off_words


def test_with_a_grant_it_leaves_her_mailbox(tenant: Tenant, anna: Member, recruiter: Member) -> None:
    with open_tenant(tenant):
        grant(anna, recruiter)
        message = put_in(a_sequence(sender=anna), a_person(), recruiter, timezone.now())
    sending.send_due(tenant=tenant)

    with open_tenant(tenant):
        message.refresh_from_db()
        entry = AuditEntry.objects.get(action="message.send_for")
    assert (message.mailbox_id is not None, "anna@acme.example.com" in message.from_header) == (True, True)
    assert (entry.facts["from"], entry.actor_id) == (anna.user.display_name, recruiter.pk)


def test_her_own_mailbox_needs_no_grant(tenant: Tenant, anna: Member) -> None:
    with open_tenant(tenant):
        assert reserved(tenant, put_in(a_sequence(sender=anna), a_person(), anna))[0] == MessageState.RESERVED


@pytest.mark.parametrize(("days", "state"), [(-1, MessageState.PLANNED), (0, MessageState.RESERVED)])
def test_grant_ends_after_its_last_day(tenant: Tenant, anna: Member, recruiter: Member, days: int, state: str) -> None:
    with open_tenant(tenant):
        row = grant(anna, recruiter, expires_on=NOON.date())
        SendGrant.objects.filter(pk=row.pk).update(expires_on=NOON.date() + days * DAY)

        assert reserved(tenant, put_in(a_sequence(sender=anna), a_person(), recruiter))[0] == state


def test_grant_for_one_sequence_is_for_no_other(tenant: Tenant, anna: Member, recruiter: Member) -> None:
    with open_tenant(tenant):
        one, other = a_sequence(sender=anna), a_sequence(sender=anna, name="Other")
        grant(anna, recruiter, sequence=one)

        found = [reserved(tenant, put_in(each, a_person(each.name), recruiter))[0] for each in (one, other)]

        assert found == [MessageState.RESERVED, MessageState.PLANNED]


def test_revoked_between_reservation_and_hand_over_it_stays(tenant: Tenant, anna: Member, recruiter: Member) -> None:
    with open_tenant(tenant):
        row = grant(anna, recruiter)
        put_in(a_sequence(sender=anna), a_person(), recruiter)
        reservation = ledger.reserve(tenant=tenant, now=NOON)
        send_grants.revoke(grant=row, by=anna.actor, now=NOON)
        key = reservation.messages[0].pk

        went = ledger.hand_over(message_id=key, claim=reservation.claim, transport="sandbox", now=NOON)

        assert (went, OutboundMessage.objects.get().put_off_reason) == (False, ExclusionReason.NO_GRANT)


@pytest.mark.parametrize("is_granted", [True, False])
def test_page_warns_of_a_chosen_mailbox_without_a_grant(
    tenant: Tenant, anna: Member, recruiter: Member, is_granted: bool
) -> None:
    with open_tenant(tenant):
        box = Mailbox.objects.get(owner=anna)
        sequence, segment = a_sequence(sender=recruiter, mailbox=box), Segment.objects.create(name="All", rule={})
        if is_granted:
            grant(anna, recruiter)

    page = logged_in(recruiter).get(f"/o/acme/sequences/{sequence.pk}/enrol/?segment={segment.pk}")

    assert ("These colleagues have not let you send" in page.content.decode()) is not is_granted


def test_nobody_grants_to_themselves_or_twice(inside: UUID, anna: Member, recruiter: Member) -> None:
    grant(anna, recruiter)

    for whom in (anna, recruiter):
        with pytest.raises(NotAGrant):
            grant(anna, whom)


def test_only_the_owner_or_an_admin_takes_it_back(
    tenant: Tenant, anna: Member, recruiter: Member, owner: Member
) -> None:
    with open_tenant(tenant):
        row = grant(anna, recruiter)
    page = f"/o/acme/settings/grants/{row.pk}/revoke/"

    refused = logged_in(recruiter).post(page).status_code
    done = logged_in(owner).post(page).status_code

    assert (refused, done) == (403, 302)


def test_page_and_api_give_a_grant(tenant: Tenant, anna: Member, recruiter: Member) -> None:
    mine = logged_in(anna)
    mine.post("/o/acme/settings/grants/", {"grantee": recruiter.pk, "plan": "", "expires_on": ""})
    rows = mine.get("/o/acme/api/v1/send-grants/").json()
    foreign = {"owner": str(anna.pk), "grantee": str(recruiter.pk)}

    refused = logged_in(recruiter).post("/o/acme/api/v1/send-grants/", foreign, content_type="application/json")

    assert [(one["owner"], one["grantee"]) for one in rows] == [(str(anna.pk), str(recruiter.pk))]
    assert refused.status_code == 403


@pytest.mark.parametrize("choice", [SenderChoice.ACTING, SenderChoice.OWNER])
def test_sender_is_who_the_sequence_says(inside: UUID, anna: Member, recruiter: Member, choice: str) -> None:
    person = a_person()
    Candidate.objects.filter(pk=person.pk).update(owner=anna)

    put_in(a_sequence(sender_choice=choice), person, recruiter)

    writes = Enrolment.objects.get().sender
    assert writes == (recruiter if choice == SenderChoice.ACTING else anna)


# --- what goes first


def two_plans(low_at: datetime, high_at: datetime) -> tuple[OutboundMessage, OutboundMessage]:
    """A newsletter and a sequence that matters more, to one person."""
    maya = a_person()
    [low] = enrolled(a_sequence(name="Newsletter", priority=Priority.LOW), [maya], low_at)
    [high] = enrolled(a_sequence(name="Offer", priority=Priority.HIGH), [maya], low_at)
    OutboundMessage.objects.filter(pk=high.pk).update(due_at=high_at)
    return low, high


def test_what_matters_more_goes_first_and_the_other_says_so(tenant: Tenant) -> None:
    with open_tenant(tenant):
        low, high = two_plans(NOON, NOON + timedelta(hours=3))

        assert reserved(tenant, low) == (MessageState.PLANNED, ExclusionReason.DISPLACED)
        assert low.put_off_words.startswith("“Offer” goes first, on 3 June")
        assert reserved(tenant, high, NOON + timedelta(hours=3))[0] == MessageState.RESERVED


def test_where_there_is_room_for_both_nothing_is_displaced(tenant: Tenant) -> None:
    with open_tenant(tenant):
        low, _ = two_plans(NOON, NOON + timedelta(days=4))

        assert reserved(tenant, low)[0] == MessageState.RESERVED


HOURS = st.lists(st.integers(1, 700), max_size=6)


@given(HOURS, st.integers(0, 160), st.integers(1, 3), st.integers(0, 3))
def test_what_is_let_go_never_keeps_back_what_matters_more(ago: list[int], due: int, week: int, more: int) -> None:
    rules = SendingPolicy(most_per_week=week, most_per_month=week + more, gap_hours=20)
    contacts = [Contact(NOON - timedelta(hours=h)) for h in sorted(ago, reverse=True)]
    at, wall, intent = NOON + timedelta(hours=due), Wall(UTC), Intent("low", priority=Priority.LOW)

    verdict = gate_words.displaced(contacts, [Ahead(at, None, "Offer")], intent, rules, wall, NOON)

    before = gate_words.pressure(contacts, rules, wall, at)
    after = gate_words.pressure([*contacts, Contact(NOON)], rules, wall, at)
    assert (verdict is not None) == (before is None and after is not None)


def test_change_of_priority_reaches_what_is_planned(inside: UUID) -> None:
    sequence = a_sequence()
    enrolled(sequence, [a_person()])

    sequences.change(sequence=sequence, values={"priority": Priority.HIGH}, by=SYSTEM)

    assert OutboundMessage.objects.get().priority == Priority.HIGH


def test_page_of_the_person_says_what_waits_and_why(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        low, _ = two_plans(timezone.now(), timezone.now() + timedelta(hours=3))
        reserved(tenant, low, timezone.now())

    page = recruiter_client.get(f"/o/acme/candidates/{low.candidate_id}/").content.decode()

    assert "“Offer” goes first" in page
