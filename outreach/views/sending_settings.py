"""The settings of sending: test mode or live, the mailboxes, their tests and stops."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.choices import OWN_MAILBOX, TransportKind
from outreach.forms.pace import PaceForm
from outreach.forms.sending import MailAppForm, MailboxForm, ProviderForm
from outreach.models import MailApp, Mailbox
from outreach.services import connecting, mailbox_health, mailboxes, pace_words, provider_calls, send_gate
from outreach.services.clock import database_now
from outreach.transports.oauth import MAKERS
from outreach.transports.providers import PROVIDERS

SMTP = "smtp"


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("outreach:settings-sending", request.tenant.slug)


@member(Permission.TENANT_MANAGE)
def show(request: MemberRequest) -> HttpResponse:
    main = mailboxes.default_mailbox(request.tenant)
    now = database_now()
    boxes = pace_words.of_all(Mailbox.objects.for_mail().select_related("owner__user"), now)
    every = [(box, today, mailbox_health.health(box, now), connecting.rights_of(box)) for box, today in boxes]
    words = {
        "mailbox": main,
        "mailboxes": every,
        "labels": {key: provider.label for key, provider in PROVIDERS.items()},
        "makers": [(maker, MailApp.objects.filter(maker=maker.key).exists()) for maker in MAKERS.values()],
        "together": pace_words.of_workspace(now),
        "gate_open": send_gate.standing().is_open,
    }
    return render(request, "outreach/settings_sending.html", words)


def _kinds(request: MemberRequest, mailbox: Mailbox, chosen: str) -> list[dict[str, Any]]:
    """The ways to send, as tabs."""
    key = {"tenant": request.tenant.slug, **({} if mailbox._state.adding else {"pk": mailbox.pk})}
    name = "outreach:mailbox-new" if mailbox._state.adding else "outreach:mailbox-edit"
    kinds = [(SMTP, "SMTP server"), *((one.key, one.label) for one in PROVIDERS.values())]
    return [
        {"label": label, "url": reverse(name, kwargs={**key, "kind": kind}), "active": kind == chosen}
        for kind, label in kinds
    ]


def _form(request: MemberRequest, mailbox: Mailbox, kind: str) -> MailboxForm | ProviderForm:
    if kind == SMTP:
        return MailboxForm(request.POST or None, instance=mailbox)
    if kind not in PROVIDERS:
        raise Http404
    return ProviderForm(request.POST or None, instance=mailbox, provider=kind)


def _edit(request: MemberRequest, mailbox: Mailbox, kind: str) -> HttpResponse:
    form = _form(request, mailbox, kind)
    if request.method == "POST" and form.is_valid():
        stored = Mailbox() if mailbox._state.adding else load(Mailbox, mailbox.pk)
        mailboxes.save(mailbox=stored, setup=form.setup(), by=request.actor)
        messages.success(request, "Saved. Send a test before you rely on it.")
        return _back(request)
    is_there = not mailbox._state.adding and mailbox.provider == kind
    words = {
        "form": form,
        "mailbox": mailbox,
        "kinds": _kinds(request, mailbox, kind),
        "is_new": mailbox._state.adding,
        "hook_address": provider_calls.address_of(tenant=request.tenant, mailbox=mailbox) if is_there else "",
        "signs": kind in PROVIDERS and PROVIDERS[kind].signs,
    }
    return render(request, "outreach/mailbox_form.html", words, status=422 if form.errors else 200)


@member(Permission.TENANT_MANAGE)
def new(request: MemberRequest, kind: str) -> HttpResponse:
    return _edit(request, Mailbox(name=""), kind)


@member(Permission.TENANT_MANAGE)
def edit(request: MemberRequest, pk: UUID, kind: str) -> HttpResponse:
    mailbox = load(Mailbox, pk)
    if mailbox.owner_id is not None or mailbox.transport in OWN_MAILBOX:
        raise Http404("Its owner connects it.")
    return _edit(request, mailbox, kind)


@member(Permission.TENANT_MANAGE)
def edit_as_it_is(request: MemberRequest, pk: UUID) -> HttpResponse:
    """To the form of how this mailbox sends now."""
    mailbox = load(Mailbox, pk)
    kind = mailbox.provider if mailbox.transport == TransportKind.ESP else SMTP
    return redirect("outreach:mailbox-edit", request.tenant.slug, pk, kind)


@require_POST
@member(Permission.TENANT_MANAGE)
def try_server(request: MemberRequest, pk: UUID) -> HttpResponse:
    mailbox = load(Mailbox, pk)
    problem = mailboxes.try_server(mailbox=mailbox, to=request.member.user.email)
    if problem:
        messages.error(request, problem)
    else:
        mailboxes.record_test(mailbox=mailbox, now=database_now())
        went = f"A test mail went to {request.member.user.email}."
        is_smtp = mailbox.transport == TransportKind.SMTP
        messages.success(request, f"{mailbox.host} lets this workspace in." if is_smtp else went)
    return _back(request)


@require_POST
@member(Permission.TENANT_MANAGE)
def make_main(request: MemberRequest, pk: UUID) -> HttpResponse:
    mailboxes.make_main(mailbox=load(Mailbox, pk), by=request.actor)
    messages.success(request, "Mails without a mailbox of their own now leave from this one.")
    return _back(request)


@require_POST
@member(Permission.TENANT_MANAGE)
def stop(request: MemberRequest, pk: UUID) -> HttpResponse:
    reason = f"Stopped by {request.actor.label}."
    mailboxes.stop(mailbox=load(Mailbox, pk), reason=reason, by=request.actor, now=database_now())
    messages.success(request, "Nothing leaves from this mailbox until you resume it.")
    return _back(request)


@require_POST
@member(Permission.TENANT_MANAGE)
def resume(request: MemberRequest, pk: UUID) -> HttpResponse:
    mailboxes.resume(mailbox=load(Mailbox, pk), by=request.actor, now=database_now())
    messages.success(request, "This mailbox sends again; what waited goes first.")
    return _back(request)


@member(Permission.TENANT_MANAGE)
def app(request: MemberRequest, maker: str) -> HttpResponse:
    """The workspace's registration with the maker of its members' mailboxes."""
    if maker not in MAKERS:
        raise Http404
    stored = MailApp.objects.filter(maker=maker).first() or MailApp(maker=maker)
    form = MailAppForm(request.POST or None, instance=stored, maker=maker)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data.get(name, "") for name in ("client_id", "secret", "directory")}
        connecting.save_app(maker=maker, by=request.actor, **given)
        messages.success(request, f"Saved. Members can now connect their own {MAKERS[maker].label} mailbox.")
        return _back(request)
    words = {"form": form, "maker": MAKERS[maker], "redirect_uri": connecting.redirect_uri()}
    return render(request, "outreach/mail_app_form.html", words, status=422 if form.errors else 200)


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
