"""The settings of sending domains: what the DNS says of them, and what to publish."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.models import SendingDomain
from outreach.services import sending_domains
from outreach.services.clock import database_now


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("outreach:settings-domains", request.tenant.slug)


def _row(domain: str) -> SendingDomain:
    if domain not in sending_domains.in_use():
        raise Http404("No mailbox sends from this domain.")
    return sending_domains.of(domain)


@member(Permission.TENANT_MANAGE)
def show(request: MemberRequest) -> HttpResponse:
    known = {row.domain: row for row in SendingDomain.objects.all()}
    words = {"domains": [(domain, known.get(domain)) for domain in sending_domains.in_use()]}
    return render(request, "outreach/settings_domains.html", words)


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
