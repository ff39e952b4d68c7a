"""Spans of whole days in the workspace's time zone, and their weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

WEEK = timedelta(days=7)
LONGEST = timedelta(days=3 * 366)


class NotASpan(ValueError):
    """The dates are in no order, or too far apart; the message says so."""


@dataclass(frozen=True)
class Span:
    """From the first moment of `first` to the last of `last`, as the clocks of `zone` go."""

    first: date
    last: date
    zone: tzinfo

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """The first moment that does not belong to it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def mondays(self) -> list[date]:
        """The weeks it touches, each by its Monday."""
        monday, found = self.first - timedelta(days=self.first.weekday()), []
        while monday <= self.last:
            found.append(monday)
            monday += WEEK
        return found

    @property
    def in_whole_weeks(self) -> Span:
        """The same, widened to whole weeks."""
        return Span(self.mondays[0], self.mondays[-1] + timedelta(days=6), self.zone)


def between(first: date, last: date, zone: tzinfo) -> Span:
    """A span of given days. Raises NotASpan."""
    if last < first:
        raise NotASpan("The last day lies before the first.")
    if last - first > LONGEST:
        raise NotASpan("Three years are the most.")
    return Span(first, last, zone)


def latest(days: int, now: datetime, zone: tzinfo) -> Span:
    """The last `days` days, today included."""
    today = now.astimezone(zone).date()
    return Span(today - timedelta(days=days - 1), today, zone)


def this_week(now: datetime, zone: tzinfo) -> Span:
    """From Monday until today."""
    today = now.astimezone(zone).date()
    return Span(today - timedelta(days=today.weekday()), today, zone)
