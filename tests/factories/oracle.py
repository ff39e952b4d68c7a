"""What a rule means, said once more and as plainly as possible: people read one by one, trees walked by hand.

It shares nothing with `talent.filters` but the shape of the tree.
"""

from __future__ import annotations

import hashlib
import math
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any as Fact
from zoneinfo import ZoneInfo

from talent.filters.tree import All, Condition, Near, Node, Not, Range, Rated, Share, Span, Times
from talent.models import Candidate
from tests.factories.known import known, plain

POINTS = {"Berlin": (52.52437, 13.41053), "Malmö": (55.60587, 13.00073), "Suva": (-18.13683, 178.42531)}
POINTS["Apia"] = (-13.83333, -171.76666)
OPPOSITES = {
    "is_none_of": "is_any_of",
    "is_empty": "is_not_empty",
    "not_contains": "contains",
    "contains_none": "contains_any",
    "is_not": "is",
    "ne": "eq",
    "not_in_last": "in_last",
    "not_within": "within",
    "not_drawn": "drawn",
}


FLAGS = ("email", "phone", "do_not_contact", "off_limits", "open_task", "finalist", "silver_medallist")
FLAGS += ("open_promise", "open_question", "paused")


class Oracle:
    """Answers at one moment in one zone, about people who stay as they are: what is known of one is read once."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.zone = zone
        self.today = now.astimezone(zone).date()
        self._read: dict[tuple[Fact, str], list[Fact]] = {}

    def known(self, person: Candidate, field: str) -> list[Fact]:
        key = person.pk, field
        if key not in self._read:
            self._read[key] = known(person, field)
        return self._read[key]

    def holds(self, node: Node, person: Candidate) -> bool:
        if isinstance(node, Condition):
            return self.leaf(node, person)
        if isinstance(node, Not):
            return not self.holds(node.node, person)
        answers = [self.holds(one, person) for one in node.nodes]
        return all(answers) if isinstance(node, All) else any(answers)

    def leaf(self, condition: Condition, person: Candidate) -> bool:
        op, field, value = condition.op, condition.field, condition.value
        values = self.known(person, field)
        if op in OPPOSITES:
            return not self.leaf(Condition(field, OPPOSITES[op], value), person)
        if op == "is_not_empty":
            return bool(values)
        if op in ("is_true", "is_false"):
            truths = [v if isinstance(v, bool) else True for v in values]
            is_flag = field in FLAGS
            return (not truths if op == "is_false" else bool(truths)) if is_flag else (op == "is_true") in truths
        if isinstance(value, Times) or op == "none_in_last":
            return self.count(op, value, values)
        if isinstance(value, Rated):
            return rated(field, op, value, person)
        if op == "is_all_of":
            return all(any(same(field, v, wanted) for v in values) for wanted in value)  # type: ignore[union-attr]
        return any(self.fits(field, op, value, v) for v in values)

    def count(self, op: str, value: Fact, moments: list[datetime]) -> bool:
        days = value.days if isinstance(value, Times) else value
        count = len([m for m in moments if m.astimezone(self.zone).date() >= self.today - timedelta(days=days)])
        times = value.times if isinstance(value, Times) else 0
        return {"at_least": count >= times, "at_most": count <= times}.get(op, count == times)

    def fits(self, field: str, op: str, value: Fact, v: Fact) -> bool:
        if isinstance(v, str | int) and not isinstance(v, bool) and op in ("is_any_of", "at_least", "at_most"):
            return ordered(field, op, value, v)
        if isinstance(value, Near):
            return away(POINTS[value.place], v) <= value.km
        if isinstance(value, Share):
            drawn = hashlib.md5(f"{value.experiment}:{v}".encode()).hexdigest()[:7]
            return int(drawn, 16) % 100 < value.percent
        if isinstance(v, date):
            return self.dated(op, value, v)
        if isinstance(v, float):
            return numeric(op, value, v)
        return worded(op, value, str(v)) if op != "is_any_of" else str(v) in value

    def dated(self, op: str, value: Fact, v: date) -> bool:
        is_plain = not isinstance(v, datetime)
        day = v.astimezone(self.zone).date() if isinstance(v, datetime) else v
        match op:
            case "in_last":
                return self.back(value) <= day and (day <= self.today or not is_plain)
            case "more_than_ago":
                return day < self.back(value)
            case "in_next":
                return self.today <= day <= self.ahead(value)
            case "anniversary":
                return self.celebrates(day, value)
            case "between":
                return bool(value.low <= day <= value.high)
            case _:
                return bool(day >= value) if op == "on_or_after" else bool(day < value)

    def celebrates(self, day: date, within: int) -> bool:
        for ahead in range(within + 1):
            today = self.today + timedelta(days=ahead)
            last = monthrange(today.year, 2)[1]
            feast = (2, 28) if (day.month, day.day) == (2, 29) and last == 28 else (day.month, day.day)
            if feast == (today.month, today.day):
                return True
        return False

    def shifted(self, months: int) -> date:
        year, month = divmod(self.today.year * 12 + self.today.month - 1 + months, 12)
        return date(year, month + 1, min(self.today.day, monthrange(year, month + 1)[1]))

    def back(self, span: int | Span) -> date:
        return self.today - timedelta(days=span) if isinstance(span, int) else self.shifted(-months_of(span))

    def ahead(self, span: int | Span) -> date:
        return self.today + timedelta(days=span) if isinstance(span, int) else self.shifted(months_of(span))


def months_of(span: Span) -> int:
    return span.count * (12 if span.unit == "years" else 1)


def same(field: str, v: Fact, wanted: str) -> bool:
    return str(v) == (wanted.lower() if field in ("skill", "language") else wanted)


def ordered(field: str, op: str, value: Fact, v: str | int) -> bool:
    if op == "is_any_of":
        if field.startswith("custom:my_t") or field.startswith("custom:my_u") or field in WORDY:
            return plain(str(v)) in [plain(one) for one in value]
        return any(same(field, v, one) for one in value)
    return int(v) >= int(value) if op == "at_least" else int(v) <= int(value)


WORDY = {"name", "headline", "title", "company", "city", "region", "location", "address", "employer"}
WORDY |= {"past_employer", "past_title", "school", "degree"}


def numeric(op: str, value: Fact, v: float) -> bool:
    if isinstance(value, Range):
        return bool(value.low <= v <= value.high)  # type: ignore[operator]
    return bool({"eq": v == value, "lt": v < value, "le": v <= value, "gt": v > value, "ge": v >= value}[op])


def worded(op: str, value: Fact, text: str) -> bool:
    said = plain(text)
    match op:
        case "contains":
            return all(plain(word) in said for word in value.split())
        case "contains_any":
            return any(worded("contains", phrase, text) for phrase in value)
        case "starts":
            return said.startswith(plain(value))
        case "ends":
            return said.endswith(plain(value))
        case _:
            return said == plain(value)


def rated(field: str, op: str, value: Rated, person: Candidate) -> bool:
    column = "years" if op == "for_years" else "cefr" if field == "language" else "level"
    claims = [c for c in person.skills.all() if c.skill.key in [v.lower() for v in value.values]]
    return any(getattr(c, column) is not None and getattr(c, column) >= value.least for c in claims)


def away(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres by the spherical law of cosines."""
    a, b, c, d = (math.radians(x) for x in (*one, *other))
    cosine = math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d)
    return 6371.0 * math.acos(max(-1.0, min(1.0, cosine)))
