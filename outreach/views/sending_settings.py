"""The settings of sending: test mode or live, the mail server, its test."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.sending import MailboxForm, PaceForm
from outreach.models import Mailbox
from outreach.services import mailboxes, pace_words, send_gate
from outreach.services.clock import database_now


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("outreach:settings-sending", request.tenant.slug)


@member(Permission.TENANT_MANAGE)
def edit(request: MemberRequest) -> HttpResponse:
    mailbox = mailboxes.default_mailbox(request.tenant)
    form = MailboxForm(request.POST or None, instance=mailbox)
    if request.method == "POST" and form.is_valid():
        stored = load(Mailbox, mailbox.pk)
        mailboxes.save_server(mailbox=stored, server=form.server(), by=request.actor)
        messages.success(request, "Saved. Test the connection before you go live.")
        return _back(request)
    words = {"form": form, "mailbox": mailbox, "gate_open": send_gate.standing().is_open}
    words["today"] = pace_words.today(mailbox, database_now())
    return render(request, "outreach/settings_sending.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.TENANT_MANAGE)
def try_server(request: MemberRequest) -> HttpResponse:
    mailbox = mailboxes.default_mailbox(request.tenant)
    problem = mailboxes.try_server(mailbox=mailbox)
    if problem:
        messages.error(request, problem)
    else:
        mailboxes.record_test(mailbox=mailbox, now=database_now())
        messages.success(request, f"{mailbox.host} lets this workspace in.")
    return _back(request)


@require_POST
@member(Permission.TENANT_MANAGE)
def go_live(request: MemberRequest) -> HttpResponse:
    try:
        mailboxes.go_live(tenant=request.tenant, by=request.actor)
    except mailboxes.NotLive as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "This workspace is live: mails now leave it.")
    return _back(request)


@require_POST
@member(Permission.TENANT_MANAGE)
def back_to_test(request: MemberRequest) -> HttpResponse:
    mailboxes.back_to_test(tenant=request.tenant, by=request.actor)
    messages.success(request, "Test mode is on: no mail leaves this system.")
    return _back(request)


@member(Permission.TENANT_MANAGE)
def pace(request: MemberRequest, pk: UUID) -> HttpResponse:
    """How much and how fast a mailbox sends, and where it stands today."""
    mailbox = load(Mailbox, pk)
    form = PaceForm(request.POST or None, instance=load(Mailbox, pk))
    if request.method == "POST" and form.is_valid():
        mailboxes.set_pace(mailbox=mailbox, values=form.cleaned_data, by=request.actor)
        messages.success(request, "Saved. What waits goes at this pace from now on.")
        return _back(request)
    words = {"form": form, "mailbox": mailbox, "today": pace_words.today(mailbox, database_now())}
    return render(request, "outreach/mailbox_pace.html", words, status=422 if form.errors else 200)
