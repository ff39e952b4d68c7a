"""The code for the entrance: on the page after the form, in the mails, on the person's own page."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import OutboundMessage, SandboxMessage
from outreach.services import mime
from talent.models import Attendance, RecruitingEvent
from talent.services import attendance, check_in
from talent.services.check_in import Code
from tests.outreach.test_mime import a_draft
from tests.portal.doors import inside
from tests.portal.test_registrations import change, event, full, handle_all, page, sent

__all__ = ["event", "full"]
CODE = "Your code for the entrance"


def code_in(address: str) -> Code:
    code = check_in.read_address(address)
    assert code is not None
    return code


def mail_of(tenant: Tenant, run_readers: Any) -> OutboundMessage:
    run_readers()
    with open_tenant(tenant):
        return OutboundMessage.objects.latest("pk")


def test_page_after_the_form_shows_the_code_of_who_registered(tenant: Tenant, event: RecruitingEvent) -> None:
    address = sent(event)["Location"]
    handle_all(tenant)
    shown = Client().get(address).content.decode()

    assert ("We keep a place for you." in shown, f'aria-label="{CODE}"' in shown, "Zoë" in shown) == (True, True, False)
    with open_tenant(tenant):
        assert check_in.holder(code_in(address)) == Attendance.objects.get()


def test_whoever_registers_again_has_a_code_that_works(tenant: Tenant, event: RecruitingEvent) -> None:
    addresses = []
    for _ in range(2):
        addresses.append(sent(event)["Location"])
        handle_all(tenant)

    with open_tenant(tenant):
        assert check_in.holder(code_in(addresses[1])) == Attendance.objects.get()


def test_page_of_a_code_outlives_the_form_and_tells_of_a_cancelled_event(
    tenant: Tenant, event: RecruitingEvent
) -> None:
    address = sent(event)["Location"]
    change(tenant, event, state="closed")
    closed = Client().get(address)
    change(tenant, event, state="cancelled")
    cancelled = Client().get(address).content.decode()

    assert (closed.status_code, "Open house is cancelled." in cancelled, CODE in cancelled) == (200, True, False)


@pytest.mark.parametrize("token", ["guess", "x.y", ""])
def test_made_up_code_opens_nothing(event: RecruitingEvent, token: str) -> None:
    assert Client().get(f"/p/acme/ticket/{token}/").status_code == 404


def test_code_of_one_workspace_opens_nothing_in_another(event: RecruitingEvent, outsider: Any) -> None:
    path = sent(event)["Location"].replace("/p/acme/", f"/p/{outsider.tenant.slug}/")

    assert Client().get(path).status_code == 404


def test_machine_gets_a_code_that_nobody_has(tenant: Tenant, event: RecruitingEvent) -> None:
    address = sent(event, homepage="https://spam.example.com")["Location"]

    with open_tenant(tenant):
        assert check_in.holder(code_in(address)) is None


def test_mail_carries_the_code_as_a_picture_and_as_a_link(
    tenant: Tenant, event: RecruitingEvent, run_readers: Any
) -> None:
    sent(event)
    handle_all(tenant)
    told = mail_of(tenant, run_readers)
    link = next(line for line in told.text.splitlines() if "/ticket/" in line)
    parsed = message_from_bytes(mime.build(a_draft(text=told.text, html=told.html)), policy=default)
    pictures = [part for part in parsed.walk() if part.get_content_type() == "image/png"]

    assert (f"{CODE}:\n{link}" in told.text, link.startswith("http")) == (True, True)
    assert [part["Content-Disposition"].content_disposition for part in pictures] == ["inline"]
    assert f'src="cid:{pictures[0]["Content-ID"][1:-1]}"' in parsed.get_body(("html",)).get_content()
    with open_tenant(tenant):
        assert check_in.holder(code_in(link)) == Attendance.objects.get()


def test_sandbox_shows_the_picture(
    tenant: Tenant, event: RecruitingEvent, run_readers: Any, owner_client: Client
) -> None:
    sent(event)
    handle_all(tenant)
    told = mail_of(tenant, run_readers)
    raw = mime.build(a_draft(text=told.text, html=told.html))
    with open_tenant(tenant):
        mail = SandboxMessage.objects.create(
            candidate=told.candidate, to_address="zoe@example.com", subject="x", raw=raw, received_at=timezone.now()
        )

    shown = owner_client.get(f"/o/acme/sandbox/{mail.pk}/body/").content.decode()
    assert 'src="data:image/png;base64,iVBOR' in shown


def test_whoever_waits_has_no_code_until_they_have_a_place(
    tenant: Tenant, full: RecruitingEvent, run_readers: Any
) -> None:
    sent(full)
    handle_all(tenant)
    waits = mail_of(tenant, run_readers).text
    change(tenant, full, capacity=3)
    moved = mail_of(tenant, run_readers).text

    assert (CODE in waits, CODE in moved) == (False, True)


def test_webinar_has_no_entrance(tenant: Tenant, event: RecruitingEvent, run_readers: Any) -> None:
    change(tenant, event, kind="webinar")
    address = sent(event)["Location"]
    handle_all(tenant)

    assert address == f"{page(event)}thanks/"
    assert CODE not in mail_of(tenant, run_readers).text


def test_own_page_shows_the_code(tenant: Tenant, event: RecruitingEvent) -> None:
    sent(event)
    handle_all(tenant)

    assert f'aria-label="{CODE}"' in inside(tenant, "zoe@example.com").get("/p/acme/me/").content.decode()


def test_whoever_is_inside_needs_no_code_and_cannot_call_off(tenant: Tenant, event: RecruitingEvent) -> None:
    sent(event)
    handle_all(tenant)
    change(tenant, event, starts_at=timezone.now())
    with open_tenant(tenant):
        row = Attendance.objects.get()
        attendance.mark(event=row.event, ids=[row.pk], state="attended", by=SYSTEM, now=timezone.now())
    shown = inside(tenant, "zoe@example.com").get("/p/acme/me/").content.decode()

    assert ("You are here" in shown, "call-off" in shown, CODE in shown) == (True, False, False)
