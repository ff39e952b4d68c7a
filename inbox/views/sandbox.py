"""The sandbox mailbox: what test mode caught, and playing the candidate."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.middleware.csp import csp_override
from crm.permissions import Permission
from crm.requests import MemberRequest
from inbox.forms import AbsenceForm, PlayedReplyForm
from inbox.mail.safe_html import sanitise
from inbox.services import sandbox
from inbox.views.messages import FRAME_POLICY, put_in
from outreach.models import SandboxMessage


@member(Permission.OUTREACH_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    return render(request, "inbox/sandbox_list.html", {"mails": sandbox.mails()})


def _load(pk: UUID) -> SandboxMessage:
    return load(sandbox.everything(), pk)


def _show(request: MemberRequest, message: SandboxMessage, status: int = 200, **forms: object) -> HttpResponse:
    words = {
        "message": message,
        "letter": sandbox.read(message),
        "is_text": sandbox.is_text(message),
        "links": sandbox.links(message),
        "reply_form": PlayedReplyForm(),
        "absence_form": AbsenceForm(today=timezone.localdate()),
        **forms,
    }
    return render(request, "inbox/sandbox_detail.html", words, status=status)


@member(Permission.OUTREACH_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _show(request, _load(pk))


@member(Permission.OUTREACH_VIEW)
@xframe_options_sameorigin
@csp_override(FRAME_POLICY)
def body(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The HTML of the mail, for a sandboxed frame; opening it here counts as nothing."""
    mail = sandbox.read(load(SandboxMessage, pk)).mail
    inside = {one.content_id: (one.content_type, one.content) for one in mail.attachments if one.content_id}
    html = put_in(sanitise(mail.html), inside.get)
    return render(request, "inbox/message_body.html", {"html": SafeString(html), "message": mail})


def _played(request: MemberRequest, pk: UUID, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("inbox:sandbox-message", request.tenant.slug, pk)


@require_POST
@member(Permission.OUTREACH_SEND)
def open_it(request: MemberRequest, pk: UUID) -> HttpResponse:
    sandbox.open_it(message=_load(pk), by=request.actor, now=timezone.now())
    return _played(request, pk, "They opened the mail.")


@require_POST
@member(Permission.OUTREACH_SEND)
def click(request: MemberRequest, pk: UUID, link: UUID) -> HttpResponse:
    message = _load(pk)
    followed = load(sandbox.links(message), link)
    sandbox.click(message=message, link=followed, by=request.actor, now=timezone.now())
    return _played(request, pk, "They followed the link.")


@require_POST
@member(Permission.OUTREACH_SEND)
def reply(request: MemberRequest, pk: UUID) -> HttpResponse:
    message, form = _load(pk), PlayedReplyForm(request.POST)
    if not form.is_valid():
        return _show(request, message, 422, reply_form=form)
    text, now = form.cleaned_data["text"], timezone.now()
    if sandbox.is_text(message):
        sandbox.answer_by_text(message=message, text=text, by=request.actor, now=now)
        return _played(request, pk, "They answered.")
    sandbox.reply(message=message, text=text, by=request.actor, now=now)
    return _played(request, pk, "They answered. The mail is on its way in.")


@require_POST
@member(Permission.OUTREACH_SEND)
def out_of_office(request: MemberRequest, pk: UUID) -> HttpResponse:
    message, form = _load(pk), AbsenceForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return _show(request, message, 422, absence_form=form)
    day = form.cleaned_data["returns_on"]
    sandbox.out_of_office(message=message, returns_on=day, by=request.actor, now=timezone.now())
    return _played(request, pk, "Their automatic answer is on its way in.")


@require_POST
@member(Permission.OUTREACH_SEND)
def bounce(request: MemberRequest, pk: UUID) -> HttpResponse:
    sandbox.bounce(message=_load(pk), hard=True, by=request.actor, now=timezone.now())
    return _played(request, pk, "The mail comes back: no such address.")


@require_POST
@member(Permission.OUTREACH_SEND)
def bounce_soft(request: MemberRequest, pk: UUID) -> HttpResponse:
    sandbox.bounce(message=_load(pk), hard=False, by=request.actor, now=timezone.now())
    return _played(request, pk, "The mail comes back: their mailbox is full.")


@require_POST
@member(Permission.OUTREACH_SEND)
def complain(request: MemberRequest, pk: UUID) -> HttpResponse:
    sandbox.complain(message=_load(pk), by=request.actor, now=timezone.now())
    return _played(request, pk, "They reported the mail as spam.")


@require_POST
@member(Permission.OUTREACH_SEND)
def unsubscribe(request: MemberRequest, pk: UUID) -> HttpResponse:
    sandbox.unsubscribe(message=_load(pk), by=request.actor, now=timezone.now())
    return _played(request, pk, "They unsubscribed.")
