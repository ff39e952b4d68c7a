"""The metric catalogue: every figure has one name, one definition in words and one query, for page, API and export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from analytics.services import messages, people
from analytics.services.messages import MEASURES, Group, Grouping
from analytics.services.people import Series
from analytics.services.spans import Span
from analytics.services.tables import Behind, Cell, Column, Row, Table


@dataclass(frozen=True)
class Metric:
    """One figure: `compute` answers it for a span, in a number of queries that does not grow with the data."""

    name: str
    label: str
    definition: str
    compute: Callable[[Span], Table]


def _dates(first: date, last: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()}


def _counts(counts: dict[str, int], span: Span, **filters: str) -> list[Cell]:
    filters |= _dates(span.first, span.last)
    return [
        Cell(
            counts[m.name],
            Behind("message-list", {"what": m.name, **filters}),
            of=counts["sent"] if m.is_part else None,
        )
        for m in MEASURES
    ]


def _measures() -> list[Column]:
    return [Column(m.name, m.label, m.definition) for m in MEASURES]


def _key(group: Group | Series) -> str:
    return str(group.id) if group.id else messages.NONE


def _total(span: Span) -> Table:
    counts = messages.total(messages.grouped(span, "sequence"))
    return Table("Period", _measures(), [Row("all", "All messages", _counts(counts, span))])


def _outreach(span: Span, by: Grouping) -> Table:
    rows = [Row(_key(g), g.name, _counts(g.counts, span, **{by: _key(g)})) for g in messages.grouped(span, by)]
    return Table(by.capitalize(), _measures(), rows)


def _week(monday: date) -> dict[str, str]:
    return _dates(monday, monday + timedelta(days=6))


def _replies(span: Span) -> Table:
    found = messages.replied_by_week(span)
    rows = [
        Row(
            monday.isoformat(),
            f"{monday:%-d %b %Y}",
            [
                Cell(
                    found.get(monday, 0),
                    Behind("message-list", {"what": "replied", "at": "event", **_week(monday)}),
                )
            ],
        )
        for monday in span.mondays
    ]
    return Table("Week of", [Column("replied", "Answered messages")], rows)


def _by_week(series: Sequence[Series], span: Span, behind: Callable[[Series, date], Behind]) -> Table:
    rows = [
        Row(monday.isoformat(), f"{monday:%-d %b %Y}", [Cell(s.numbers[at], behind(s, monday)) for s in series])
        for at, monday in enumerate(span.mondays)
    ]
    return Table("Week of", [Column(_key(s), s.name) for s in series], rows)


def _members_behind(series: Series, monday: date) -> Behind:
    return Behind("member-list", {"segment": _key(series), "on": (monday + timedelta(days=6)).isoformat()})


def _newcomers_behind(series: Series, monday: date) -> Behind:
    return Behind("newcomer-list", {"source": _key(series), **_week(monday)})


def _segments(span: Span) -> Table:
    return _by_week(people.segments_by_week(span), span, _members_behind)


def _newcomers(span: Span) -> Table:
    return _by_week(people.newcomers_by_week(span), span, _newcomers_behind)


OUTREACH = "What was sent in the period, and what became of it up to now."
METRICS = (
    Metric("outreach", "Outreach", OUTREACH, _total),
    Metric(
        "outreach-by-sequence",
        "Outreach by sequence",
        f"{OUTREACH} A message belongs to the sequence that sent it.",
        partial(_outreach, by="sequence"),
    ),
    Metric(
        "outreach-by-template",
        "Outreach by template",
        f"{OUTREACH} A message belongs to the template it was written from.",
        partial(_outreach, by="template"),
    ),
    Metric(
        "replies-per-week",
        "Replies per week",
        "Messages of ours that a person answered in that week, each counted once a week. Weeks begin on Monday, in the "
        "workspace's time zone; the last one is not over.",
        _replies,
    ),
    Metric(
        "newcomers-per-week",
        "New people per week",
        "People added in that week, by where they came from. Whoever was deleted since is not counted. Whole weeks "
        "from Monday, in the workspace's time zone; the last one is not over.",
        _newcomers,
    ),
    Metric(
        "segment-sizes",
        "Members of segments",
        "Who was in the segment when the week ended: entered before, and not left until then. The last week counts up "
        "to now. Segments that were deleted are not shown.",
        _segments,
    ),
)
BY_NAME = {metric.name: metric for metric in METRICS}
