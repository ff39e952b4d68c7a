"""The settings of sending domains: what the DNS says of them, and what to publish."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.pace import DomainCapForm
from outreach.models import SendingDomain
from outreach.services import pace_words, sending_domains
from outreach.services.clock import database_now


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("outreach:settings-domains", request.tenant.slug)


def _row(domain: str) -> SendingDomain:
    row = sending_domains.known(domain)
    if row is None:
        raise Http404("No mailbox sends from this domain.")
    return row


@member(Permission.TENANT_MANAGE)
def show(request: MemberRequest) -> HttpResponse:
    return _shown(request)


def _shown(request: MemberRequest, entered: DomainCapForm | None = None) -> HttpResponse:
    """The page; with a form that was not valid in the place of its domain's."""
    rows, now = sending_domains.every(), database_now()
    fields = [DomainCapForm(instance=row, auto_id=f"{row.domain}-%s") for row in rows]
    forms = [entered if entered and entered.instance.domain == form.instance.domain else form for form in fields]
    words = {"domains": [(row, form, pace_words.of_domain(row, now)) for row, form in zip(rows, forms, strict=True)]}
    return render(request, "outreach/settings_domains.html", words, status=422 if entered else 200)


@require_POST
@member(Permission.TENANT_MANAGE)
def cap(request: MemberRequest, domain: str) -> HttpResponse:
    """How many mails a day leave the domain's mailboxes together."""
    row = _row(domain)
    form = DomainCapForm(request.POST, instance=row, auto_id=f"{row.domain}-%s")
    if not form.is_valid():
        return _shown(request, form)
    sending_domains.set_cap(row=_row(domain), cap=form.cleaned_data["daily_cap"], by=request.actor)
    messages.success(request, "Saved. What is over waits for the next day.")
    return _back(request)


@require_POST
@member(Permission.TENANT_MANAGE)
def check(request: MemberRequest, domain: str) -> HttpResponse:
    sending_domains.check(row=_row(domain), now=database_now())
    messages.success(request, f"The DNS was asked about {domain}.")
    return _back(request)


@require_POST
@member(Permission.TENANT_MANAGE)
def renew_key(request: MemberRequest, domain: str) -> HttpResponse:
    sending_domains.renew_key(row=_row(domain), by=request.actor)
    messages.success(request, "There is a new key. Publish it and check again: until then mails are not signed.")
    return _back(request)
