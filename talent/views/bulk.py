"""Acts on many people: the dialog, the count before, the start."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import member
from crm.addresses import address
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.forms.bulk import ActForm, TickedForm
from talent.models import BulkOperation
from talent.services import bulk, bulk_acts, bulk_words
from talent.services.bulk_acts import Act, ActRefused, Forecast

PEOPLE_CHANGED = ("crm:clear-selection", "crm:close", "crm:people")
SHOWN = 20  # names of those who are left out


def act_of(request: MemberRequest, name: str) -> Act:
    """The act, if the member may do it."""
    if name not in bulk_acts.acts:
        raise Http404("There is nothing at this address.")
    act = bulk_acts.acts[name]
    if act.permission not in request.member.permissions:
        raise PermissionDenied(f"Your role, {request.member.get_role_display()}, may not do this.")
    return act


def buttons(request: MemberRequest) -> list[dict[str, Any]]:
    """What the bar below the list offers; `exactly` so many people must be ticked for it."""
    slug = request.tenant.slug
    merge = {"label": "Merge", "icon": "merge", "url": address("talent:merge-chosen", slug), "exactly": 2}
    found: list[dict[str, Any]] = [
        {
            "label": act.label,
            "icon": act.icon,
            "keys": act.keys,
            "url": address("talent:bulk-choose", slug, act.name),
            "danger": act.is_final,
        }
        for act in bulk_acts.offered(request.member.permissions)
    ]
    first_final = next((place for place, act in enumerate(found) if act["danger"]), len(found))
    return [*found[:first_final], merge, *found[first_final:]]


def _list(request: MemberRequest) -> str:
    return reverse("talent:candidate-list", args=[request.tenant.slug])


def _whom(request: MemberRequest) -> dict[str, Any]:
    """Whom the form means, as hidden fields of the next one."""
    return {name: request.POST.get(name, "") for name in ("ids", "all_matching", "query")}


@require_POST
@member(Permission.CANDIDATE_EDIT)
def choose(request: MemberRequest, act: str) -> HttpResponse:
    """The dialog of an act: how many people, and what to do with them."""
    chosen, what = TickedForm(request.POST).chosen, act_of(request, act)
    try:
        meant = bulk.people(chosen, now=timezone.now(), zone=request.tenant.time_zone)
    except ActRefused as error:
        return answers.refused(request, str(error), to=_list(request))
    words = {
        "act": what,
        "form": ActForm(what),
        "whom": _whom(request),
        "count": meant.count(),
        "only": bulk.only_person(chosen),
    }
    return render(request, f"talent/bulk_choose.html{'#dialog' if request.htmx else ''}", words)


def _left_out(forecast: Forecast) -> list[dict[str, Any]]:
    counted = [(reason, who.count(), who) for reason, who in forecast.left_out.items()]
    return [{"reason": reason, "count": n, "people": who[:SHOWN]} for reason, n, who in counted if n]


@require_POST
@member(Permission.CANDIDATE_EDIT)
def check(request: MemberRequest, act: str) -> HttpResponse:
    """What the act would do, counted. A line of the dialog for htmx; without it the page that asks once more."""
    chosen, what = TickedForm(request.POST).chosen, act_of(request, act)
    words: dict[str, Any] = {"act": what, "form": ActForm(what, request.POST), "whom": _whom(request)}
    try:
        forecast, title = bulk.forecast(
            act=what, chosen=chosen, values=request.POST.dict(), by=request.actor, now=timezone.now()
        )
    except ActRefused as error:
        words["problem"] = str(error)
    else:
        left_out = _left_out(forecast)
        will = bulk_words.will(forecast, sum(one["count"] for one in left_out))
        words |= {"title": title, "will": will, "left_out": left_out, "count": forecast.total}
    return render(request, f"talent/bulk_check.html{'#forecast' if request.htmx else ''}", words)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def start(request: MemberRequest, act: str) -> HttpResponse:
    chosen, what = TickedForm(request.POST).chosen, act_of(request, act)
    try:
        operation = bulk.start(
            act=what, chosen=chosen, values=request.POST.dict(), by=request.actor, now=timezone.now()
        )
    except ActRefused as error:
        return answers.refused(request, str(error), to=_list(request))
    return told(request, operation, to=_list(request))


def told(request: MemberRequest, operation: BulkOperation, to: str) -> HttpResponse:
    """A toast about an operation: what was done, with its undo, or how far it is."""
    args = [request.tenant.slug, operation.pk]
    if operation.is_open and not request.htmx:
        return redirect("talent:bulk-detail", *args)
    undo = reverse("talent:bulk-undo", args=args) if operation.can_be_undone(timezone.now()) else ""
    watch = reverse("talent:bulk-progress", args=args) if operation.is_open else ""
    text = bulk_words.became(operation)
    return answers.done(request, text, to=to, undo=undo, watch=watch, events=PEOPLE_CHANGED)
