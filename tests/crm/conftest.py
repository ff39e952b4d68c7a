"""What several tests of the floor begin with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crm.registry import Reader, registered


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace the wired readers by these."""

    def put(*plugged: Reader) -> None:
        monkeypatch.setattr(registered, "readers", {reader.name: reader for reader in plugged})

    return put
