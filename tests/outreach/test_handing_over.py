"""Who writes a step, and what becomes of the mails of a colleague who leaves."""

from __future__ import annotations

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import AuditEntry, Member, Notification, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import HoldReason
from outreach.models import Enrolment, Mailbox, OutboundMessage, Sequence
from outreach.services import handing_over, ledger, send_grants
from outreach.services.handing_over import Holdings, NotHandedOver
from tests.factories.outreach import NOON, a_person, a_sequence, a_single, enrolled


def own_mailbox(member: Member) -> Mailbox:
    return Mailbox.objects.create(name="Own", from_address=member.user.email, owner=member)


def reserved(tenant: Tenant) -> list[OutboundMessage]:
    return ledger.reserve(tenant=tenant, now=NOON).messages


@pytest.mark.usefixtures("inside")
def test_step_is_written_by_its_own_sender(tenant: Tenant, owner: Member, recruiter: Member) -> None:
    """In their name, from their mailbox, once they have let whoever put the person in send from it."""
    sequence = a_sequence(sender=owner, created_by=owner)
    sequence.steps.update(sender=recruiter)
    box = own_mailbox(recruiter)
    [message] = enrolled(sequence, [a_person()])
    assert reserved(tenant) == []

    send_grants.give(owner=recruiter, grantee=owner, scope=send_grants.Scope(), by=SYSTEM, today=NOON.date())
    OutboundMessage.objects.update(due_at=NOON)

    [message] = reserved(tenant)
    assert (message.sender, message.mailbox) == (recruiter, box)
    assert message.from_header.startswith(recruiter.user.display_name)


def theirs(member: Member) -> tuple[Sequence, OutboundMessage, OutboundMessage]:
    """A sequence of somebody with one person in it, and a single mail of theirs."""
    sequence = a_sequence(sender=member, created_by=member)
    [step] = enrolled(sequence, [a_person()])
    single = a_single(a_person("Zoe Okafor"))
    OutboundMessage.objects.filter(pk=single.pk).update(sender=member)
    return sequence, step, single


@pytest.mark.usefixtures("inside")
def test_colleague_goes_on_in_their_own_name(tenant: Tenant, owner: Member, recruiter: Member) -> None:
    own_mailbox(recruiter)
    box = own_mailbox(owner)
    _sequence, step, single = theirs(recruiter)

    found = handing_over.hand_over(member=recruiter, to=owner, by=SYSTEM)

    [message] = reserved(tenant)
    assert found == Holdings(mails=2, singles=1, enrolments=1, sequences=1)
    assert (message.pk, message.sender, message.mailbox) == (step.pk, owner, box)
    single.refresh_from_db()
    assert (single.sender, single.held_for) == (owner, HoldReason.BY_HAND)
    assert AuditEntry.objects.get(action="member.hand_over").facts["mails"] == 2
    assert handing_over.holdings(recruiter).are_none


@pytest.mark.usefixtures("inside")
def test_words_made_for_an_earlier_try_are_made_anew(tenant: Tenant, owner: Member, recruiter: Member) -> None:
    theirs(recruiter)
    reserved(tenant)
    OutboundMessage.objects.update(state="planned", claim=None, lease_until=None)

    handing_over.hand_over(member=recruiter, to=owner, by=SYSTEM)

    [message] = reserved(tenant)
    assert message.from_header.startswith(owner.user.display_name)


@pytest.mark.usefixtures("inside")
def test_nobody_takes_over_from_themselves(recruiter: Member) -> None:
    with pytest.raises(NotHandedOver):
        handing_over.hand_over(member=recruiter, to=recruiter, by=SYSTEM)


@pytest.mark.usefixtures("inside")
def test_mails_of_a_leaver_wait_and_administrators_are_told(tenant: Tenant, owner: Member, recruiter: Member) -> None:
    theirs(recruiter)
    recruiter.is_active = False
    recruiter.save()

    handing_over.after_leaving(member=recruiter, now=NOON)

    assert reserved(tenant) == []
    assert set(OutboundMessage.objects.values_list("held_for", flat=True)) == {HoldReason.LEFT}
    assert "2 planned mails wait" in Notification.objects.get(member=owner).text
    handing_over.hand_over(member=recruiter, to=owner, by=SYSTEM)
    assert len(reserved(tenant)) == 1


def test_page_and_api_hand_over(tenant: Tenant, owner: Member, recruiter: Member, owner_client: Client) -> None:
    with open_tenant(tenant):
        theirs(recruiter)
    page = f"/o/acme/members/{recruiter.pk}/hand-over/"
    api = f"/o/acme/api/v1/members/{recruiter.pk}/hand-over/"

    assert owner_client.get(api).json()["mails"] == 2
    assert b"2 planned mails" in owner_client.get(page).content
    assert owner_client.post(api, {"to": None}, content_type="application/json").json()["enrolments"] == 1
    assert owner_client.post(page, {"to": owner.pk}).status_code == 302
    with open_tenant(tenant):
        assert Enrolment.objects.get().enroller == owner
