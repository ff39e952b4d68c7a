"""A pool in a real browser: its board by keyboard and when a colleague was quicker, and what an undo brings back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, PoolMembership, PoolProposal, TalentPool
from tests.browser import axe
from tests.browser.test_segments import enter
from tests.factories.broadcasts import a_segment
from tests.factories.pools import a_pool
from tests.factories.talent import NOW, a_candidate

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, tenant: Tenant, recruiter: Member) -> Iterator[Page]:
    """The board of a pool with two people in its first stage."""
    with open_tenant(tenant):
        pool = a_pool("Speakers", people=[a_candidate("Ana", "a@example.com"), a_candidate("Bo", "b@example.com")])
    context = axe.new_context(browser, base_url=live_server.url)
    page = enter(context, live_server, recruiter)
    page.goto(f"/o/acme/pools/{pool.pk}/board/")
    page.wait_for_selector("crm-board[data-drag]")
    yield page
    assert axe.csp_violations(page) == []
    context.close()


def names(page: Page, column: int) -> list[str]:
    return page.locator("[data-column]").nth(column).locator(".board-card > a").all_inner_texts()


def test_hand_on_the_keys_stays_with_the_card(page: Page) -> None:
    page.get_by_label("Move Ana to").focus()
    page.get_by_label("Move Ana to").select_option(label="Reached out")

    expect(page.locator("[data-column]").nth(1).locator(".board-card")).to_have_count(1)
    expect(page.get_by_label("Move Ana to")).to_be_focused()


def test_card_that_cannot_be_moved_does_not_stay_where_it_fell(page: Page, tenant: Tenant) -> None:
    with open_tenant(tenant):
        PoolMembership.objects.filter(candidate__name="Ana").delete()
    card, to = page.locator(".board-card", has_text="Ana").bounding_box(), page.locator("[data-column]").nth(2)
    there = to.bounding_box()
    assert card
    assert there
    page.mouse.move(card["x"] + 20, card["y"] + 45)
    page.mouse.down()
    page.mouse.move(card["x"] + 80, card["y"] + 60, steps=5)
    page.mouse.move(there["x"] + 40, there["y"] + 20, steps=10)
    page.mouse.up()

    expect(page.locator(".board-card")).to_have_count(1)
    assert (names(page, 0), names(page, 2)) == (["Bo"], [])


def test_list_shows_again_who_was_taken_out_by_mistake(page: Page) -> None:
    page.get_by_role("link", name="List").click()
    page.get_by_role("button", name="Take Ana out").click()
    expect(page.get_by_role("link", name="Ana", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("link", name="Ana", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="All 2")).to_be_visible()


def test_proposals_are_there_again_after_an_undo(page: Page, tenant: Tenant) -> None:
    with open_tenant(tenant):
        pool = TalentPool.objects.get()
        ana = Candidate.objects.get(name="Ana")
        PoolMembership.objects.filter(candidate=ana).delete()
        TalentPool.objects.update(fed_by=a_segment())
        PoolProposal.objects.create(pool=pool, candidate=ana, proposed_at=NOW)
    page.reload()
    page.get_by_role("link", name="Unreviewed 1").click()
    page.get_by_label("Choose Ana").check()
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("Nobody waits for a decision")).to_be_visible()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_label("Choose Ana")).to_be_visible()
    expect(page.get_by_role("link", name="Unreviewed 1")).to_be_visible()
