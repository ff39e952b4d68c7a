"""The settings page of the rules of contact."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from crm.access import member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.contact_rules import ContactRulesForm
from outreach.services import contact_rules
from outreach.services.clock import database_now


@member(Permission.TENANT_MANAGE)
def edit(request: MemberRequest) -> HttpResponse:
    form = ContactRulesForm(request.POST or None, instance=contact_rules.current())
    if request.method == "POST" and form.is_valid():
        contact_rules.change(values=form.cleaned_data, by=request.actor)
        messages.success(request, "Saved. Every mail is held against these rules from now on, those that wait as well.")
        return redirect("outreach:settings-contact-rules", request.tenant.slug)
    words = {"form": form, "groups": form.groups(contact_rules.kept_back(database_now()))}
    return render(request, "outreach/settings_contact_rules.html", words, status=422 if form.errors else 200)
