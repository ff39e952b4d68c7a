"""Pages of broadcasts: list, editor, the broadcast itself, and whom it reaches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.broadcasts import BroadcastForm, SendBackForm
from outreach.models import Broadcast, MessageTemplate
from outreach.services import audiences, broadcast_overview, broadcasts, merge_tags, overview, sums, worst_cases
from outreach.services.broadcasts import NotReady
from outreach.services.clock import database_now
from outreach.services.overview import LedgerFilter
from outreach.views.message_templates import reading, template_named


def back(request: MemberRequest, broadcast: Broadcast) -> HttpResponse:
    return redirect("outreach:broadcast-detail", request.tenant.slug, broadcast.pk)


@member(Permission.OUTREACH_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    return render(request, "outreach/broadcast_list.html", {"rows": broadcast_overview.rows()})


def _edit(request: MemberRequest, broadcast: Broadcast, stored: Broadcast | None) -> HttpResponse:
    sources = audiences.sources_of(stored) if stored else []
    form = BroadcastForm(request.POST or None, broadcast=broadcast, sources=sources)
    if request.method == "POST" and form.is_valid():
        kept: dict[str, Any] = {"values": form.values(), "sources": form.sources(), "by": request.actor}
        try:
            return back(request, broadcasts.save(**kept, broadcast=stored, author=request.member))
        except (broadcasts.NameTaken, NotReady) as error:
            form.add_error("name", str(error))
    subject, body = str(form["subject"].value() or ""), str(form["body"].value() or "")
    words: dict[str, Any] = {"form": form, "broadcast": stored, "tags": merge_tags.offered()}
    words |= {"templates": [] if stored else MessageTemplate.objects.visible()[:30]}
    language = overview.place_of_broadcast(broadcast).language
    signs = overview.signed_by(broadcast.sender or request.member)
    words |= reading(request, subject, body, signs, language=language)
    return render(request, "outreach/broadcast_edit.html", words, status=422 if form.errors else 200)


@member(Permission.OUTREACH_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    """An empty form, or one with the words of `?template=`."""
    template = template_named(request.GET.get("template", ""))
    words = {"subject": template.subject, "body": template.body, "template": template} if template else {}
    return _edit(request, Broadcast(sender=request.member, **words), None)


@member(Permission.OUTREACH_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    broadcast = load(broadcast_overview.with_all(), pk)
    if not broadcast.is_draft:
        messages.error(request, "It is sent off: take it back first, then change it.")
        return back(request, broadcast)
    return _edit(request, broadcast, broadcast)


def _freezing(request: MemberRequest, broadcast: Broadcast) -> HttpResponse:
    """How far its audience is; once it is whole, the page is read anew."""
    if not broadcast.is_freezing:
        return HttpResponseClientRefresh()
    return render(request, "outreach/broadcast_detail.html#freezing", {"broadcast": broadcast})


@member(Permission.OUTREACH_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What it says, as somebody of its audience gets it; where it stands; what can be done with it now."""
    broadcast = load(broadcast_overview.with_all(), pk)
    if request.htmx.target == "freezing":
        return _freezing(request, broadcast)
    people = broadcast_overview.people_to_preview(broadcast)
    words = {
        "broadcast": broadcast,
        "row": broadcast_overview.row_of(broadcast),
        "sources": audiences.sources_of(broadcast),
        "missing": broadcasts.problems(broadcast, database_now()) if broadcast.is_draft else [],
        "worst": worst_cases.among(people),
        "outcome": broadcast_overview.outcome(broadcast),
        "sums": sums.of(LedgerFilter(broadcast_id=broadcast.pk).everything()),
        "may_approve": broadcasts.may_approve(broadcast, request.member),
        "others": broadcasts.somebody_else(broadcast) if broadcast_overview.is_waiting(broadcast) else [],
        "back_form": SendBackForm(),
    }
    place = overview.place_of_broadcast(broadcast)
    words |= reading(request, broadcast.subject, broadcast.body, place.sender, people, language=place.language)
    return render(request, "outreach/broadcast_detail.html", words)


@member(Permission.OUTREACH_VIEW)
def reach(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The waterfall; `?reason=` lists the people of one step."""
    broadcast, now = load(broadcast_overview.with_all(), pk), database_now()
    reason = request.GET.get("reason", "")
    words = {"broadcast": broadcast, "forecast": broadcast_overview.forecast(broadcast, now), "reason": reason}
    if request.htmx and not reason:
        return render(request, "outreach/broadcast_reach.html#waterfall", words)
    words["people"] = broadcast_overview.people_of_step(broadcast, reason, now) if reason else []
    return render(request, "outreach/broadcast_reach.html", words)


@require_POST
@member(Permission.OUTREACH_EDIT)
def copy(request: MemberRequest, pk: UUID) -> HttpResponse:
    made = broadcasts.copy(broadcast=load(Broadcast, pk), by=request.actor, author=request.member)
    messages.success(request, f"“{made.name}” is a new draft.")
    return back(request, made)


@require_POST
@member(Permission.OUTREACH_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    broadcast = load(Broadcast, pk)
    try:
        broadcasts.delete(broadcast=broadcast, by=request.actor)
    except NotReady as error:
        messages.error(request, str(error))
        return back(request, broadcast)
    messages.success(request, f"“{broadcast.name}” is deleted.")
    return redirect("outreach:broadcast-list", request.tenant.slug)
