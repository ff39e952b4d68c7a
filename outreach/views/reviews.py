"""The review queue: one mail after the other, read, changed, approved, skipped, or its person rejected."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.models import Member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.outbox import WordsForm
from outreach.models import OutboundMessage
from outreach.services import outbox, overview, reviews
from outreach.services.clock import database_now
from outreach.services.outbox import NotChanged, TooLate

SHOWN = 50


def _whose(request: MemberRequest) -> Member | None:
    """Mine, or with `?all=1` everybody's."""
    return None if request.GET.get("all") else request.member


def _kept(request: MemberRequest) -> str:
    return "?all=1" if request.GET.get("all") else ""


def _to(request: MemberRequest, pk: UUID | None) -> HttpResponse:
    slug = request.tenant.slug
    url = reverse("outreach:review", args=[slug, pk]) if pk else reverse("outreach:review-list", args=[slug])
    return redirect(url + _kept(request))


@member(Permission.OUTREACH_SEND)
def listing(request: MemberRequest) -> HttpResponse:
    """The first that waits; an empty queue says so."""
    pk = reviews.next_after(None, _whose(request))
    if pk is not None:
        return _to(request, pk)
    others = reviews.queue().count() if _whose(request) else 0
    return render(request, "outreach/review_empty.html", {"others": others})


def _words(request: MemberRequest, row: OutboundMessage, form: WordsForm) -> dict[str, Any]:
    whose = _whose(request)
    rows = list(reviews.queue(whose)[:SHOWN])
    following = reviews.next_after(row, whose)
    return {
        "message": row,
        "form": form,
        "rows": rows,
        "waiting": reviews.queue(whose).count(),
        "kept": _kept(request),
        "following": following if following != row.pk else None,
        "before": reviews.before(row, whose),
        "may_rest": row.step is not None and reviews.may_approve_rest(row.step, request.actor),
        "read_first": reviews.READ_FIRST,
    }


@member(Permission.OUTREACH_SEND)
def show(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One mail with its person: the profile left, the words right."""
    row = load(reviews.queue(), pk)
    filled, problem = outbox.words_of(row, request.tenant, database_now())
    form = WordsForm(initial={"subject": filled.subject, "body": filled.body})
    words = {**_words(request, row, form), "problem": problem, "blanks": filled.blanks}
    return render(request, "outreach/review.html", words)


@require_POST
@member(Permission.OUTREACH_SEND)
def approve(request: MemberRequest, pk: UUID) -> HttpResponse:
    row, form = load(reviews.queue(), pk), WordsForm(request.POST)
    if not form.is_valid():
        return render(request, "outreach/review.html", _words(request, row, form), status=422)
    following = reviews.next_after(row, _whose(request))
    filled, _ = outbox.words_of(row, request.tenant, database_now())
    said = form.words()
    changed = said if [part.split() for part in said] != [filled.subject.split(), filled.body.split()] else None
    try:
        reviews.approve(message=row, tenant=request.tenant, by=request.actor, now=database_now(), words=changed)
    except (TooLate, NotChanged) as error:
        messages.error(request, str(error))
        return _to(request, pk if isinstance(error, NotChanged) else following)
    messages.success(request, f"Approved: the mail to {row.candidate.name} goes when it is due.")
    return _to(request, following)


@require_POST
@member(Permission.OUTREACH_SEND)
def skip(request: MemberRequest, pk: UUID) -> HttpResponse:
    row = load(reviews.queue(), pk)
    following = reviews.next_after(row, _whose(request))
    try:
        reviews.skip(message=row, by=request.actor, now=database_now())
    except TooLate as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{row.candidate.name} does not get it. Their sequence goes on with what follows.")
    return _to(request, following)


@require_POST
@member(Permission.OUTREACH_SEND)
def reject(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Not this person: the sequence ends for them."""
    row = load(reviews.queue(), pk)
    following = reviews.next_after(row, _whose(request))
    try:
        reviews.reject(message=row, by=request.actor, now=database_now())
    except TooLate as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{row.candidate.name} is out of the sequence: nothing more of it goes to them.")
    return _to(request, following)


@require_POST
@member(Permission.OUTREACH_SEND)
def approve_rest(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The others of the same step, in its own words, without blanks."""
    step = load(overview.steps_with_sequence(), pk)
    try:
        done = reviews.approve_rest(step=step, tenant=request.tenant, by=request.actor, now=database_now())
    except NotChanged as error:
        messages.error(request, str(error))
    else:
        left = f" {done.left} need a look of yours." if done.left else ""
        messages.success(request, f"{done.approved} mails are approved.{left}")
    return _to(request, None)
