"""What stands around the list of candidates: the view that is open, its columns, the rule editor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from crm.access import member
from crm.permissions import Permission
from crm.requests import MemberRequest, changed
from talent.choices import Warmth
from talent.filters import catalogue, chips, tree
from talent.filters.tree import RuleError
from talent.forms.segments import read_rule
from talent.services import columns, kept_rules, listing, saved_views
from talent.services.kept_rules import RuleTooLong
from talent.services.lines import Listing

DENSITIES = ("cosy", "dense")


def wanted_columns(query: str | QueryDict) -> list[str]:
    """The names of the columns that a query string asks for."""
    said = QueryDict(query) if isinstance(query, str) else query
    return [name for text in said.getlist("columns") for name in text.split(",") if name]


def open_view(request: MemberRequest) -> dict[str, Any]:
    """The saved view that is open, whether it is modified, and whether it is one's own."""
    view = saved_views.seen(request.GET.get("view", ""), request.member.pk)
    if view is None:
        return {"view": None}
    saved_views.opened(view, timezone.now())
    is_modified = saved_views.canonical(request.GET) != view.query
    return {"view": view, "is_modified": is_modified, "is_mine": view.owner_id == request.member.pk}


def shown_cell(cell: columns.Cell, column: columns.Column, is_first: bool = False) -> dict[str, Any]:
    """How a cell looks, and which field an edit of it writes; the key `e` of a row opens the first of those."""
    kinds = ((list, "words"), (Warmth, "level"), (datetime, "moment"))
    kind = next((name for sort, name in kinds if isinstance(cell, sort)), "text")
    return {"kind": kind, "value": cell, "edits": column.edits, "label": column.label, "is_first": is_first}


def _cells(found: Sequence[columns.Cell], shown: Sequence[columns.Column]) -> list[dict[str, Any]]:
    first = next((n for n, column in enumerate(shown) if column.edits), None)
    return [shown_cell(cell, shown[n], n == first) for n, cell in enumerate(found)]


def table(request: MemberRequest, found: Listing) -> dict[str, Any]:
    """The chosen columns with their cells; nothing when the usual ones are shown."""
    wanted = wanted_columns(request.GET)
    if not wanted:
        return {"columns": [], "dense": request.GET.get("density") == "dense", "edit_here": _editable(request.GET)}
    shown = columns.chosen(wanted, request.member.role)
    cells = columns.cells([row.id for row in found.rows], shown, timezone.now())
    rows = [(row, _cells(cells.get(row.id, []), shown)) for row in found.rows]
    return {"columns": shown, "table_rows": rows, "dense": request.GET.get("density") == "dense"}


def _editable(query: QueryDict) -> str:
    """The same list with the columns that can be edited where they stand."""
    return changed(query, columns=",".join(column.name for column in columns.COLUMNS.values() if column.edits))


def _kept(query: QueryDict, without: Sequence[str]) -> list[tuple[str, str]]:
    return [(n, v) for n in query if n not in (*without, "after") for v in query.getlist(n) if v]


@member(Permission.CANDIDATE_VIEW)
def choose_columns(request: MemberRequest) -> HttpResponse:
    """Which columns the list shows, and how close its rows stand; a dialog for htmx, else a page."""
    chosen = wanted_columns(request.GET) or list(columns.USUAL)
    offered = columns.offered(request.member.role)
    words = {
        "offered": sorted(offered, key=lambda c: chosen.index(c.name) if c.name in chosen else len(chosen)),
        "chosen": chosen,
        "dense": request.GET.get("density") == "dense",
        "kept": _kept(request.GET, ("columns", "density")),
    }
    return render(request, f"talent/list_columns.html{'#dialog' if request.htmx else ''}", words)


@member(Permission.CANDIDATE_VIEW)
def advanced(request: MemberRequest) -> HttpResponse:
    """The filters of the list as one rule, to be edited; sent, the list shows who matches it."""
    if request.method == "POST":
        return _show(request)
    asked, chosen = listing.asked_of(request.GET, request.tenant.time_zone)
    names = [param.name for param in chips.PARAMS]
    rule = orjson.dumps(tree.dump(catalogue.spelled(chosen.tree if chosen.gone else asked.tree))).decode()
    problems = [*(one.said for one in chosen.problems), *filter(None, [chosen.gone])]
    return _editor(request, rule, _kept(request.GET, [*names, "filter"]), problems)


def _editor(
    request: MemberRequest, rule: str, kept: Sequence[tuple[str, str]], problems: Sequence[str], status: int = 200
) -> HttpResponse:
    """The rule in its builder, and what is wrong with it."""
    suggest = {
        field.suggest: reverse("talent:suggest", args=[request.tenant.slug, field.suggest])
        for field in catalogue.fields.values()
        if field.suggest
    }
    words = {
        "rule": rule,
        "rule_in_address": kept_rules.short(rule, now=timezone.now()) if status == 200 else "",
        "catalogue": catalogue.offered(suggest.__getitem__),
        "kept": kept,
        "problems": problems,
    }
    return render(request, "talent/list_advanced.html", words, status=status)


def _show(request: MemberRequest) -> HttpResponse:
    """To the list with the rule that was sent, or back to the editor with what is wrong with it."""
    text, kept = request.POST.get("filter", ""), _kept(request.POST, ("filter", "csrfmiddlewaretoken"))
    try:
        rule = read_rule(text)
        found = kept_rules.short(orjson.dumps(tree.dump(rule)).decode(), now=timezone.now())
    except RuleError as error:
        return _editor(request, text, kept, [problem.said for problem in error.problems], status=422)
    except RuleTooLong as error:
        return _editor(request, text, kept, [str(error)], status=422)
    said = [*kept, *([] if rule == tree.EVERYBODY else [("filter", found)])]
    return redirect(f"{reverse('talent:candidate-list', args=[request.tenant.slug])}?{urlencode(said)}")
