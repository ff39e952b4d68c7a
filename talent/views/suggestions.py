"""Suggestions for inputs with several values: `?q=` -> [{value, label}]."""

from __future__ import annotations

from django.http import Http404, JsonResponse

from crm.access import member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.services import suggestions


@member(Permission.CANDIDATE_VIEW)
def suggest(request: MemberRequest, what: str) -> JsonResponse:
    """The best-known skills, tags, sources or countries whose name holds the words."""
    if what not in suggestions.LISTS:
        raise Http404("There is no such list.")
    return JsonResponse(suggestions.find(what=what, words=request.GET.get("q", "")[:80]), safe=False)
