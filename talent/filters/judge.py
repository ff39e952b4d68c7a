"""One condition, and whole trees, in plain Python: functions from what is true of a person to yes or no.

That they agree with `leaves` and `compile` is a tested property.
"""

from __future__ import annotations

import hashlib
import operator
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any as Fact
from typing import cast
from uuid import UUID

from talent.filters import catalogue, earth
from talent.filters.catalogue import Field
from talent.filters.clock import Clock
from talent.filters.leaves import edges, keys_wanted, stored, values_of
from talent.filters.tree import All, Any, Condition, Near, Node, Not, Range, Rated, Share, Times

# What is true of one person. Under a field's name a list: its values, none when unknown; under `<name>_plain` texts
# without case and accents, under `<name>_<rating>` pairs of key and rating; under a condition, the database's answer.
Facts = dict[object, Fact]
Test = Callable[[Facts], bool]


def _keys(field: Field, op: str, condition: Condition, judge: Judge) -> Test:
    name, value = field.name, condition.value
    if op == "is_not_empty":
        return lambda facts: bool(facts[name])
    if isinstance(value, Rated):
        good, rated = set(keys_wanted(field, value.values)), f"{name}_{field.ratings[op]}"
        least = value.least
        return lambda facts: (
            not good.isdisjoint(facts[name])
            and any(key in good and rating is not None and rating >= least for key, rating in facts[rated])
        )
    wanted = set(keys_wanted(field, tuple(values_of(condition))))
    if op == "is_all_of":
        return lambda facts: wanted <= set(facts[name])
    return lambda facts: not wanted.isdisjoint(facts[name])


def _words(field: Field, op: str, condition: Condition, judge: Judge) -> Test:
    plain, key = judge.plains, f"{field.name}_plain"
    if op == "is_not_empty":
        return lambda facts: any(facts[field.name])
    if op in ("contains", "contains_any"):
        phrases = [[plain[w] for w in phrase.split()] for phrase in phrases_of(condition)]
        return lambda facts: any(all(w in text for w in words) for text in facts[key] for words in phrases)
    if op == "is_any_of":
        whole = {plain[phrase] for phrase in phrases_of(condition)}
        return lambda facts: not whole.isdisjoint(facts[key])
    compare: dict[str, Callable[[str, str], bool]] = {
        "is": operator.eq,
        "starts": str.startswith,
        "ends": str.endswith,
    }
    fits, wanted = compare[op], plain[str(condition.value)]
    return lambda facts: any(fits(text, wanted) for text in facts[key])


def _choice(field: Field, op: str, condition: Condition, judge: Judge) -> Test:
    name = field.name
    if op == "is_not_empty":
        return lambda facts: bool(facts[name])
    wanted = set(field.expanded(tuple(values_of(condition))))
    if op == "is_all_of":
        return lambda facts: wanted <= {str(v) for v in facts[name]}
    return lambda facts: any(str(v) in wanted for v in facts[name])


def _scale(field: Field, op: str, condition: Condition, judge: Judge) -> Test:
    name = field.name
    if field.steps:
        steps, plain_scale = field.steps(judge.clock), replace(field, steps=None)
        test = _scale(plain_scale, op, condition, judge)
        return lambda facts: test({name: [bisect_right(steps, v) for v in facts[name]]})
    if op == "is_not_empty":
        return lambda facts: bool(facts[name])
    if op in ("at_least", "at_most"):
        compare = operator.ge if op == "at_least" else operator.le
        bound = int(str(condition.value))
        return lambda facts: any(compare(v, bound) for v in facts[name])
    wanted = {int(v) for v in values_of(condition)}
    return lambda facts: any(v in wanted for v in facts[name])


_NUMBERS: Mapping[str, Callable[[Fact, Fact], bool]] = {
    "eq": operator.eq,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def _number(field: Field, op: str, condition: Condition, judge: Judge) -> Test:
    name, value = field.name, condition.value
    if op == "is_not_empty":
        return lambda facts: bool(facts[name])
    if isinstance(value, Range):
        low, high = stored(field, value.low, judge.clock), stored(field, value.high, judge.clock)
        return lambda facts: any(low <= v <= high for v in facts[name])
    compare, bound = _NUMBERS[op], stored(field, value, judge.clock)
    return lambda facts: any(compare(v, bound) for v in facts[name])


def _moment(field: Field, op: str, condition: Condition, judge: Judge) -> Test:
    name = field.name
    if op == "is_not_empty":
        return lambda facts: bool(facts[name])
    if op == "anniversary":
        marks = set(judge.clock.anniversaries(cast(int, condition.value)))
        return lambda facts: any(f"{local_day(v, judge.clock):%m-%d}" in marks for v in facts[name])
    low, high = edges(field, op, condition.value, judge.clock)
    return lambda facts: any((low is None or v >= low) and (high is None or v < high) for v in facts[name])


def _flag(field: Field, op: str, condition: Condition, judge: Judge) -> Test:
    return lambda facts: bool(facts[field.name])


def _answer(field: Field, op: str, condition: Condition, judge: Judge) -> Test:
    if op == "is_not_empty":
        return lambda facts: bool(facts[field.name])
    return lambda facts: (op == "is_true") in facts[field.name]


def _events(field: Field, op: str, condition: Condition, judge: Judge) -> Test:
    name = field.name
    if not isinstance(condition.value, Times):
        since = judge.clock.ago(cast(int, condition.value))
        return lambda facts: not any(at >= since for at in facts[name])
    compare = {"at_least": operator.ge, "at_most": operator.le, "exactly": operator.eq}[op]
    times, since = condition.value.times, judge.clock.ago(condition.value.days)
    return lambda facts: compare(sum(at >= since for at in facts[name]), times)


def _near(field: Field, op: str, condition: Condition, judge: Judge) -> Test:
    name = field.name
    if op == "is_not_empty":
        return lambda facts: bool(facts[name])
    circle = earth.circle(cast(Near, condition.value))
    return lambda facts: circle is not None and any(circle.holds(*point) for point in facts[name])


def share_of(experiment: str, person: UUID) -> int:
    """The number from 0 to 99 that a person has drawn in an experiment, for good."""
    digest = hashlib.md5(f"{experiment}:{person}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:7], 16) % 100


def _share(field: Field, op: str, condition: Condition, judge: Judge) -> Test:
    share = cast(Share, condition.value)
    return lambda facts: share_of(share.experiment, facts["pk"]) < share.percent


_TESTS: Mapping[str, Callable[[Field, str, Condition, Judge], Test]] = {
    "keys": _keys,
    "words": _words,
    "choice": _choice,
    "scale": _scale,
    "number": _number,
    "moment": _moment,
    "flag": _flag,
    "answer": _answer,
    "events": _events,
    "near": _near,
    "share": _share,
}


def local_day(at: datetime | date, clock: Clock) -> date:
    """The day of a moment in the tenant's zone."""
    return at.astimezone(clock.zone).date() if isinstance(at, datetime) else at


def phrases_of(condition: Condition) -> list[str]:
    """The texts that a condition on words looks for."""
    if isinstance(condition.value, tuple):
        return list(condition.value)
    return [condition.value] if isinstance(condition.value, str) else []


class Judge:
    """Makes tests at one moment. `plains` has each word and phrase of the trees without case and accents."""

    def __init__(self, clock: Clock, plains: Mapping[str, str]) -> None:
        self.clock = clock
        self.plains = plains

    def leaf(self, condition: Condition) -> Test:
        field = catalogue.field(condition.field)
        op, holds = catalogue.positive(field, condition.op)
        if field.is_long:
            return lambda facts: facts[condition] is holds
        test = _TESTS[field.type](field, op, condition, self)
        return test if holds else lambda facts: not test(facts)

    def of(self, node: Node) -> Test:
        match node:
            case Condition():
                return self.leaf(node)
            case Not(inner):
                test = self.of(inner)
                return lambda facts: not test(facts)
            case All(nodes):
                tests = [self.of(one) for one in nodes]
                return lambda facts: all(test(facts) for test in tests)
            case Any(nodes):
                tests = [self.of(one) for one in nodes]
                return lambda facts: any(test(facts) for test in tests)
