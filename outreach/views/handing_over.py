"""What a colleague has planned, beside their settings, and the page that hands it over."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from crm.access import load, member
from crm.models import Member
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services import members
from outreach.forms.handing_over import HandOverForm
from outreach.services import handing_over


def panel(request: MemberRequest, person: Member) -> str:
    """How much they are to send; nothing for somebody who sends nothing."""
    found = handing_over.holdings(person)
    words = {"found": found, "person": person, "tenant": request.tenant}
    return "" if found.are_none else render_to_string("outreach/partials/holdings_of_member.html", words, request)


@member(Permission.MEMBER_MANAGE)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What there is, and who takes it over."""
    person = load(members.of(request.tenant), pk)
    form = HandOverForm(request.POST or None, member=person)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _done(request, person, form.cleaned_data["to"]))
        return redirect("crm:member-edit", request.tenant.slug, person.pk)
    words = {"form": form, "person": person, "found": handing_over.holdings(person)}
    return render(request, "outreach/hand_over.html", words, status=422 if form.errors else 200)


def _done(request: MemberRequest, person: Member, to: Member | None) -> str:
    if to is None:
        found = handing_over.hold(member=person, by=request.actor)
        return f"{found.mails:,} planned mails are held until somebody takes them over."
    found = handing_over.hand_over(member=person, to=to, by=request.actor)
    return f"{to} goes on with {found.mails:,} planned mails and {found.enrolments:,} enrolments."
