"""Exact figures of a set that was counted by hand."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from analytics import metrics
from analytics.services import messages, people, shown, spans
from analytics.services.messages import MEASURES, Wanted
from analytics.services.spans import Span
from analytics.services.spreadsheets import as_csv
from analytics.services.tables import Cell, Column, Row, Table
from talent.models import Candidate, Segment, Source
from tests.analytics.conftest import MARCH, Cast, day
from tests.factories.messages import a_message, happened

NAMES = [m.name for m in MEASURES]


def numbers(name: str, span: Span = MARCH) -> dict[str, list[int]]:
    """{row: values} of a metric."""
    return {row.label: [c.value for c in row.cells] for row in metrics.BY_NAME[name].compute(span).rows}


def test_measures_are_these() -> None:
    assert NAMES == ["sent", "delivered", "opened", "clicked", "replied", "bounced"]


def test_outreach_totals(cast: Cast) -> None:
    assert numbers("outreach") == {"All messages": [4, 3, 2, 1, 1, 1]}


def test_outreach_by_sequence(cast: Cast) -> None:
    assert numbers("outreach-by-sequence") == {
        "Backend": [3, 3, 2, 1, 1, 0],
        "Single messages": [1, 0, 0, 0, 0, 1],
    }


def test_outreach_by_template(cast: Cast) -> None:
    assert numbers("outreach-by-template") == {"Hello": [3, 3, 2, 1, 1, 0], "Written by hand": [1, 0, 0, 0, 0, 1]}


def test_message_that_came_back_after_its_arrival_is_not_delivered(inside: object) -> None:
    message = a_message(Candidate.objects.create(name="Zoë"), day(3), "bounced")
    happened(message, "delivered", day(3))
    happened(message, "bounced", day(4))

    assert numbers("outreach") == {"All messages": [1, 0, 0, 0, 0, 1]}


def test_days_are_those_of_the_zone(cast: Cast) -> None:
    tokyo = Span(MARCH.first, MARCH.last, ZoneInfo("Asia/Tokyo"))  # 23:00 in London is already the next day there

    assert numbers("outreach", tokyo) == {"All messages": [3, 3, 2, 1, 1, 0]}


def test_replies_count_in_the_week_of_the_answer(cast: Cast) -> None:
    assert numbers("replies-per-week") == {
        "2 Mar 2026": [1],
        "9 Mar 2026": [0],
        "16 Mar 2026": [1],
        "23 Mar 2026": [0],
    }


def test_segment_sizes_at_the_end_of_each_week(segment: Segment) -> None:
    assert numbers("segment-sizes") == {
        "2 Mar 2026": [2],
        "9 Mar 2026": [2],
        "16 Mar 2026": [1],
        "23 Mar 2026": [2],
    }


def test_newcomers_by_week_and_source(newcomers: Source) -> None:
    table = metrics.BY_NAME["newcomers-per-week"].compute(MARCH)

    assert [c.label for c in table.columns] == ["Meetup"]
    assert [[c.value for c in row.cells] for row in table.rows] == [[2], [0], [0], [1]]


def test_empty_workspace_has_empty_tables(inside: object) -> None:
    rows = {m.name: len(m.compute(MARCH).rows) for m in metrics.METRICS}

    assert rows == {
        "outreach": 1,
        "outreach-by-sequence": 0,
        "outreach-by-template": 0,
        "replies-per-week": 4,
        "newcomers-per-week": 4,
        "segment-sizes": 4,
    }


@pytest.mark.parametrize("name", ["outreach", "outreach-by-sequence", "outreach-by-template", "replies-per-week"])
def test_every_message_number_is_the_length_of_its_list(cast: Cast, name: str) -> None:
    for row in metrics.BY_NAME[name].compute(MARCH).rows:
        for cell in row.cells:
            says = dict(cell.behind.filters)
            span = Span(date.fromisoformat(says["from"]), date.fromisoformat(says["to"]), UTC)
            template, sequence = says.get("template", ""), says.get("sequence", "")
            wanted = Wanted(says["what"], template, sequence, by_event=says.get("at") == "event")
            assert messages.listed(span, wanted).count() == cell.value


def test_every_member_number_is_the_length_of_its_list(segment: Segment) -> None:
    for row in metrics.BY_NAME["segment-sizes"].compute(MARCH).rows:
        on = date.fromisoformat(row.cells[0].behind.filters["on"])
        assert people.members_at(segment, Span(on, on, UTC).end).count() == row.cells[0].value


def test_every_newcomer_number_is_the_length_of_its_list(newcomers: Source) -> None:
    for row in metrics.BY_NAME["newcomers-per-week"].compute(MARCH).rows:
        says = row.cells[0].behind.filters
        span = Span(date.fromisoformat(says["from"]), date.fromisoformat(says["to"]), UTC)
        assert people.newcomers(span, says["source"]).count() == row.cells[0].value


def test_queries_do_not_grow_with_the_data(segment: Segment, newcomers: Source, django_assert_num_queries) -> None:
    from tests.factories.messages import a_message, a_sequence, an_enrolment, happened

    for number in range(5):
        Segment.objects.create(name=f"S{number}", rule={"all": []})
        Source.objects.create(name=f"S{number}", kind="event")
        enrolment = an_enrolment(a_sequence(f"S{number}"), segment.memberships.first().candidate, day(2))
        happened(a_message(enrolment.candidate, day(4), enrolment=enrolment), "replied", day(5))

    with django_assert_num_queries(3 * 3 + 1 + 2 + 3):
        for metric in metrics.METRICS:
            metric.compute(MARCH)


def test_span_of_the_last_days_includes_today() -> None:
    now = datetime(2026, 3, 29, 23, 30, tzinfo=UTC)

    assert spans.latest(30, now, UTC) == Span(date(2026, 2, 28), date(2026, 3, 29), UTC)
    assert spans.latest(30, now, ZoneInfo("Europe/Berlin")).last == date(2026, 3, 30)


def test_days_across_the_change_of_clocks_stay_days() -> None:
    berlin = Span(date(2026, 3, 29), date(2026, 3, 29), ZoneInfo("Europe/Berlin"))

    assert (berlin.end.astimezone(UTC) - berlin.begin.astimezone(UTC)).total_seconds() == 23 * 3600


@pytest.mark.parametrize(
    ("value", "base", "words"), [(3, 12, "25 % of 12"), (0, 40, "0 % of 40"), (3, 4, "of 4"), (0, 0, "of 0")]
)
def test_shares_of_few_are_not_given(value: int, base: int, words: str) -> None:
    assert shown.share(Cell(value, of=base)) == words


def test_figure_sums_what_it_cannot_draw() -> None:
    columns = [Column(str(n), str(n)) for n in range(8)]
    table = Table("Week", columns, [Row("w", "w", [Cell(n) for n in range(8)])])

    assert shown.figure(table, sums=True) == (["Week", *"012345", "All others"], [["w", 0, 1, 2, 3, 4, 5, 13]])
    assert shown.figure(table, sums=False)[1] == [["w", 0, 1, 2, 3, 4, 5]]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_csv_holds_no_formula(name: str) -> None:
    table = Table("Template", [Column("sent", "Sent")], [Row("k", name, [Cell(3)])])

    rows = list(csv.reader(io.StringIO(as_csv(table).removeprefix("\ufeff"), newline="")))
    assert rows == [["Template", "Sent"], [f"'{name}", "3"]]
