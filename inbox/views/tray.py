"""The review tray: mails of unknown senders, and mails that could not be read."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest, aims_at
from inbox.forms import AssignForm, NewPersonForm
from inbox.models import InboundMail, Message
from inbox.services import inbound, tray
from inbox.services.tray import AlreadyDecided
from inbox.views.threads import go, panes
from talent.services.candidates import NothingKnown


@member(Permission.INBOX_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    words = {
        "mails": tray.mails(),
        "failed": tray.unreadable(),
        **panes(request),
        "view": "tray",
    }
    return render(request, "inbox/tray_list.html", words)


def _unassigned(pk: UUID) -> Message:
    return load(tray.undecided(), pk)


def _detail(request: MemberRequest, message: Message, status: int = 200, **forms: object) -> HttpResponse:
    words = request.GET.get("q", message.from_name)
    found = {
        "message": message,
        "q": words,
        "people": tray.people_like(words),
        "form": NewPersonForm(initial={"name": message.from_name}),
        "assign_form": AssignForm(),
        **forms,
    }
    part = "#people" if aims_at(request, "people") else ""
    return render(request, f"inbox/tray_detail.html{part}", found, status=status)


@member(Permission.INBOX_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _detail(request, _unassigned(pk))


def _to_thread(request: MemberRequest, message: Message) -> HttpResponse:
    assert message.thread_id is not None
    messages.success(request, f"Assigned to {message.candidate}.")
    return redirect("inbox:thread", request.tenant.slug, message.thread_id)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def assign(request: MemberRequest, pk: UUID) -> HttpResponse:
    message, form = _unassigned(pk), AssignForm(request.POST)
    if not form.is_valid():
        return _detail(request, message, 422, assign_form=form)
    try:
        row = tray.assign(
            message=message,
            candidate=form.cleaned_data["candidate"],
            remember_address=form.cleaned_data["remember_address"],
            by=request.actor,
            now=timezone.now(),
        )
    except AlreadyDecided as error:
        messages.error(request, str(error))
        return redirect("inbox:tray", request.tenant.slug)
    return _to_thread(request, row)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def new_person(request: MemberRequest, pk: UUID) -> HttpResponse:
    message, form = _unassigned(pk), NewPersonForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        try:
            row = tray.assign_to_new(message=message, name=name, by=request.actor, now=timezone.now())
            return _to_thread(request, row)
        except (AlreadyDecided, NothingKnown) as error:
            form.add_error(None, str(error))
    return _detail(request, message, 422, form=form)


@require_POST
@member(Permission.INBOX_REPLY)
def dismiss(request: MemberRequest, pk: UUID) -> HttpResponse:
    try:
        tray.dismiss(message=_unassigned(pk), by=request.actor, now=timezone.now())
        undo = reverse("inbox:tray-put-back", args=[request.tenant.slug, pk])
        messages.success(request, "Dismissed. The mail is kept.", extra_tags=f"undo:{undo}")
    except AlreadyDecided as error:
        messages.error(request, str(error))
    return redirect("inbox:tray", request.tenant.slug)


@require_POST
@member(Permission.INBOX_REPLY)
def put_back(request: MemberRequest, pk: UUID) -> HttpResponse:
    tray.put_back(message=_unassigned(pk), by=request.actor)
    return go(request, reverse("inbox:tray", args=[request.tenant.slug]))


@require_POST
@member(Permission.INBOX_REPLY)
def read_again(request: MemberRequest, pk: UUID) -> HttpResponse:
    inbound.read_again(mail=load(InboundMail, pk))
    messages.success(request, "It is being read again.")
    return redirect("inbox:tray", request.tenant.slug)
