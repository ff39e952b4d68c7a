"""Bans on contact with one person, and exceptions from those of our own making."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.choices import BanScope, Channel
from talent.forms.consent import BanForm, ExceptionForm, LiftForm
from talent.models import Candidate, ContactBan, ContactException
from talent.services import contact, off_limits
from talent.services.contact import OWN_WORD, NotABan, Reach
from talent.services.off_limits import NotOffLimits
from talent.views.consent import page_of


def _back(request: MemberRequest, pk: UUID) -> str:
    """Where they came from: the page about consent, else the profile."""
    if "consent" in request.GET:
        return page_of(request, pk)
    return reverse("talent:candidate-detail", args=[request.tenant.slug, pk])


def _told(candidate: Candidate, reach: Reach) -> str:
    if reach.scope == BanScope.MARKETING:
        return f"{candidate.name} gets no sequences and no mailings from now on."
    by = f" by {Channel(reach.channel).label.lower()}" if reach.channel else ""
    return f"Nobody contacts {candidate.name}{by} from now on."


@member(Permission.CANDIDATE_EDIT)
def ban(request: MemberRequest, pk: UUID) -> HttpResponse:
    candidate, form = load(Candidate, pk), BanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, by, now = form.cleaned_data, request.actor, timezone.now()
        evidence, reach = said["evidence"], form.reaching()
        try:
            contact.ban(candidate=candidate, reason=said["reason"], evidence=evidence, by=by, now=now, reach=reach)
        except NotABan as error:
            form.add_error(None, str(error))
        else:
            return answers.done(request, _told(candidate, reach), to=_back(request, pk))
    words = {"candidate": candidate, "form": form, "back_url": _back(request, pk)}
    return render(request, "talent/ban_form.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def lift(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Our own ban at once. One that they asked for is asked about: lifting it is noted as a new word of theirs."""
    row = load(ContactBan, pk)
    form, back = LiftForm(request.POST if "evidence" in request.POST else None), _back(request, row.candidate_id)
    if row.reason in OWN_WORD and not form.is_valid():
        words = {"ban": row, "candidate": row.candidate, "form": form, "back_url": back}
        return render(request, "talent/ban_lift.html", words, status=422 if form.errors else 200)
    evidence = form.cleaned_data["evidence"] if form.is_valid() else ""
    contact.lift_ban(ban=row, by=request.actor, now=timezone.now(), evidence=evidence)
    text = f"“{row.get_reason_display()}” no longer keeps us from writing to {row.candidate.name}."
    return answers.done(request, text, to=back)


@member(Permission.TENANT_MANAGE)
def except_person(request: MemberRequest, pk: UUID) -> HttpResponse:
    """An administrator lets colleagues write to one person for a while in spite of our own bans."""
    candidate, form = load(Candidate, pk), ExceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, until, now = form.cleaned_data["reason"], form.until_moment(), timezone.now()
        try:
            off_limits.except_person(candidate=candidate, reason=reason, until=until, by=request.actor, now=now)
        except NotOffLimits as error:
            form.add_error("until", str(error))
        else:
            return answers.done(request, "The exception is made.", to=page_of(request, pk))
    words = {"candidate": candidate, "form": form}
    return render(request, "talent/exception_form.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.TENANT_MANAGE)
def end_exception(request: MemberRequest, pk: UUID) -> HttpResponse:
    row = load(ContactException, pk)
    off_limits.end_exception(row=row, by=request.actor, now=timezone.now())
    return answers.done(request, "The exception is over.", to=page_of(request, row.candidate_id))
