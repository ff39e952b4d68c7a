"""The settings of text messages."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.texts import TextAccountForm
from outreach.services import mailboxes, texting
from outreach.services.clock import database_now


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("outreach:settings-texts", request.tenant.slug)


@member(Permission.TENANT_MANAGE)
def edit(request: MemberRequest) -> HttpResponse:
    row = texting.stored()
    form = TextAccountForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        texting.save(entered=form.account(), by=request.actor)
        messages.success(request, "Saved. See whether Twilio lets the account in.")
        return _back(request)
    words = {"form": form, "account": row, "base": settings.BASE_URL}
    return render(request, "outreach/settings_texts.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.TENANT_MANAGE)
def try_it(request: MemberRequest) -> HttpResponse:
    row = texting.stored()
    problem = texting.try_account(row) if row else "Enter an account first."
    if row is None or problem:
        messages.error(request, problem)
    else:
        mailboxes.record_test(mailbox=row, now=database_now())
        messages.success(request, "Twilio lets this account in.")
    return _back(request)
