"""The audit log: who did what, newest first."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from crm.access import member
from crm.forms import AuditFilterForm
from crm.models import AuditEntry, Member
from crm.permissions import Permission
from crm.requests import MemberRequest

PAGE = 50


@member(Permission.AUDIT_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    """Filters `action` (how it begins), `person` (a member), `before` (the entry that the last page ended with)."""
    form = AuditFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    matching = AuditEntry.objects.matching(action=chosen.get("action") or "", person=chosen.get("person"))
    found = list(matching.newest_first(before=chosen.get("before"))[: PAGE + 1])
    older = request.GET.copy()
    if len(found) > PAGE:
        older["before"] = str(found[PAGE - 1].pk)
    words = {
        "entries": found[:PAGE],
        "older": older.urlencode() if len(found) > PAGE else "",
        "people": Member.objects.of_tenant(request.tenant.pk),
        "known_actions": AuditEntry.objects.recent_actions(),
        "chosen": chosen,
        "filtered": any(chosen.values()),
    }
    return render(request, "crm/audit_list.html", words)
