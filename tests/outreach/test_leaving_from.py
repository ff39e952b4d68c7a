"""The mailbox that a sequence or a broadcast leaves from: chosen on its page and by the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.test import Client
from django.utils import timezone

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.forms.writing import SequenceForm
from outreach.models import Broadcast, Mailbox, OutboundMessage, Sequence
from outreach.services import mailboxes, sending
from tests.factories.broadcasts import a_broadcast
from tests.factories.outreach import a_person, a_sequence, enrolled

JSON = "application/json"


@pytest.fixture
def boxes(tenant: Tenant, owner: Member) -> tuple[Mailbox, Mailbox]:
    """The main one, and one for jobs; beside them a number for texts, from which no mail leaves."""
    with open_tenant(tenant):
        main = mailboxes.default_mailbox(tenant)
        Mailbox.objects.create(name="Texts", from_address="+4940123456", transport="twilio")
        return main, Mailbox.objects.create(name="Jobs", from_address="jobs@acme.test")


def posted(sequence: Sequence, **said: Any) -> dict[str, Any]:
    """The page's form as it stands, with changes."""
    stands = model_to_dict(sequence, fields=SequenceForm.Meta.fields)
    return {name: value for name, value in (stands | said).items() if value is not None and value is not False}


def test_sequence_leaves_from_the_mailbox_that_its_page_says(
    tenant: Tenant, owner_client: Client, boxes: tuple[Mailbox, Mailbox]
) -> None:
    _, jobs = boxes
    with open_tenant(tenant):
        sequence = a_sequence()
        enrolled(sequence, [a_person()], timezone.now())
    page = f"/o/acme/sequences/{sequence.pk}/edit/"
    shown = owner_client.get(page).content.decode()

    saved = owner_client.post(page, posted(sequence, mailbox=jobs.pk))
    again = owner_client.get(page).content.decode()
    sending.send_due(tenant=tenant)

    assert ("Leaves from" in shown, "+4940123456" in shown, saved.status_code) == (True, False, 302)
    assert f'<option value="{jobs.pk}" selected>' in again
    with open_tenant(tenant):
        assert OutboundMessage.objects.get().mailbox == jobs


def test_broadcast_leaves_from_the_mailbox_that_its_page_says(
    tenant: Tenant, owner_client: Client, boxes: tuple[Mailbox, Mailbox]
) -> None:
    _, jobs = boxes
    with open_tenant(tenant):
        broadcast = a_broadcast()
        topic = broadcast.topic_id
    said = {"name": "News", "topic": topic, "subject": "Hi", "body": "Hello", "sender_choice": "fixed", "priority": "3"}

    saved = owner_client.post(
        f"/o/acme/broadcasts/{broadcast.pk}/edit/", {**said, "time": "at_once", "days_open": "7", "mailbox": jobs.pk}
    )
    shown = owner_client.get(f"/o/acme/broadcasts/{broadcast.pk}/").content.decode()

    assert saved.status_code == 302
    with open_tenant(tenant):
        assert Broadcast.objects.get().mailbox == jobs
    assert "jobs@acme.test" in shown


def test_api_names_sender_and_mailbox_of_a_broadcast(
    tenant: Tenant, owner_client: Client, recruiter: Member, boxes: tuple[Mailbox, Mailbox]
) -> None:
    _, jobs = boxes
    with open_tenant(tenant):
        path = f"/o/acme/api/v1/broadcasts/{a_broadcast().pk}/"
        texts = Mailbox.objects.get(name="Texts")

    said = {"sender": str(recruiter.pk), "mailbox": str(jobs.pk)}
    told = owner_client.patch(path, said, JSON).json()
    refused = owner_client.patch(path, {"mailbox": str(texts.pk)}, JSON)

    assert ({name: told[name] for name in said}, refused.status_code) == (said, 400)
    with open_tenant(tenant):
        row = Broadcast.objects.get()
    assert (row.sender_id, row.mailbox_id) == (recruiter.pk, jobs.pk)
