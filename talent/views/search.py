"""The full page of a search, behind the palette and the list."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from crm.access import member
from crm.paging import BadCursor
from crm.permissions import Permission
from crm.requests import MemberRequest, changed
from talent.filters import tree
from talent.filters.tree import EVERYBODY
from talent.search import grammar, rules
from talent.services import kept_rules, listing, results
from talent.services.facets import Count
from talent.services.listing import Asked
from talent.services.results import Results

EXAMPLES = (
    ('"site reliability" (go OR rust) -manager', "phrases, brackets, OR, and - for what must not be there"),
    (
        "title:lead skill:kubernetes country:germany",
        "fields: name, title, company, skill, tag, location, note, resume …",
    ),
    ("resume:pyth* python NEAR/3 django", "beginnings of words, and words that stand near each other"),
)


def _narrowed(query: QueryDict, count: Count) -> dict[str, Any]:
    """A value of a facet, with the link that narrows the search to it, or takes that back."""
    new, values = query.copy(), query.getlist(count.param)
    new.pop("after", None)
    is_on = count.value in values
    new.setlist(count.param, [v for v in values if v != count.value] if is_on else [*values, count.value])
    return {
        "label": count.label,
        "count": count.count,
        "url": f"?{new.urlencode()}" if count.param else "",
        "on": is_on,
    }


def _segment_url(request: MemberRequest, asked: Asked) -> str:
    """Where the search becomes a segment; empty when a rule cannot say the same."""
    node = grammar.parse(asked.words).node
    rule = rules.of(node) if node else None
    if Permission.SEGMENT_EDIT not in request.member.permissions or (node and rule is None):
        return ""
    parts = [*([tree.dump(asked.tree)] if asked.tree != EVERYBODY else []), *([rule] if rule else [])]
    if not parts:
        return ""
    said = QueryDict(mutable=True)
    said["rule"] = kept_rules.short(orjson.dumps({"all": parts}).decode(), now=timezone.now())
    return f"{reverse('talent:segment-new', args=[request.tenant.slug])}?{said.urlencode()}"


def _words(request: MemberRequest, asked: Asked, found: Results) -> dict[str, Any]:
    query = request.GET
    shown = found.facets.facets if found.facets else ()
    after = found.listing.after
    return {
        "found": found,
        "words": asked.words,
        "facets": [{"label": f.label, "counts": [_narrowed(query, c) for c in f.counts]} for f in shown],
        "words_url": changed(query, by="words"),
        "meaning_url": changed(query, by="meaning"),
        "better_url": changed(query, q=found.better) if found.better else "",
        "next_url": changed(query, after=after) if after else "",
        "list_url": f"{reverse('talent:candidate-list', args=[request.tenant.slug])}{changed(query)}",
        "segment_url": _segment_url(request, asked),
        "kept": [(n, v) for n in query if n not in ("q", "after") for v in query.getlist(n) if v],
        "examples": [(text, why, changed(QueryDict(), q=text)) for text, why in EXAMPLES],
    }


@member(Permission.CANDIDATE_VIEW)
def page(request: MemberRequest) -> HttpResponse:
    """`?q=`, `by` (words or meaning), the parameters of `talent.filters.chips`, `after`; htmx gets the next hits."""
    asked, chosen = listing.asked_in(request.GET, request.tenant.time_zone)
    by: results.By = "meaning" if request.GET.get("by") == "meaning" else "words"
    after, now = request.GET.get("after", ""), timezone.now()
    if not asked.words and not chosen.chips:
        return render(request, "talent/search.html", {"chosen": chosen, **_words(request, asked, results.NOTHING)})
    try:
        found = results.show(asked, by=by, now=now, after=after)
    except BadCursor:
        after = ""
        found = results.show(asked, by=by, now=now)
    part = ("#more" if after else "#results") if request.htmx else ""
    return render(request, f"talent/search.html{part}", {"chosen": chosen, **_words(request, asked, found)})
