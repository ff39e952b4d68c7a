"""Segments in a real browser: the pages' looks, and building a rule."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.registry import registered
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Segment
from talent.services import segments
from tests.browser import axe
from tests.conftest import logged_in
from tests.factories.people import a_member, a_tenant
from tests.factories.pools import a_pool
from tests.factories.talent import a_crowd

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
        a_crowd(55)
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
    with open_tenant(acme):
        segment = Segment.objects.get()

    page.goto(f"/o/acme/segments/{segment.pk}/")

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


def choose(page: Page, row: int, field: str, operator: str) -> None:
    line = page.locator(".rules-row").nth(row)
    line.get_by_role("combobox", name="Field").select_option(field)
    line.get_by_role("combobox", name="Operator").select_option(operator)


def pick(page: Page, row: int, *labels: str) -> None:
    value = page.locator(".rules-row").nth(row).get_by_role("combobox", name="Value")
    for label in labels:
        value.fill(label[:6])
        page.get_by_role("option", name=label, exact=True).click()


def build_the_silver_segment(page: Page) -> None:
    """Python or Go, senior, Europe, last two-way contact over six months ago, not in the Backend pool."""
    page.goto("/o/acme/segments/new/")
    page.get_by_label("Name").fill("Seniors to wake")
    for _ in range(5):
        page.get_by_role("button", name="+ Add condition").click()
    pick(page, 0, "Python")
    choose(page, 1, "seniority", "at_least")
    page.locator(".rules-row").nth(1).get_by_role("combobox", name="Value").select_option(label="Senior")
    choose(page, 2, "region_of_world", "is_any_of")
    pick(page, 2, "Europe")
    choose(page, 3, "last_two_way", "more_than_ago")
    page.locator(".rules-row").nth(3).get_by_role("combobox", name="Unit").select_option("months")
    page.locator(".rules-row").nth(3).get_by_role("spinbutton", name="Value").fill("6")
    choose(page, 4, "pool", "is_none_of")
    pick(page, 4, "Backend")


def test_a_rich_rule_is_built_explained_and_changed(page: Page, acme: Tenant) -> None:
    with open_tenant(acme):
        people = list(Candidate.objects.order_by("name")[:2])
        long_ago = timezone.now() - timedelta(days=300)
        Candidate.objects.filter(pk__in=[p.pk for p in people]).update(seniority=4, last_two_way_at=long_ago)
        a_pool("Backend", people=people[1:])

    build_the_silver_segment(page)

    expect(page.locator("#preview [data-count]")).to_contain_text("1")
    expect(page.locator("#preview")).to_contain_text("whose seniority is at least “Senior”, in Europe, last in two-way")
    expect(page.locator(".rules-day")).to_contain_text("before")
    page.get_by_role("button", name="Save segment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Seniors to wake")
    root = page.url
    for person, verdict in zip(people, ("belongs here", "does not belong here"), strict=True):
        page.goto(f"{root}explain/?candidate={person.pk}")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{person.name} {verdict}")
    page.goto(f"{root}edit/")
    page.locator(".rules-row").nth(4).get_by_role("button", name="Remove condition").click()
    expect(page.locator("#preview [data-diff]")).to_contain_text("Removes 0, adds 1.")
    assert axe.serious_findings(page) == []


def test_a_condition_moves_into_another_group(page: Page, acme: Tenant) -> None:
    page.goto("/o/acme/segments/new/")
    page.get_by_role("button", name="+ Add condition").click()
    page.get_by_role("button", name="+ Add group").first.click()

    page.get_by_role("combobox", name="Move to another group").first.select_option("1.1")

    expect(page.locator(".rules-group .rules-group .rules-row")).to_have_count(2)
