"""The list of people, its filter dialog, and the picker of one person."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from crm.access import member
from crm.paging import BadCursor
from crm.permissions import Permission
from crm.requests import MemberRequest, changed
from talent.filters import catalogue, chips
from talent.services import kept_rules, lines, listing
from talent.services.lines import Listing
from talent.services.listing import Asked
from talent.services.saved_views import seen as saved_view_of
from talent.views import bulk, list_tools

PAGE = 50
SORTS = (
    ("", "Best match"),
    ("created", "Newest"),
    ("changed", "Recently changed"),
    ("replied", "Last reply"),
    ("contacted", "Last contacted"),
    ("two-way", "Last two-way contact"),
    ("engagement", "Warmest"),
    ("seniority", "Seniority"),
    ("name", "Name"),
)


def _sorts(query: QueryDict, now: str, has_words: bool) -> list[dict[str, Any]]:
    offered = SORTS if has_words else SORTS[1:]
    return [{"label": label, "url": changed(query, sort=key), "active": key == now} for key, label in offered]


def _shown(request: MemberRequest, asked: Asked, chosen: chips.Chosen, found: Listing) -> dict[str, Any]:
    query = request.GET
    here = changed(query)
    return {
        **list_tools.open_view(request),
        **list_tools.table(request, found),
        "rule": listing.rule_in_words(query),
        "own": "&own=1" if query.get("view") else "",
        "no_rule": changed(query, filter="", own="1"),
        "no_columns": changed(query, columns="", own="1"),
        "listing": found,
        "chosen": chosen,
        "words": asked.words,
        "sorts": _sorts(query, found.sort, bool(asked.words)),
        "next_url": changed(query, after=found.after) if found.after else "",
        "here": here,
        "query": here.lstrip("?"),
        "quoted": quote(here.lstrip("?")),
        "kept": [(n, v) for n in query if n not in ("q", "after") for v in query.getlist(n) if v],
        "bulk_actions": bulk.buttons(request),
        "is_filtered": bool(asked.words or chosen.chips or query.get("filter")),
    }


def _elsewhere(request: MemberRequest) -> str:
    """Where the list really stands: what a view says that is asked for by its key alone, a long rule under its key."""
    said = request.GET
    if list(said) == ["view"] and (view := saved_view_of(said["view"], request.member.pk)):
        said = QueryDict(f"view={view.pk}&{view.query}" if view.query else f"view={view.pk}")
    found = kept_rules.shortened(said, now=timezone.now())
    return "" if found == request.GET else f"{request.path}?{found.urlencode()}"


@member(Permission.CANDIDATE_VIEW)
def listing_page(request: MemberRequest) -> HttpResponse:
    """`?q=`, the parameters of `talent.filters.chips`, `sort`, `after`. htmx gets the rows, or the next ones."""
    if to := _elsewhere(request):
        return redirect(to)
    asked, chosen = listing.asked_of(request.GET, request.tenant.time_zone)
    after = request.GET.get("after", "")
    try:
        found = lines.show(asked, now=timezone.now(), after=after, limit=PAGE)
    except BadCursor:
        after = ""
        found = lines.show(asked, now=timezone.now(), limit=PAGE)
    part = ("#more" if after else "#results") if request.htmx else ""
    words = _shown(request, asked, chosen, found)
    response = render(request, f"talent/candidate_list.html{part}", words)
    if part == "#results":
        response["HX-Replace-Url"] = request.path + (words["here"] if words["query"] else "")
    return response


def _chooser(request: MemberRequest, param: chips.Param) -> dict[str, Any]:
    """One input of the filter dialog: its choices, or where to ask for suggestions, and what is chosen."""
    field = catalogue.fields[param.field]
    texts = [t for t in request.GET.getlist(param.name) if t.strip()]
    choices = [{"value": c.value, "label": c.label} for c in field.choices()] if field.choices else None
    names = {c["value"]: c["label"] for c in choices or []}
    return {
        "name": param.name,
        "label": f"{field.label} {param.operator.label}",
        "is_days": param.operator.value == "days",
        "value": texts[-1] if texts else "",
        "chosen": [{"value": t, "label": names.get(t, t)} for t in texts if t in names or not choices],
        "choices": [c for c in choices or [] if c["value"] not in texts] if choices is not None else None,
        "suggest": reverse("talent:suggest", args=[request.tenant.slug, field.suggest]) if field.suggest else "",
    }


@member(Permission.CANDIDATE_VIEW)
def filter_page(request: MemberRequest) -> HttpResponse:
    """Every filter in one form; a dialog for htmx, else a page."""
    offered = [p for p in chips.PARAMS if p.field in catalogue.fields]
    kept = [(n, request.GET[n]) for n in ("q", "sort") if request.GET.get(n)]
    words = {"choosers": [_chooser(request, p) for p in offered], "kept": kept}
    part = "#form" if request.htmx else ""
    return render(request, f"talent/candidate_filter.html{part}", words)


@member(Permission.CANDIDATE_VIEW)
def pick(request: MemberRequest) -> JsonResponse:
    """`?q=` -> [{"value": key, "label": name, "detail": work}], the best eight; without words the newest."""
    found = listing.pick(request.GET.get("q", "")[:200])
    answer = [
        {
            "value": str(one["pk"]),
            "label": one["name"],
            "detail": " · ".join(p for p in (one["current_title"], one["current_company"], one["city"]) if p),
        }
        for one in found
    ]
    return JsonResponse(answer, safe=False)
