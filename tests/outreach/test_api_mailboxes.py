"""The API of mailboxes and tracking."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from outreach.models import Mailbox
from outreach.services import mailboxes
from outreach.services.mailboxes import Setup
from tests.factories.outreach import a_person

BASE = "/o/acme/api/v1"
JSON = "application/json"


@pytest.fixture
def key(tenant: Tenant, owner: Member) -> Client:
    with open_tenant(tenant):
        _, secret = api_keys.create(name="Script", by=owner.actor, role=Role.ADMIN)
        setup = Setup("ESP", "ines@acme.test", transport="esp", provider="postmark", secrets={"server_token": "s3cret"})
        mailboxes.save(mailbox=Mailbox(), setup=setup, by=SYSTEM)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def the_mailbox(key: Client) -> dict[str, Any]:
    [found] = key.get(f"{BASE}/mailboxes/").json()
    return dict(found)


def test_mailboxes_are_told_without_their_secrets(key: Client) -> None:
    answer = key.get(f"{BASE}/mailboxes/")

    assert answer.json()[0]["health"] == {"sent": 0, "dead": 0, "complaints": 0}
    assert "s3cret" not in answer.text


def test_mailbox_is_stopped_for_a_reason_and_resumed(key: Client) -> None:
    path, seen = f"{BASE}/mailboxes/{the_mailbox(key)['id']}", []
    for verb, body in (("stop", {}), ("stop", {"reason": "Holidays."}), ("resume", {})):
        answer = key.post(f"{path}/{verb}/", body, content_type=JSON)
        seen.append((answer.status_code, the_mailbox(key)["stopped_reason"]))

    assert seen == [(400, ""), (200, "Holidays."), (200, "")]


def test_person_is_not_counted_any_more(key: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        path = f"{BASE}/candidates/{a_person().pk}/tracking/"

    key.put(path, {"is_on": False}, content_type=JSON)

    assert key.get(path).json() == {"is_on": False}
