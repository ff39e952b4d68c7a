"""Who came to an event, by click: the undo shows on the list at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.services import attendance
from tests.browser import axe
from tests.browser.test_segments import enter
from tests.factories.talent import a_candidate
from tests.talent.test_recruiting_events import an_event

pytestmark = pytest.mark.usefixtures("committed")


def test_undo_of_a_mark_shows_on_the_list(
    browser: Browser, live_server: LiveServer, tenant: Tenant, recruiter: Member
) -> None:
    now = timezone.now()
    with open_tenant(tenant):
        person = a_candidate()
        event = an_event(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
        attendance.let_in(event=event, people=[person], has_come=False, by=SYSTEM, now=now)
    context = axe.new_context(browser, base_url=live_server.url)
    page = enter(context, live_server, recruiter)
    page.goto(f"/o/acme/events/{event.pk}/")
    page.get_by_role("button", name=f"{person.name} came").click()
    expect(page.locator("tbody tr")).to_contain_text("Attended")

    page.locator("crm-toasts").get_by_role("button", name="Undo").click()

    expect(page.locator("tbody tr")).to_contain_text("Registered")
    expect(page.locator("tbody tr")).not_to_contain_text("Attended")
    assert axe.csp_violations(page) == []
    context.close()
