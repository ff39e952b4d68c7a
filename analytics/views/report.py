"""The report: what we sent and what came of it, how segments and the community grow; and each table as a file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from analytics import metrics
from analytics.forms import DAYS, PeriodForm
from analytics.services import shown
from analytics.services.spans import Span
from analytics.services.spreadsheets import as_csv
from analytics.services.tables import Table
from crm.access import member, zone
from crm.permissions import Permission
from crm.requests import MemberRequest


def _span(request: MemberRequest) -> Span:
    """The period of the address; Http404 for one that is none."""
    form = PeriodForm(request.GET)
    if not form.is_valid():
        raise Http404("There is no such period.")
    return form.span(timezone.now(), zone(request.tenant.time_zone))


def _section(name: str, table: Table, slug: str, *, sums: bool = True) -> dict[str, Any]:
    """One metric, ready for the page."""
    heads, points = shown.figure(table, sums=sums)
    return {
        "metric": metrics.BY_NAME[name],
        "table": table,
        "lines": shown.lines(table, slug),
        "series": shown.turned(table, slug),
        "heads": heads,
        "points": points,
        "note": f"The {shown.MOST_SERIES} largest." if len(table.columns) > shown.MOST_SERIES else "",
    }


@member(Permission.ANALYTICS_VIEW)
def report(request: MemberRequest) -> HttpResponse:
    span, slug = _span(request), request.tenant.slug
    tables = {metric.name: metric.compute(span) for metric in metrics.METRICS}
    days = (span.last - span.first).days + 1
    words = {
        "span": span,
        "days": days,
        "ranges": [{"label": f"{d} days", "url": f"?days={d}", "active": d == days} for d in DAYS],
        **{
            name.replace("-", "_"): _section(name, table, slug, sums=name != "segment-sizes")
            for name, table in tables.items()
        },
    }
    return render(request, "analytics/report.html", words)


@member(Permission.ANALYTICS_VIEW)
def export(request: MemberRequest, name: str) -> HttpResponse:
    """One table as CSV."""
    span, metric = _span(request), metrics.BY_NAME.get(name)
    if metric is None:
        raise Http404("There is no such figure.")
    response = HttpResponse(as_csv(metric.compute(span)), content_type="text/csv; charset=utf-8")
    file_name = f"{name}-{span.first}-{span.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
