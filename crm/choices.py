"""Choices that the floor's forms offer."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

OTHER_AREAS = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def time_zones() -> list[tuple[str, str]]:
    """IANA time zone names that a person would look for: areas and cities, and UTC."""
    names = sorted(z for z in available_timezones() if "/" in z and not z.startswith(OTHER_AREAS))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]
