"""The lists behind the numbers: messages, new people, members of a segment at a time."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from analytics.forms import MembersForm, MessagesForm, NewcomersForm
from analytics.services import messages, people
from analytics.services.spans import Span
from crm import paging
from crm.access import load, member, zone
from crm.paging import BadCursor, Order
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.models import Segment

F = TypeVar("F", MessagesForm, NewcomersForm, MembersForm)
SENT = Order("handed_over_at", descending=True, parse=paging.moment)
ADDED = Order("created_at", descending=True, parse=paging.moment)
ENTERED = Order("entered_at", descending=True, parse=paging.moment)


def _read(form: F) -> F:
    if not form.is_valid():
        raise Http404("There is no such list.")
    return form


def _list(request: MemberRequest, rows: QuerySet[Any], order: Order, **words: Any) -> HttpResponse:
    """A page of rows; htmx asks for the following ones alone."""
    after = request.GET.get("after", "")
    try:
        page = paging.page(rows, order, after=after)
    except BadCursor as error:
        raise Http404(str(error)) from error
    query = request.GET.copy()
    query["after"] = page.after
    words |= {"rows": page.rows, "more_url": f"?{query.urlencode()}" if page.after else "", "is_first": not after}
    if request.htmx and after:
        return render(request, "analytics/list.html#more", words)
    words["total"] = paging.count(rows)
    return render(request, "analytics/list.html", words)


@member(Permission.ANALYTICS_VIEW)
def message_list(request: MemberRequest) -> HttpResponse:
    """The messages that a number of the outreach tables counts."""
    form = _read(MessagesForm(request.GET))
    span, wanted = form.span(timezone.now(), zone(request.tenant.time_zone)), form.wanted()
    measure = messages.BY_NAME[wanted.what]
    return _list(
        request,
        messages.listed(span, wanted),
        SENT,
        kind="messages",
        heading=measure.label,
        text=measure.definition,
        span=span,
    )


@member(Permission.CANDIDATE_VIEW)
def newcomer_list(request: MemberRequest) -> HttpResponse:
    """The people who were added in a period, of one source or of all."""
    form = _read(NewcomersForm(request.GET))
    span = form.span(timezone.now(), zone(request.tenant.time_zone))
    rows = people.newcomers(span, form.cleaned_data["source"]).select_related("source")
    return _list(request, rows, ADDED, kind="people", heading="New people", span=span)


@member(Permission.CANDIDATE_VIEW)
def member_list(request: MemberRequest) -> HttpResponse:
    """Who was in a segment at the end of a day."""
    form = _read(MembersForm(request.GET))
    day, segment = form.cleaned_data["on"], load(Segment, form.cleaned_data["segment"])
    span = Span(day, day, zone(request.tenant.time_zone))
    rows = people.members_at(segment, span.end)
    return _list(request, rows, ENTERED, kind="members", heading=segment.name, day=day, segment=segment)
