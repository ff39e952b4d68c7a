"""The future outbox: what is planned for the next 14 days, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.registry import HomeRow
from crm.requests import MemberRequest
from outreach.choices import HoldReason
from outreach.forms.outbox import MoveForm, WordsForm
from outreach.models import OutboundMessage
from outreach.services import morning, outbox, reviews
from outreach.services.clock import database_now
from outreach.services.outbox import Asked, NotChanged, TooLate
from talent.views.paging import read_key, split


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _asked(request: MemberRequest) -> Asked:
    get, after = request.GET, read_key(request.GET.get("after", ""))
    return Asked(
        mailbox=read_key(get.get("mailbox", "")),
        day=_day(get.get("day", "")),
        hold=get.get("hold", ""),
        sequence=read_key(get.get("sequence", "")),
        deserve_a_call=bool(get.get("call")),
        after=OutboundMessage.objects.filter(pk=after).first() if after else None,
    )


@member(Permission.OUTREACH_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    now, asked = database_now(), _asked(request)
    rows, following = split(list(asked.rows(now, request.tenant.time_zone)[: outbox.PAGE + 1]), outbox.PAGE)
    held = outbox.held_counts()
    words = {
        "rows": rows,
        "following": following,
        "asked": asked,
        "is_narrowed": bool(asked.mailbox or asked.day or asked.hold or asked.sequence or asked.deserve_a_call),
        "calendars": outbox.calendars(now),
        "late": held.get(HoldReason.LATE, 0),
        "unread": held.get(HoldReason.REVIEW, 0),
    }
    return render(request, "outreach/outbox.html", words)


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("outreach:outbox", request.tenant.slug)


def _done(request: MemberRequest, call: Callable[[], Any], said: str) -> HttpResponse:
    try:
        call()
    except (TooLate, NotChanged) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return _back(request)


@require_POST
@member(Permission.OUTREACH_SEND)
def hold(request: MemberRequest, pk: UUID) -> HttpResponse:
    row = load(OutboundMessage, pk)
    return _done(request, lambda: outbox.hold(message=row, by=request.actor), "It is held until you let it go.")


@require_POST
@member(Permission.OUTREACH_SEND)
def release(request: MemberRequest, pk: UUID) -> HttpResponse:
    row, now = load(OutboundMessage, pk), database_now()
    return _done(request, lambda: outbox.release(message=row, by=request.actor, now=now), "It goes when it is due.")


@require_POST
@member(Permission.OUTREACH_SEND)
def release_late(request: MemberRequest) -> HttpResponse:
    count = outbox.release_late(by=request.actor, now=database_now())
    messages.success(request, f"{count} mails go now, at the pace of their mailboxes.")
    return _back(request)


@require_POST
@member(Permission.OUTREACH_SEND)
def earlier(request: MemberRequest, pk: UUID) -> HttpResponse:
    """To the front: it goes at the next moment that fits."""
    row, now = load(OutboundMessage, pk), database_now()
    said = "It goes at the next moment that fits its hours."
    return _done(request, lambda: outbox.move(message=row, to=now, by=request.actor, now=now), said)


@require_POST
@member(Permission.OUTREACH_SEND)
def later(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A day later."""
    row, now = load(OutboundMessage, pk), database_now()
    to = max(row.due_at, now) + timedelta(days=1)
    return _done(request, lambda: outbox.move(message=row, to=to, by=request.actor, now=now), "It goes a day later.")


@require_POST
@member(Permission.OUTREACH_SEND)
def cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    row, now = load(OutboundMessage, pk), database_now()
    said = "It will not be sent. Its sequence goes on with what follows."
    return _done(request, lambda: outbox.cancel(message=row, by=request.actor, now=now), said)


def _forms(request: MemberRequest, row: OutboundMessage) -> dict[str, Any]:
    filled, problem = outbox.words_of(row, request.tenant, database_now())
    words = {"subject": filled.subject, "body": filled.body}
    return {"message": row, "problem": problem, "blanks": filled.blanks, "form": WordsForm(initial=words)}


@member(Permission.OUTREACH_SEND)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The words of one mail, and its moment."""
    row = load(outbox.planned(database_now()), pk)
    words = {**_forms(request, row), "move": MoveForm(initial={"to": row.due_at})}
    if request.method == "POST":
        words["form"] = form = WordsForm(request.POST)
        if form.is_valid():
            subject, body = form.words()
            return _done(
                request,
                lambda: outbox.edit(message=row, subject=subject, body=body, by=request.actor),
                "Saved, for this person alone.",
            )
    return render(request, "outreach/outbox_edit.html", words, status=422 if words["form"].errors else 200)


@require_POST
@member(Permission.OUTREACH_SEND)
def move(request: MemberRequest, pk: UUID) -> HttpResponse:
    row, form, now = load(OutboundMessage, pk), MoveForm(request.POST), database_now()
    if not form.is_valid():
        messages.error(request, "Choose a day and a time.")
        return redirect("outreach:outbox-edit", request.tenant.slug, pk)
    to = form.cleaned_data["to"]
    said = "It goes then, or at the next moment that fits its hours."
    return _done(request, lambda: outbox.move(message=row, to=to, by=request.actor, now=now), said)


def morning_line(request: MemberRequest, _thing: object) -> str:
    """On the start page: what goes out today, and who of them deserves a call instead; "" where nothing goes."""
    found = morning.of(database_now(), request.tenant.time_zone)
    words = {"morning": found, "tenant": request.tenant}
    return render_to_string("outreach/partials/morning.html", words, request).strip()


def home_rows(request: MemberRequest) -> list[HomeRow]:
    """For the start page: mails to read before they go, and what an outage held."""
    if Permission.OUTREACH_SEND not in request.member.permissions:
        return []
    found = []
    if unread := reviews.queue(request.member).count():
        url = reverse("outreach:review-list", args=[request.tenant.slug])
        text = "1 mail waits for you to read it" if unread == 1 else f"{unread} mails wait for you to read them"
        found.append(HomeRow(rank=20, icon="mail-check", text=text, url=url, button="Read"))
    if late := outbox.held_counts().get(HoldReason.LATE):
        url = f"{reverse('outreach:outbox', args=[request.tenant.slug])}?hold=late"
        text = f"{late} mails missed their time in an outage"
        found.append(HomeRow(rank=15, icon="alarm-clock-off", text=text, url=url, button="Decide"))
    return found
