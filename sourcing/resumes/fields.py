"""Owns the shape of what is read from a résumé, and its JSON form."""

import dataclasses
import types
import typing
from typing import Any, Self, TypeVar

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Where a value was read: `snippet` is part of the résumé's text, beginning in line `line` (from 0)."""

    line: int
    snippet: str


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """One value with its source; `confidence` lies in [0, 1] and ranks, it is no probability."""

    value: str
    source: Source
    confidence: float


@dataclasses.dataclass(frozen=True, slots=True)
class Phone:
    """`e164` (ITU-T E.164, e.g. +4930123456) is null when the country cannot be told."""

    raw: Found
    e164: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """`kind`: linkedin, github, gitlab, xing, stackoverflow, x, ..., website."""

    url: Found
    kind: str


@dataclasses.dataclass(frozen=True, slots=True)
class Location:
    """`country` is ISO 3166-1 alpha-2, `tz` an IANA zone; what could not be resolved is null."""

    raw: Found
    city: str | None = None
    region: str | None = None
    country: str | None = None
    tz: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Employment:
    """`start` and `end` are `YYYY` or `YYYY-MM`; `end` is null for the present position."""

    title: Found | None
    company: Found | None
    start: Found | None
    end: Found | None
    is_current: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Education:
    """`start` and `end` are `YYYY` or `YYYY-MM`; a single date is the end."""

    institution: Found | None
    degree: Found | None
    start: Found | None
    end: Found | None


@dataclasses.dataclass(frozen=True, slots=True)
class Fields:
    """All fields; what the document does not state is null or empty."""

    name: Found | None = None
    headline: Found | None = None
    emails: tuple[Found, ...] = ()
    phones: tuple[Phone, ...] = ()
    links: tuple[Link, ...] = ()
    location: Location | None = None
    skills: tuple[Found, ...] = ()
    employments: tuple[Employment, ...] = ()
    education: tuple[Education, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class ParsedResume:
    """The text in reading order, its fields, and sentences for the recruiter about what was left out."""

    text: str
    fields: Fields
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers, for a JSONField."""
        return dataclasses.asdict(self, dict_factory=_listed)

    @classmethod
    def from_json(cls, data: object) -> Self:
        """The inverse of `to_json`. Raises ValueError for any other shape."""
        return _build(cls, data)


def _listed(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in pairs}


def _build(kind: type[T], data: object) -> T:
    if not isinstance(data, dict):
        raise ValueError(f"{kind.__name__} is not an object")
    hints = typing.get_type_hints(kind)
    if set(data) != set(hints):
        raise ValueError(f"{kind.__name__} has other keys")
    return kind(**{key: _value(hints[key], data[key]) for key in hints})


def _value(hint: Any, data: object) -> Any:
    if isinstance(hint, types.UnionType):
        inner = next(arm for arm in typing.get_args(hint) if arm is not type(None))
        return None if data is None else _value(inner, data)
    if typing.get_origin(hint) is tuple:
        if not isinstance(data, list):
            raise ValueError("a list is missing")
        return tuple(_value(typing.get_args(hint)[0], item) for item in data)
    if dataclasses.is_dataclass(hint):
        return _build(typing.cast("type[Any]", hint), data)
    if hint is float and isinstance(data, int | float) and not isinstance(data, bool):
        return float(data)
    if type(data) is not hint:
        raise ValueError(f"{data!r:.40} is not {hint.__name__}")
    return data
