"""Saved views: saving the list as it is, the page that manages them, pins, the rail and the start page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.navigation import Line
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.together import Question
from talent.forms.lists import ViewForm
from talent.models import SavedView
from talent.services import kept_rules, saved_views
from talent.services.kept_rules import MOST_LETTERS
from talent.services.listing import NotReadable
from talent.services.saved_views import NameTaken, NotYours, TooManyPins, TooManyViews


def address(request: MemberRequest, view: SavedView) -> str:
    """The link that opens a view, with everything it says in it; of one with a long rule its key alone."""
    root = reverse("talent:candidate-list", args=[request.tenant.slug])
    if kept_rules.is_long(QueryDict(view.query).get("filter", "")):
        return f"{root}?view={view.pk}"
    return f"{root}?view={view.pk}{'&' if view.query else ''}{view.query}"


def _all(request: MemberRequest) -> str:
    return reverse("talent:view-list", args=[request.tenant.slug])


def _view(request: MemberRequest, pk: UUID) -> SavedView:
    return load(SavedView.objects.seen_by(request.member.pk), pk)


@member(Permission.CANDIDATE_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    """Mine, the team's, archived ones."""
    pinned = [view.pk for view in saved_views.pinned(request.member)]
    rows: list[dict[str, Any]] = [
        {"view": view, "url": address(request, view), "is_pinned": view.pk in pinned, "is_mine": mine}
        for view in saved_views.of(request.member)
        for mine in [view.owner_id == request.member.pk]
    ]
    words = {
        "mine": [row for row in rows if row["is_mine"] and not row["view"].archived_at],
        "team": [row for row in rows if not row["is_mine"] and not row["view"].archived_at],
        "archived": [row for row in rows if row["is_mine"] and row["view"].archived_at],
    }
    return render(request, "talent/view_list.html", words)


@member(Permission.CANDIDATE_VIEW)
def new(request: MemberRequest) -> HttpResponse:
    """Save the list as it is: `?query=` is its query string."""
    form = ViewForm(request.POST or None)
    query = request.POST.get("query", request.GET.get("query", ""))[:MOST_LETTERS]
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            view = saved_views.create(name=said["name"], query=query, is_shared=said["is_shared"], owner=request.member)
            return redirect(address(request, view))
        except NameTaken as error:
            form.add_error("name", str(error))
        except (NotReadable, TooManyViews) as error:
            form.add_error(None, str(error))
    words: dict[str, Any] = {"form": form, "query": query}
    return render(request, "talent/view_form.html", words, status=422 if form.errors else 200)


@member(Permission.CANDIDATE_VIEW)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Rename a view or share it."""
    view = _view(request, pk)
    if view.owner_id != request.member.pk:
        raise PermissionDenied("This view belongs to a colleague.")
    form = ViewForm(request.POST or None, instance=view)
    if request.method == "POST" and form.is_valid():
        try:
            saved_views.change(view=view, by=request.member)
            return redirect(_all(request))
        except NameTaken as error:
            form.add_error("name", str(error))
    return render(request, "talent/view_form.html", {"form": form, "view": view}, status=422 if form.errors else 200)


@require_POST
@member(Permission.CANDIDATE_VIEW)
def save(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let a view show what the list shows now."""
    view = _view(request, pk)
    try:
        saved_views.change(view=view, by=request.member, query=request.POST.get("query", "")[:MOST_LETTERS])
    except (NotReadable, NotYours, TooManyViews) as error:
        return answers.refused(request, str(error), to=address(request, view))
    return redirect(address(request, view))


@require_POST
@member(Permission.CANDIDATE_VIEW)
def archive(request: MemberRequest, pk: UUID, back: bool = False) -> HttpResponse:
    try:
        saved_views.archive(view=_view(request, pk), by=request.member, now=None if back else timezone.now())
    except NotYours as error:
        return answers.refused(request, str(error), to=_all(request))
    return redirect(_all(request))


@require_POST
@member(Permission.CANDIDATE_VIEW)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    try:
        saved_views.delete(view=_view(request, pk), by=request.member)
    except NotYours as error:
        return answers.refused(request, str(error), to=_all(request))
    return redirect(_all(request))


@require_POST
@member(Permission.CANDIDATE_VIEW)
def pin(request: MemberRequest, pk: UUID, is_pinned: bool = True) -> HttpResponse:
    try:
        saved_views.pin(view=_view(request, pk), member=request.member, is_pinned=is_pinned)
    except TooManyPins as error:
        return answers.refused(request, str(error), to=_all(request))
    return redirect(_all(request))


@require_POST
@member(Permission.CANDIDATE_VIEW)
def move(request: MemberRequest, pk: UUID, by: int) -> HttpResponse:
    if by not in (-1, 1):
        raise Http404
    saved_views.move(view=_view(request, pk), member=request.member, by=by)
    return redirect(_all(request))


def rail(request: MemberRequest) -> list[Line]:
    """The pinned views, under Candidates in the rail."""
    open_now = request.GET.get("view", "")
    return [
        Line(f"view-{view.pk}", view.name, "bookmark", address(request, view), active=str(view.pk) == open_now)
        for view in saved_views.pinned(request.member)
    ]


def rail_asks(request: MemberRequest) -> list[Question]:
    return [saved_views.pins_of(request.member.pk)]


def today(request: MemberRequest, thing: None) -> str:
    """The pinned views with how many people they show, on the start page."""
    found = saved_views.counted(request.member, now=timezone.now(), zone=request.tenant.time_zone)
    rows = [{"view": one.view, "count": one.count, "url": address(request, one.view)} for one in found]
    return render_to_string("talent/partials/views_today.html", {"rows": rows}, request) if rows else ""
