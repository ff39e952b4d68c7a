"""The stage, set once for all journeys, and the recruiters who walk on it."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Cookie

from crm.bench import scratch
from crm.services.demo import PASSWORD
from tests import template
from tests.conftest import _owner_connection
from tests.journeys import stage as stages
from tests.journeys.story import Story
from tests.journeys.walk import FOLDER, Walk

DATABASE = "stage"


@contextmanager
def _database() -> Iterator[list[str]]:
    """A copy of the migrated database, and its addresses: for the app, and for the owner of the tables."""
    known = [urlsplit(url or "") for url in (settings.ENV.database_url, settings.ENV.database_owner_url)]
    with _owner_connection("postgres") as server:
        template.create(server, DATABASE, scratch.MADE_FROM)
        try:
            yield [url._replace(path=f"/{DATABASE}").geturl() for url in known]
        finally:
            scratch.drop(server, DATABASE)


@pytest.fixture(scope="package")
def stage(browser: Browser, django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker) -> Iterator[stages.Stage]:
    """Gone when the last journey ends: its workers and scheduler take time from all other tests.

    The browser comes before the database and goes after it: while its event loop runs, Django keeps connections of that
    loop, which nobody else can close.
    """
    with django_db_blocker.unblock(), _database() as addresses, stages.running(*addresses) as running:
        yield running


@pytest.fixture(scope="module")
def story(stage: stages.Stage, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    told = Story(stage.url, browser, tmp_path_factory.mktemp("papers"))
    yield told
    told.close()


def log_in(walk: Walk) -> None:
    """As one of the demo's cast, by the form."""
    walk.page.goto("/accounts/login/")
    walk.page.get_by_label("Email").fill(f"{walk.who}@demo.example.com")
    walk.page.get_by_label("Password").fill(PASSWORD)
    walk.page.get_by_role("button", name="Log in", exact=True).click()
    walk.page.wait_for_url("**/o/demo/")


@pytest.fixture(scope="package")
def owner_cookies(stage: stages.Stage, browser: Browser) -> list[Cookie]:
    """One session for all walks: a log-in for each would take longer than most of what they do on a page."""
    walk = Walk(browser, stage.url, "owner")
    log_in(walk)
    cookies = walk.context.cookies()
    walk.close()
    return cookies


@pytest.fixture
def walk(stage: stages.Stage, browser: Browser, owner_cookies: list[Cookie]) -> Iterator[Walk]:
    """The owner of the demo workspace, logged in, on its first page."""
    walk = Walk(browser, stage.url, "owner")
    walk.context.add_cookies(owner_cookies)  # type: ignore[arg-type]
    walk.page.goto("/o/demo/")
    yield walk
    walk.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A step that fails ends the journey, and leaves a picture of what everybody saw."""
    report = yield
    story = getattr(item, "funcargs", {}).get("story")
    if report.failed and story is not None:
        story.broken_at = item.name
        for walk in story.walks.values():
            walk.picture(f"failed-{item.name}-{walk.who}")
    return report


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """A line per step with its time, on the terminal and in `build/journey/times.txt`."""
    request.getfixturevalue("stage")
    story: Story | None = request.getfixturevalue("story") if "story" in request.fixturenames else None
    if story and story.broken_at:
        pytest.fail(f"the journey ended at {story.broken_at}", pytrace=False)
    begun = time.monotonic()
    yield
    lines = [f"{time.monotonic() - begun:6.1f} s  {request.node.name}"]
    if story:
        lines += [f"          {line}" for line in story.said]
        story.said.clear()
    with capsys.disabled(), (FOLDER / "times.txt").open("a") as file:
        for line in lines:
            print(line)  # noqa: T201
            file.write(line + "\n")
