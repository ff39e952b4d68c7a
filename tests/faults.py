"""What a test says when it has looked at many things at once."""

from __future__ import annotations

import pytest


def none_of(faults: list[str]) -> None:
    """All of them are listed, however many they are."""
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)
