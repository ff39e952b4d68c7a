"""Parts of one message: its original in a frame, its files, its bytes."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as flash
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.middleware.csp import csp_override
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services import files
from inbox.forms import ClassForm
from inbox.models import Message, TextMessage
from inbox.services import corrections, threads

# The frame runs nothing, loads nothing from elsewhere and is of no origin; links open in a window of their own.
FRAME_POLICY = {
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    "default-src": ["'none'"],
    "img-src": ["data:"],
    "style-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
}
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
MAX_PICTURE_BYTES = 2 * files.MEGABYTE
MAX_PICTURES = 20
CID = re.compile(r'src="cid:([^"]{1,320})"', re.IGNORECASE)


def put_in(html: str, picture: Callable[[str], tuple[str, bytes] | None]) -> str:
    """Sanitised HTML, its pictures put in as data: the frame has no cookie to fetch them with.

    `picture` gives type and content of one by its Content-ID.
    """

    def as_data(match: re.Match[str]) -> str:
        kind, content = picture(match[1]) or ("", b"")
        return f'src="data:{kind};base64,{base64.b64encode(content).decode()}"' if kind in PICTURES else 'src=""'

    return CID.sub(as_data, html)


def _with_pictures(message: Message) -> str:
    rows = message.attachments.filter(is_inline=True, file__size__lte=MAX_PICTURE_BYTES).exclude(content_id="")
    inside = {a.content_id: a.file for a in rows.select_related("file")[:MAX_PICTURES]}

    def picture(content_id: str) -> tuple[str, bytes] | None:
        file = inside.get(content_id)
        return (file.content_type, files.read(file)) if file and file.content_type in PICTURES else None

    return put_in(message.html, picture)


@member(Permission.INBOX_VIEW)
@xframe_options_sameorigin
@csp_override(FRAME_POLICY)
def body(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The mail as it looked, for a sandboxed frame. Nothing is loaded from outside, so its sender learns nothing."""
    message = load(Message, pk)
    response = render(
        request, "inbox/message_body.html", {"html": SafeString(_with_pictures(message)), "message": message}
    )
    response["Cache-Control"] = "private, no-store"
    return response


@member(Permission.INBOX_VIEW)
def attachment(request: MemberRequest, pk: UUID, file: UUID) -> FileResponse:
    row = load(load(Message, pk).attachments.select_related("file"), file)
    return files.download(row.file)


@member(Permission.INBOX_VIEW)
def raw(request: MemberRequest, pk: UUID) -> FileResponse:
    """The mail as it came, byte for byte."""
    message = load(Message, pk)
    if message.inbound is None:
        raise Http404
    return files.download(message.inbound.file)


def _correct(request: MemberRequest, message: Message | TextMessage) -> None:
    form = ClassForm(request.POST)
    if not form.is_valid():
        flash.error(request, "Choose what the reply means.")
    elif corrections.correct(message=message, by=request.actor, now=timezone.now(), **form.cleaned_data):
        flash.success(request, "Corrected. What waits for such a reply runs now.")


@require_POST
@member(Permission.INBOX_REPLY)
def classify_text(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Correct what an answer by text message means."""
    text = load(TextMessage, pk)
    _correct(request, text)
    thread = threads.of_text(text)
    if thread is None:
        return redirect("inbox:thread-list", request.tenant.slug)
    return redirect("inbox:thread", request.tenant.slug, thread.pk)


@require_POST
@member(Permission.INBOX_REPLY)
def classify(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Correct what an answer means."""
    message = load(Message, pk)
    _correct(request, message)
    if message.thread_id is None:
        return redirect("inbox:tray-mail", request.tenant.slug, pk)
    return redirect("inbox:thread", request.tenant.slug, message.thread_id)
