"""What somebody claims about a person, in one neutral form: every way in makes one of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Claim:
    """One value with the words it was read from. `snippet` is empty for what was typed."""

    value: str
    snippet: str = ""
    confidence: float = 1.0


@dataclass(frozen=True)
class Job:
    """One employment; `start` and `end` are `YYYY` or `YYYY-MM` or empty."""

    title: str = ""
    company: str = ""
    start: str = ""
    end: str = ""
    is_current: bool = False
    snippet: str = ""
    confidence: float = 1.0


@dataclass(frozen=True)
class School:
    """One education; dates as in Job."""

    institution: str = ""
    degree: str = ""
    start: str = ""
    end: str = ""
    snippet: str = ""
    confidence: float = 1.0


@dataclass(frozen=True)
class Place:
    """Where somebody is. `country` is ISO 3166-1 alpha-2, `time_zone` an IANA name; empty where unknown."""

    text: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    time_zone: str = ""
    snippet: str = ""
    confidence: float = 1.0


@dataclass(frozen=True)
class Profile:
    """A person as one source describes them. Empty means: not said."""

    name: Claim | None = None
    headline: Claim | None = None
    summary: Claim | None = None
    emails: Sequence[Claim] = ()
    phones: Sequence[Claim] = ()
    links: Sequence[Claim] = ()
    place: Place | None = None
    skills: Sequence[Claim] = ()
    jobs: Sequence[Job] = ()
    schools: Sequence[School] = ()
    tags: Sequence[str] = ()
    note: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)  # what the workspace's own fields say, by key
    text: str = field(default="", repr=False)

    def without(self, **fields: object) -> Profile:
        """The same profile with some fields replaced."""
        return replace(self, **fields)  # type: ignore[arg-type]
