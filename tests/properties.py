"""How many examples property tests try: HYPOTHESIS_PROFILE=thorough asks for many more than the usual run."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings

USUAL, THOROUGH = "usual", "thorough"


def load_profile() -> None:
    """Examples have no deadline: what the first one reads in (zones, templates) is no slowness of the code."""
    settings.register_profile(USUAL, deadline=None)
    settings.register_profile(THOROUGH, deadline=None, max_examples=300)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", USUAL))


def costly(most: int, **fields: Any) -> settings:
    """The settings of a property whose examples cost much (most ask the database): so many, in the usual run."""
    fields = {"suppress_health_check": list(HealthCheck)} | fields
    if settings.get_current_profile_name() == USUAL:
        fields["max_examples"] = most
    return settings(**fields)
