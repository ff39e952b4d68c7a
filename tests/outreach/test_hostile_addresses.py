"""What somebody writes behind the question mark of an address: it finds nothing, and breaks nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import OutboundMessage
from tests.factories.outreach import a_person, a_sequence, enrolled

NUL = "a%00"
ASKED = [
    *[f"templates/?{name}={NUL}" for name in ("q", "folder", "tag")],
    *[f"{page}?{name}={NUL}" for page in ("messages/", "api/v1/messages/") for name in ("state", "reason")],
    *[f"{page}?hold={NUL}" for page in ("outbox/", "api/v1/outbox/")],
    *[f"{page}?day={day}" for page in ("outbox/", "api/v1/outbox/") for day in ("0001-01-01", "9999-12-31")],
    f"palette/?q={NUL}",
]


@pytest.mark.parametrize("address", ASKED)
def test_it_is_answered(tenant: Tenant, owner_client: Client, address: str) -> None:
    """The API says what is wrong with NUL; a page finds nothing."""
    refused = address.startswith("api/") and NUL in address

    assert owner_client.get(f"/o/acme/{address}").status_code == (400 if refused else 200)


@pytest.mark.parametrize(("asked", "found"), [("", 1), ("day=9999-12-31", 0), ("hold=free", 1)])
def test_outbox_lists_what_fits_alone(tenant: Tenant, owner_client: Client, asked: str, found: int) -> None:
    with open_tenant(tenant):
        enrolled(a_sequence(), [a_person()])
        OutboundMessage.objects.update(due_at=timezone.now() + timedelta(hours=1))

    assert len(owner_client.get(f"/o/acme/api/v1/outbox/?{asked}").json()) == found
