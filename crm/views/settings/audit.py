"""The audit log: who did what, newest first."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from crm.access import member
from crm.forms import AuditFilterForm
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services import audit, audit_words, members

PAGE = 50


@member(Permission.AUDIT_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    """Filters `action` (how it begins), `person` (a member), `before` (the entry that the last page ended with)."""
    form = AuditFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    entries, has_older = audit.page(
        limit=PAGE, action=chosen.get("action") or "", person=chosen.get("person"), before=chosen.get("before")
    )
    older = request.GET.copy()
    if has_older:
        older["before"] = str(entries[-1].pk)
    words = {
        "entries": audit_words.told(entries, request.tenant.slug),
        "older": older.urlencode() if has_older else "",
        "people": members.of(request.tenant),
        "known_actions": audit.recent_actions(),
        "chosen": chosen,
        "filtered": any(chosen.values()),
    }
    return render(request, "crm/audit_list.html", words)
