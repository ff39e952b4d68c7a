"""The door of an event on two phones at once: search, one tap, undo, numbers that follow, and a walk-in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from crm.models import Tenant
from crm.permissions import Role
from crm.registry import registered
from crm.tenancy.context import tenant as open_tenant
from talent.models import Attendance, RecruitingEvent
from talent.services.check_in import Code
from tests.browser import axe
from tests.browser.test_lists import enter
from tests.factories.people import a_member, a_tenant
from tests.factories.talent import a_candidate
from tests.talent.test_recruiting_events import an_event
from tests.talent.test_recruiting_events import registered as put_on_the_list

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(committed: None, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    monkeypatch.setattr(registered, "after_publish", None)  # there is no broker to wake
    return a_tenant()


@pytest.fixture
def event(acme: Tenant) -> RecruitingEvent:
    now = timezone.now()
    with open_tenant(acme):
        made = an_event(starts_at=now, ends_at=now + timedelta(hours=2))
        put_on_the_list(made, a_candidate(), a_candidate("Bo Li", "bo@example.com"), now=now - timedelta(days=1))
        return made


@pytest.fixture
def phones(browser: Browser, live_server: LiveServer, acme: Tenant) -> Iterator[list[Page]]:
    contexts = [axe.new_context(browser, phone=True, base_url=live_server.url) for _ in range(2)]
    roles = zip(contexts, (Role.OWNER, Role.RECRUITER), strict=True)
    yield [enter(context, live_server, a_member(acme, role, f"{role}@acme.example.com")) for context, role in roles]
    for context in contexts:
        context.close()


def test_two_colleagues_check_people_in(phones: list[Page], event: RecruitingEvent) -> None:
    one, other = phones
    for page in phones:
        page.goto(f"/o/acme/events/{event.pk}/check-in/")
    one.get_by_label("Find somebody by name").fill("angstrom")
    expect(one.get_by_text("Bo Li")).to_be_hidden()
    one.get_by_role("button", name="Zoë Ångström is here").click()

    expect(one.locator("#numbers")).to_have_text("1 of 2 is here")
    expect(other.locator("#numbers")).to_have_text("1 of 2 is here")
    other.get_by_role("button", name="Zoë Ångström is not here after all").click()
    expect(one.locator("#numbers")).to_have_text("0 of 2 are here")
    assert [axe.of_policy_and_width(page) + axe.serious_findings(page, axe.OF_LOOKS) for page in phones] == [[], []]


def test_walk_in_and_scan(phones: list[Page], acme: Tenant, event: RecruitingEvent) -> None:
    page = phones[0]
    page.goto(f"/o/acme/events/{event.pk}/check-in/?q=Ada")
    page.get_by_role("link", name="Add somebody who is not on the list").click()
    found = axe.of_policy_and_width(page) + axe.serious_findings(page)
    page.get_by_label("E-mail address or profile link").fill("ada@example.com")
    page.get_by_role("button", name="Is here").click()
    expect(page.locator("#numbers")).to_have_text("1 of 3 is here")
    with open_tenant(acme):
        row = Attendance.objects.get(candidate__name="Bo Li")
    page.goto(f"/o/acme/check-in/{Code(event.pk, row.pk).token}/")
    found += axe.of_policy_and_width(page) + axe.serious_findings(page)
    page.get_by_role("button", name="Check in").click()

    expect(page.locator("#numbers")).to_have_text("2 of 3 are here")
    page.goto(f"/p/acme/ticket/{Code(event.pk, row.pk).token}/")
    expect(page.get_by_role("img", name="Your code for the entrance")).to_be_visible()
    assert found + axe.last_look(page, phone=False) == []
