"""The JSON form of the reader's frozen dataclasses: what crosses a process boundary or is kept in a column."""

import base64
import types
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Dataclasses become objects, tuples lists, moments ISO 8601 in UTC, days ISO 8601, bytes base64."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_json(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value


def from_json(kind: type[T], data: Any) -> T:
    """The dataclass `kind` from what `to_json` made of it; keys that a newer version added fall back to their defaults.

    Raises KeyError, TypeError or ValueError on anything else.
    """
    result: T = _value(kind, data)
    return result


def _value(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return None if data is None else _value(next(k for k in get_args(kind) if k is not type(None)), data)
    if origin is tuple:
        inner = get_args(kind)
        kinds = [inner[0]] * len(data) if len(inner) == 2 and inner[1] is Ellipsis else inner
        return tuple(_value(k, item) for k, item in zip(kinds, data, strict=True))
    if origin is Literal:
        return data
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        present = [item.name for item in fields(kind) if item.init and item.name in data]
        return kind(**{name: _value(hints[name], data[name]) for name in present})
    if kind is bytes:
        return base64.b64decode(data, validate=True)
    return kind.fromisoformat(data) if kind in {datetime, date} else data
