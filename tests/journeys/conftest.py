"""The stage, set once for all journeys, and the recruiters who walk on it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import browser  # noqa: F401  # the same Chromium
from tests.journeys import stage as stages
from tests.journeys.story import Story
from tests.journeys.walk import PICTURES


@pytest.fixture(scope="session")
def stage() -> Iterator[stages.Stage]:
    with stages.running() as running:
        yield running


@pytest.fixture(scope="module")
def story(stage: stages.Stage, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:  # noqa: F811
    told = Story(stage.url, browser, tmp_path_factory.mktemp("papers"))
    yield told
    told.close()


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """A line per step with its time, on the terminal and in `build/journey/times.txt`."""
    request.getfixturevalue("stage")
    begun = time.monotonic()
    yield
    line = f"{time.monotonic() - begun:6.1f} s  {request.node.name}"
    with capsys.disabled(), (PICTURES / "times.txt").open("a") as file:
        print(line)  # noqa: T201
        file.write(line + "\n")
