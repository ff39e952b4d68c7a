"""Segments in a real browser: the pages' looks, and building a rule."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.registry import registered
from crm.tenancy.context import tenant as open_tenant
from talent.models import Segment
from talent.services import segments
from tests.browser import axe
from tests.conftest import logged_in
from tests.factories.people import a_member, a_tenant
from tests.factories.talent import a_candidate

pytestmark = pytest.mark.django_db(transaction=True)
RULE = {
    "all": [
        {"field": "country", "op": "is_any_of", "value": ["SE", "DE"]},
        {"not": {"any": [{"field": "last_contacted", "op": "in_last", "value": 90}]}},
        {
            "any": [
                {"field": "skill", "op": "is_any_of", "value": ["Python", "Go"]},
                {"field": "email", "op": "is_true"},
            ]
        },
    ]
}


@pytest.fixture
def acme(committed: None, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    monkeypatch.setattr(registered, "after_publish", None)  # there is no broker to wake
    owner = a_tenant()
    with open_tenant(owner):
        for number in range(55):
            a_candidate(f"Person {number:02}", f"person{number}@example.com")
        segments.create(name="Swedes to write to", rule=RULE, by=SYSTEM, now=timezone.now())
    return owner


@pytest.fixture
def recruiter(acme: Tenant) -> Member:
    return a_member(acme, Role.RECRUITER)


def enter(context: BrowserContext, live_server: LiveServer, member: Member) -> Page:
    session = logged_in(member).cookies["session"].value
    context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    return context.new_page()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, recruiter: Member) -> Iterator[Page]:
    context = axe.new_context(browser, base_url=live_server.url)
    page = enter(context, live_server, recruiter)
    yield page
    assert axe.csp_violations(page) == []
    context.close()


def addresses(owner: Tenant) -> list[str]:
    with open_tenant(owner):
        segment = Segment.objects.get()
        person = segments.members(segment=segment, after=None, limit=1)[0].candidate_id
    root = f"/o/acme/segments/{segment.pk}/"
    return ["/o/acme/segments/", root, f"{root}edit/", f"{root}explain/?candidate={person}", f"{root}delete/"]


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desktop-light", "phone-dark"])
def test_pages_have_no_findings(
    browser: Browser, live_server: LiveServer, acme: Tenant, recruiter: Member, phone: bool, dark: bool
) -> None:
    context = axe.new_context(browser, phone=phone, dark=dark, base_url=live_server.url)
    page = enter(context, live_server, recruiter)

    for address in addresses(acme):
        page.goto(address)
        assert (address, axe.serious_findings(page)) == (address, [])
        assert (address, axe.csp_violations(page), axe.sideways_overflow(page)) == (address, [], 0)
    context.close()


def test_building_a_rule_counts_and_saves(page: Page, acme: Tenant) -> None:
    page.goto("/o/acme/segments/new/")
    page.get_by_label("Name").fill("Pythonistas")
    page.get_by_role("button", name="+ Add condition").click()
    page.get_by_role("combobox", name="Value").fill("pyth")
    page.get_by_role("option", name="Python").click()
    expect(page.locator("#preview")).to_contain_text("People with Python")
    expect(page.locator("#preview [data-count]")).to_contain_text("55")

    page.get_by_role("button", name="Save segment").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Pythonistas")
    with open_tenant(acme):
        rule = Segment.objects.get(name="Pythonistas").rule
    assert rule == {"all": [{"field": "skill", "op": "is_any_of", "value": ["Python"]}]}


def test_counting_mails_needs_two_numbers(page: Page) -> None:
    page.goto("/o/acme/segments/new/")
    page.get_by_role("button", name="+ Add condition").click()
    page.get_by_role("combobox", name="Field").select_option("mail_opened")

    page.get_by_role("spinbutton", name="Times").fill("3")

    expect(page.locator("#preview")).to_contain_text("who opened at least 3 mails in the last 30 days")


def test_members_load_fifty_more(page: Page, acme: Tenant) -> None:
    page.goto(addresses(acme)[1])

    page.get_by_role("link", name="Load 50 more").click()

    expect(page.locator("#rows tr")).to_have_count(55)


def test_rule_can_be_written_without_javascript(
    browser: Browser, live_server: LiveServer, acme: Tenant, recruiter: Member
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = enter(context, live_server, recruiter)
    page.goto("/o/acme/segments/new/")
    page.get_by_label("Name").fill("By hand")
    page.get_by_label("The rule as JSON").fill('{"field": "email", "op": "is_true"}')

    page.get_by_role("button", name="Save segment").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("By hand")
    context.close()
