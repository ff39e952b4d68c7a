"""The fields about how long people have worked: in a job of now, in one of before, and in all their life.

Dates of jobs are years or months: a year alone begins in January, as `talent.services.seniority` reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Aggregate, Case, DateField, F, FloatField, Func, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Greatest

from talent.filters.catalogue import Field
from talent.filters.clock import Clock
from talent.models import Employment

GROUP = "Work"
_AS_A_DAY = (
    "CASE WHEN %(expressions)s ~ '^(19|20)[0-9][0-9](-(0[1-9]|1[0-2]))?$'"
    " THEN left(%(expressions)s || '-01-01', 10)::date END"
)


def _day(column: str) -> Func:
    """A date of reduced precision as the first day that it may mean; NULL for what is none."""
    return Func(F(column), template=_AS_A_DAY, output_field=DateField())


def _lasting(rows: QuerySet[Any], begin: Combinable, end: Combinable) -> QuerySet[Any]:
    """The jobs of which both ends are known, in their order, with the `years` between them."""
    between = "((%(expressions)s) / 365.25)::float8"
    years = Func(end, begin, template=between, arg_joiner=" - ", output_field=FloatField())
    return rows.annotate(years=years).filter(years__gte=0)


def _today(clock: Clock) -> Combinable:
    return Cast(Value(clock.today), DateField())


def _until_now(rows: QuerySet[Any], clock: Clock) -> QuerySet[Any]:
    return _lasting(rows, _day("start"), _today(clock))


def _until_its_end(rows: QuerySet[Any], clock: Clock) -> QuerySet[Any]:
    return _lasting(rows, _day("start"), _day("end"))


class _Worked(Aggregate):
    """The years of several spans of days; days in which they overlap count once."""

    template = (
        "(SELECT sum(upper(span) - lower(span)) / 365.25"
        " FROM unnest(range_agg(daterange(%(expressions)s, '[]'))) AS span)::float8"
    )
    arity = 2
    output_field = FloatField()


def _in_all(rows: QuerySet[Any], clock: Clock) -> QuerySet[Any]:
    """One row for each person who has worked, with the `years`; a job without an end that is over counts as a day."""
    ended = Case(When(is_current=True, then=_today(clock)), When(end="", then=_day("start")), default=_day("end"))
    dated = rows.annotate(began=_day("start"), ended=ended).filter(began__lte=clock.today, ended__isnull=False)
    years = _Worked(F("began"), Greatest(F("ended"), F("began")))
    return dated.order_by().values("candidate_id").annotate(years=years)


# A kept sum of years would be out of date tomorrow: who works on has a day more, who does not has none.
UNSERVED = (
    "“{label}” is counted anew from each person's jobs, as it grows from day to day: with a skill or a title beside it"
    " only those are counted who have it, and seniority is kept."
)


def _years(name: str, label: str, who: str, missing: str, rows: Q, as_of: Callable[..., QuerySet[Any]]) -> Field:
    """`who` as in “who have been in a job”, before “for at least 3 years”."""
    return Field(
        name,
        label,
        "number",
        {
            "ge": f"{who} for at least {{number}}",
            "lt": f"{who} for less than {{number}}",
            "between": f"{who} for between {{range}} years",
            "is_empty": f"of whom we do not know how long {missing}",
            "is_not_empty": f"of whom we know how long {missing}",
        },
        rows=lambda: Employment.objects.filter(rows),
        as_of=as_of,
        column="years",
        unit="year",
        shown=lambda years, clock: round(years, 1),
        timed=True,
        unserved=UNSERVED.format(label=label),
        group=GROUP,
    )


TENURE_FIELDS = (
    _years(
        "tenure",
        "Years in the current job",
        "who have been in their job",
        "they have been in their job",
        Q(is_current=True),
        _until_now,
    ),
    _years(
        "past_tenure",
        "Years in a past job",
        "who stayed in a past job",
        "they stayed in a past job",
        Q(is_current=False),
        _until_its_end,
    ),
    _years("experience", "Years of experience", "who have worked", "they have worked", Q(), _in_all),
)
