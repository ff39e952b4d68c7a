"""The pages of segments: the list, the builder with its live count, one segment, why a person is in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.registry import panels
from crm.requests import MemberRequest
from talent.filters import catalogue, tree
from talent.filters.clock import here
from talent.filters.tree import RuleError
from talent.forms.segments import DayForm, SegmentForm, read_rule
from talent.models import Candidate, Segment
from talent.services import (
    kept_rules,
    placements,
    segment_growth,
    segment_history,
    segment_previews,
    segment_recipes,
    segment_watches,
    segments,
    silver,
)
from talent.services.kept_rules import RuleGone
from talent.views.paging import after, read_key, split

PAGE = 50
MOST_PLACED = 30  # shown beside the members


def builder(request: MemberRequest) -> dict[str, Any]:
    """What the builder needs whatever it shows: its catalogue and the address of the live count."""
    slug = request.tenant.slug
    suggest = {
        name: reverse("talent:suggest", args=[slug, name]) for name in ("skills", "languages", "tags", "sources")
    }
    preview_url = reverse("talent:segment-preview", args=[slug])
    today = here(timezone.now()).today
    return {"catalogue": catalogue.offered(suggest.__getitem__), "preview_url": preview_url, "today": today}


def _preview(text: str, segment: Segment | None) -> tuple[dict[str, Any], int]:
    """The read-out of a rule and its status: sentence, count and samples, or what is wrong with it."""
    now = timezone.now()
    try:
        rule = read_rule(text)
        shown: dict[str, Any] = {"preview": segment_previews.count_and_samples(rule=rule, now=now, segment=segment)}
        if segment and tree.dump(rule) != segment.rule:
            shown["diff"] = segment_previews.diff(segment=segment, rule=rule, now=now)
            shown["uses"] = segments.uses_of(segment)
        return shown | {"sentence": segments.say(rule, now=now)}, 200
    except RuleError as error:
        return {"problems": [p.said for p in error.problems]}, 422
    except segment_previews.TooSlow as error:
        return {"problems": [str(error)]}, 422


@member(Permission.CANDIDATE_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    rows = segments.overview(now=timezone.now())
    words: dict[str, Any] = {"rows": rows, "recipes": segment_recipes.unused([row.segment.name for row in rows])}
    words["is_begun"] = any(row.segment.name != silver.NAME for row in rows)
    return render(request, "talent/segment_list.html", words)


def _edit(request: MemberRequest, form: SegmentForm, segment: Segment | None) -> HttpResponse:
    """The builder, filled from a form."""
    shown, _ = _preview(form.rule_text, segment)
    recipes = segment_recipes.unused(Segment.objects.values_list("name", flat=True)) if segment is None else ()
    words = {"form": form, "segment": segment, "recipes": recipes, **builder(request), **shown}
    return render(request, "talent/segment_form.html", words, status=422 if form.errors else 200)


def _begun(request: MemberRequest) -> str:
    """The rule that the builder begins with; of a key under which nothing is kept any more, none."""
    try:
        return kept_rules.whole(request.GET.get("rule", ""))
    except RuleGone as error:
        messages.warning(request, str(error))
        return ""


@member(Permission.SEGMENT_EDIT)
def create(request: MemberRequest) -> HttpResponse:
    """The builder for a new segment; `?rule=` is a filter to begin with, `?recipe=` one of the recipes."""
    recipe = segment_recipes.find(request.GET.get("recipe", ""))
    initial = recipe.as_form() if recipe else {"rule": _begun(request)}
    form = SegmentForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            segment = segments.create(by=request.actor, now=timezone.now(), **form.cleaned_data)
        except segments.NameTaken as error:
            form.add_error("name", str(error))
        except segment_previews.TooSlow as error:
            form.add_error("rule", str(error))
        else:
            messages.success(request, f"“{segment.name}” is saved.")
            return redirect("talent:segment-detail", request.tenant.slug, segment.pk)
    return _edit(request, form, None)


@member(Permission.SEGMENT_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    segment = load(Segment, pk)
    form = SegmentForm(request.POST or None, initial=segments.as_form(segment))
    if form.is_valid():
        try:
            segments.update(segment=segment, by=request.actor, now=timezone.now(), **form.cleaned_data)
        except segments.NameTaken as error:
            form.add_error("name", str(error))
        except RuleError as error:
            form.add_error("rule", [p.said for p in error.problems])
        except segment_previews.TooSlow as error:
            form.add_error("rule", str(error))
        else:
            messages.success(request, f"“{segment.name}” is saved.")
            return redirect("talent:segment-detail", request.tenant.slug, pk)
    return _edit(request, form, segment)


@require_POST
@member(Permission.SEGMENT_EDIT)
def preview(request: MemberRequest) -> HttpResponse:
    """The live count: the read-out for the rule that is being made; 422 with sentences while it is not one."""
    key = read_key(request.POST.get("segment", ""))
    segment = load(Segment, key) if key else None
    words, status = _preview(request.POST.get("rule_by_hand") or request.POST.get("rule", ""), segment)
    return render(request, "talent/segment_form.html#preview", words, status=status)


@member(Permission.CANDIDATE_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One segment and its people, 50 at a time; htmx asks for further ones with `?after=`."""
    segment, now = load(Segment, pk), timezone.now()
    start = after(request)
    people, following = split(segments.members(segment=segment, after=start, limit=PAGE + 1), PAGE)
    words = {"segment": segment, "people": people, "following": following, "start": start}
    if request.htmx and start:
        return render(request, "talent/segment_detail.html#more", words)
    words["sentence"] = segments.sentence_of(segment, now=now)
    words["is_watched"] = segment_watches.is_watched(segment=segment, member=request.member)
    words["moves"] = segment_growth.lately(segment=segment, now=now)
    words["side"] = panels("segment.side", request, segment)
    words["placed"] = placements.of_segment(segment)[:MOST_PLACED]
    words |= {"uses": segments.uses_of(segment), "rests_on": segments.used_by(segment)}
    words["growth"] = segment_growth.of([segment], now=now)[segment.pk]
    return render(request, "talent/segment_detail.html", words)


@member(Permission.CANDIDATE_VIEW)
def then(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who was in the segment at the end of a day, `?on=2026-03-01`."""
    segment, now = load(Segment, pk), timezone.now()
    form = DayForm(request.GET or None)
    words: dict[str, Any] = {"segment": segment, "form": form, "start": after(request)}
    if form.is_valid():
        at = segment_history.end_of(form.cleaned_data["on"], now)
        words |= {"on": form.cleaned_data["on"], "at": at}
        past = segment_history.then(segment=segment, at=at, after=words["start"], limit=PAGE + 1)
        words["people"], words["following"] = split(list(past.people), PAGE)
        words["size"] = past.size
    return render(request, "talent/segment_then.html", words, status=422 if form.errors else 200)


@member(Permission.CANDIDATE_VIEW)
def explain(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Why somebody is in the segment or not: `?q=` finds people by name, `?candidate=` shows one of them."""
    segment, words = load(Segment, pk), request.GET.get("q", "").strip()
    shown: dict[str, Any] = {"segment": segment, "q": words}
    if chosen := read_key(request.GET.get("candidate", "")):
        person = load(Candidate, chosen)
        shown["intervals"] = segment_history.of_person(segment=segment, candidate_id=person.pk)
        shown["placement"] = placements.of_person(segment, person.pk)
        shown |= {"person": person, "verdict": segments.why(segment=segment, candidate=person, now=timezone.now())}
    elif words:
        shown["found"] = segments.people_named(words)
    return render(request, "talent/segment_explain.html", shown)


@member(Permission.SEGMENT_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Asks first, then deletes."""
    segment = load(Segment, pk)
    problem = ""
    if request.method == "POST":
        try:
            segments.delete(segment=segment, by=request.actor)
        except segments.SegmentInUse as error:
            problem = str(error)
        else:
            messages.success(request, f"“{segment.name}” is deleted.")
            return redirect("talent:segment-list", request.tenant.slug)
    words = {"segment": segment, "problem": problem, "users": segments.users_of(segment)}
    return render(request, "talent/segment_delete.html", words, status=422 if problem else 200)
