"""The components of the style guide in a real browser: looks, keys, undo, uploads, conditions."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from crm.styleguide import PAGES
from tests.browser import axe

pytestmark = [pytest.mark.urls("tests.browser.styleguide_urls"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """One for many tests: a page in a context of its own costs three times what another look with it does."""
    context = axe.new_context(browser, base_url=live_server.url)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(visitor: Page) -> Iterator[Page]:
    """Whoever has not been here before: nothing is kept of what the test before set."""
    yield visitor
    assert axe.csp_violations(visitor) == []
    visitor.evaluate("localStorage.clear(); sessionStorage.clear()")
    visitor.context.clear_cookies()


@pytest.fixture
def page_with_clock(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of its own, since a clock of ours goes on for as long as the context is there."""
    context = axe.new_context(browser, base_url=live_server.url)
    page = context.new_page()
    page.clock.install()
    yield page
    assert axe.csp_violations(page) == []
    context.close()


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desktop-light", "phone-dark"])
def test_pages_have_no_findings(browser: Browser, live_server: LiveServer, phone: bool, dark: bool) -> None:
    context = axe.new_context(browser, phone=phone, dark=dark, base_url=live_server.url)
    page, found = context.new_page(), {}

    for name in PAGES:
        page.goto(f"/styleguide/{name}/")
        found[name] = axe.serious_findings(page, axe.rules_for(phone=phone)) + axe.of_policy_and_width(page)
    context.close()

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_palette_finds_people_and_goes_there(page: Page) -> None:
    page.goto("/styleguide/list/")
    page.keyboard.press("Control+k")

    page.get_by_role("combobox", name="Search people and commands").fill("amara")
    expect(page.get_by_role("option", name="Amara Okafor")).to_be_visible()
    findings = axe.serious_findings(page)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Zoë Ångström-O'Neill")
    assert findings == []


def test_chord_goes_to_inbox(page: Page) -> None:
    page.goto("/styleguide/list/")

    page.keyboard.press("g")
    page.keyboard.press("i")

    page.wait_for_url("**/styleguide/inbox/")


def test_letters_stay_letters_while_typing(page: Page) -> None:
    page.goto("/styleguide/list/")

    page.get_by_role("searchbox", name="Search in this list").press_sequentially("gi?")

    expect(page.get_by_role("searchbox", name="Search in this list")).to_have_value("gi?")


def test_sheet_lists_the_keys_of_the_page(page: Page) -> None:
    page.goto("/styleguide/list/")

    page.keyboard.press("?")

    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Candidates")
    assert axe.serious_findings(page) == []


def test_single_keys_can_be_switched_off(page: Page) -> None:
    page.goto("/styleguide/list/")
    page.keyboard.press("?")

    page.get_by_label("Single-key shortcuts").uncheck()
    page.reload()
    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


def test_ticked_rows_are_sent_and_act_can_be_undone(page: Page) -> None:
    page.goto("/styleguide/list/")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.get_by_text("2 selected")).to_be_visible()

    with page.expect_request("**/act/") as sent:
        page.get_by_role("button", name="Tag").click()
    expect(page.get_by_text("2 selected")).to_be_hidden()
    page.keyboard.press("z")

    expect(page.get_by_text("Taken back")).to_be_visible()
    assert 'name="ids"\r\n\r\n1,2\r\n' in (sent.value.post_data or "") or "ids=1%2C2" in (sent.value.post_data or "")


def test_whole_result_can_be_selected(page: Page) -> None:
    page.goto("/styleguide/list/")

    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Select all that match").click()

    expect(page.get_by_text("1,243 selected")).to_be_visible()
    expect(page.locator("input[name=all_matching]")).to_have_value("1")


def test_theme_is_kept_in_a_cookie(page: Page) -> None:
    page.goto("/styleguide/")

    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "rapportdark")


def test_menu_opens_below_its_button_and_closes_with_escape(page: Page) -> None:
    page.goto("/styleguide/list/")
    button = page.get_by_role("button", name="New", exact=True)

    button.click()
    below = page.locator("#new-menu").bounding_box()["y"] - button.bounding_box()["y"] - button.bounding_box()["height"]
    page.keyboard.press("Escape")

    expect(page.locator("#new-menu")).to_be_hidden()
    assert 0 <= below <= 12


def test_change_reaches_another_open_page_within_two_seconds(page: Page) -> None:
    page.goto("/styleguide/")
    other = page.context.new_page()
    other.goto("/styleguide/")
    before = int(page.locator("b.count").inner_text())
    page.wait_for_timeout(1300)

    other.get_by_role("button", name="Act, with undo").click()

    expect(page.locator("b.count")).to_have_text(str(before + 1), timeout=2000)
    expect(page.locator(".pip")).to_have_text("4")
    other.close()


def test_dialog_takes_the_focus_and_gives_it_back(page: Page) -> None:
    page.goto("/styleguide/list/")

    page.get_by_role("button", name="Add candidate").first.click()
    expect(page.get_by_label("Full name")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Add candidate").first).to_be_focused()


def test_conditions_are_written_as_a_tree(page: Page) -> None:
    page.goto("/styleguide/")
    rules = page.locator("crm-rules")

    rules.get_by_role("button", name="Remove condition").nth(1).click()
    rules.get_by_role("button", name="Add condition").first.click()
    rules.get_by_role("combobox", name="Match").nth(1).select_option("none")

    tree = json.loads(page.locator("input[name=tree]").input_value())
    assert tree == {
        "all": [
            {"field": "skill", "op": "is_any_of", "value": ["Python", "Go"]},
            {
                "not": {
                    "any": [
                        {"field": "city", "op": "is", "value": "Berlin"},
                        {"field": "seniority", "op": "is", "value": "staff"},
                        {"field": "skill", "op": "is_any_of", "value": []},
                    ]
                }
            },
        ]
    }


def test_tags_are_added_from_suggestions_and_removed(page: Page) -> None:
    page.goto("/styleguide/")
    box = page.get_by_role("combobox", name="Tags")

    box.fill("rus")
    box.press("Enter")
    box.press("Backspace")
    box.fill("new one")
    box.press("Enter")

    assert page.locator("input[name=tags]").evaluate_all("all => all.map(one => one.value)") == [
        "python",
        "berlin",
        "new one",
    ]


def test_files_are_sent_one_by_one_with_their_answer(page: Page) -> None:
    page.goto("/styleguide/wizard/")

    files = [{"name": name, "mimeType": "text/plain", "buffer": b"x" * 2000} for name in ("zoe.pdf", "zoe.exe")]
    page.set_input_files("crm-dropzone input[type=file]", files)

    expect(page.locator(".is-done")).to_contain_text("New candidate, no duplicate found.")
    expect(page.locator(".is-failed")).to_contain_text("This is not a PDF, DOCX or CSV file.")
    assert axe.serious_findings(page) == []


def uploads_a_file_whose_state_is(page: Page, status: int) -> list[str]:
    """Hand a file to the drop zone, on a clock of ours; the addresses at which it asks what became of it."""
    asked: list[str] = []
    page.goto("/styleguide/wizard/")
    waiting = {"state": "waiting", "text": "Reading", "poll": "/styleguide/poll/"}
    page.route("**/styleguide/upload/", lambda route: route.fulfill(json=waiting))

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=status, body="") if status else route.abort()

    page.route("**/styleguide/poll/", answer)
    file = {"name": "zoe.pdf", "mimeType": "text/plain", "buffer": b"x"}
    page.set_input_files("crm-dropzone input[type=file]", [file])
    expect(page.locator("crm-dropzone .state")).to_have_text("Reading")
    return asked


def test_file_whose_state_is_refused_is_asked_for_once(page_with_clock: Page) -> None:
    page = page_with_clock
    asked = uploads_a_file_whose_state_is(page, 404)

    page.clock.run_for(2_000)
    expect(page.locator("crm-dropzone .is-failed")).to_contain_text("can no longer be seen here")
    page.clock.run_for(60_000)

    assert len(asked) == 1


@pytest.mark.parametrize("status", [0, 503])
def test_server_that_is_away_is_asked_ever_more_rarely_and_given_up(page_with_clock: Page, status: int) -> None:
    page = page_with_clock
    asked = uploads_a_file_whose_state_is(page, status)

    for _ in range(80):
        page.clock.run_for(1_000)
        page.wait_for_timeout(10)

    expect(page.locator("crm-dropzone .is-failed")).to_contain_text("The server does not answer.")
    assert len(asked) == 6


def test_merge_tag_lands_at_the_cursor(page: Page) -> None:
    page.goto("/styleguide/profile/")
    subject = page.get_by_role("textbox", name="Subject")
    subject.fill("For ")

    page.get_by_role("button", name="Merge tag").click()
    page.get_by_role("button", name="First name").click()

    expect(subject).to_have_value("For {{ first_name }}")


def test_form_with_mistakes_leads_to_them(page: Page) -> None:
    page.goto("/styleguide/?errors")

    page.get_by_role("alert").get_by_role("link", name="Full name").click()

    expect(page.get_by_label("Full name")).to_be_focused()
    assert axe.serious_findings(page) == []


def test_chart_has_its_table(page: Page) -> None:
    page.goto("/styleguide/")

    page.get_by_text("Show as table").click()

    expect(page.get_by_role("row", name="Oct 171 66")).to_be_visible()
