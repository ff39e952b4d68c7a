"""What can be asked of each type of field, and in what form the value comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FieldType = Literal["keys", "words", "choice", "scale", "number", "moment", "flag", "answer", "events", "near", "share"]
# fmt: off
ValueKind = Literal[
    "none", "text", "choice", "choices", "number", "numbers", "days", "span", "date", "dates", "times", "near", "share",
    "rated", "years",
]
# fmt: on


@dataclass(frozen=True)
class Operator:
    """What can be asked of a field; `timed` when the answer changes as time passes.

    An operator that is the exact opposite of another names it in `opposite_of`: it holds where the other does not,
    people of whom nothing is known included.
    """

    name: str
    label: str
    value: ValueKind
    timed: bool = False
    opposite_of: str = ""


_FILLED = Operator("is_not_empty", "is filled", "none")
_EMPTY = Operator("is_empty", "is empty", "none", opposite_of="is_not_empty")
_KNOWN = (_EMPTY, _FILLED)
_ANY = Operator("is_any_of", "is any of", "choices")
_ALL = Operator("is_all_of", "is all of", "choices")
_LEVEL = Operator("at_level", "is any of, at least at level", "rated")
_YEARS = Operator("for_years", "is any of, for at least … years", "years")
_NONE = Operator("is_none_of", "is none of", "choices", opposite_of="is_any_of")

OPERATORS: Mapping[FieldType, tuple[Operator, ...]] = {
    "keys": (_ANY, _ALL, _NONE, _LEVEL, _YEARS, *_KNOWN),
    "words": (
        Operator("contains", "contains the words", "text"),
        Operator("not_contains", "does not contain the words", "text", opposite_of="contains"),
        Operator("contains_any", "contains any of", "choices"),
        Operator("contains_none", "contains none of", "choices", opposite_of="contains_any"),
        Operator("is", "is", "text"),
        Operator("is_not", "is not", "text", opposite_of="is"),
        Operator("starts", "starts with", "text"),
        Operator("ends", "ends with", "text"),
        _ANY,
        _NONE,
        *_KNOWN,
    ),
    "choice": (_ANY, _ALL, _NONE, *_KNOWN),
    "scale": (
        _ANY,
        _NONE,
        Operator("at_least", "at least", "choice"),
        Operator("at_most", "at most", "choice"),
        *_KNOWN,
    ),
    "number": (
        Operator("eq", "=", "number"),
        Operator("ne", "≠", "number", opposite_of="eq"),
        Operator("lt", "<", "number"),
        Operator("le", "≤", "number"),
        Operator("gt", ">", "number"),
        Operator("ge", "≥", "number"),
        Operator("between", "between", "numbers"),
        *_KNOWN,
    ),
    "moment": (
        Operator("in_last", "in the last", "span", timed=True),
        Operator("not_in_last", "not in the last", "span", timed=True, opposite_of="in_last"),
        Operator("more_than_ago", "longer ago than", "span", timed=True),
        Operator("in_next", "in the next", "span", timed=True),
        Operator("on_or_after", "on or after", "date"),
        Operator("before", "before", "date"),
        Operator("between", "between", "dates"),
        Operator("anniversary", "has an anniversary in the next", "days", timed=True),
        Operator("is_empty", "never", "none", opposite_of="is_not_empty"),
        Operator("is_not_empty", "ever", "none"),
    ),
    "flag": (Operator("is_true", "yes", "none"), Operator("is_false", "no", "none", opposite_of="is_true")),
    "answer": (
        Operator("is_true", "yes", "none"),
        Operator("is_false", "no", "none"),
        Operator("is_empty", "is unknown", "none", opposite_of="is_not_empty"),
        Operator("is_not_empty", "is known", "none"),
    ),
    "events": (
        Operator("at_least", "at least", "times", timed=True),
        Operator("at_most", "at most", "times", timed=True),
        Operator("exactly", "exactly", "times", timed=True),
        Operator("none_in_last", "not in the last", "days", timed=True),
    ),
    "near": (
        Operator("within", "is within", "near"),
        Operator("not_within", "is not within", "near", opposite_of="within"),
        *_KNOWN,
    ),
    "share": (
        Operator("drawn", "is among the drawn", "share"),
        Operator("not_drawn", "is not among the drawn", "share", opposite_of="drawn"),
    ),
}
