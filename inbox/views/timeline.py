"""The timeline of a person: a panel of their page, and the pages after the first."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from crm.access import load, member
from crm.paging import BadCursor
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services import liveness
from crm.together import Question
from inbox.services import timeline
from talent.models import Candidate


def _words(request: MemberRequest, candidate: Candidate) -> dict[str, object]:
    group = request.GET.get("show", "")
    group = group if group in dict(timeline.FILTERS) else ""
    may_read = Permission.INBOX_VIEW in request.member.permissions
    try:
        found = timeline.page(candidate.pk, group=group, after=request.GET.get("after", ""), with_mails=may_read)
    except BadCursor as error:
        raise Http404(str(error)) from error
    here = reverse("inbox:timeline", args=[request.tenant.slug, candidate.pk])
    more = urlencode({"show": group, "after": found.after})
    return {
        "here": here,
        "more_url": f"{here}?{more}" if found.after else "",
        "candidate": candidate,
        "page": found,
        "group": group,
        "filters": timeline.FILTERS,
        "tenant": request.tenant,
        "candidate_token": liveness.version(candidate.pk),
    }


def asks(candidate: Candidate) -> list[Question]:
    """What the panel is read from, as it is shown first."""
    return [timeline.newest(candidate.pk)]


def panel(request: MemberRequest, candidate: Candidate) -> str:
    """For the slot `candidate.timeline`."""
    return render_to_string("inbox/timeline.html#panel", _words(request, candidate), request=request)


def last_contacts(request: MemberRequest, candidate: Candidate) -> str:
    """For the slot `candidate.contacts`: the last five contacts, both ways."""
    items = timeline.contacts(candidate.pk, most=5)
    words = {"items": items, "candidate": candidate, "tenant": request.tenant}
    return render_to_string("inbox/partials/last_contacts.html", words, request) if items else ""


def write_button(request: MemberRequest, candidate: Candidate) -> str:
    """For the slot `candidate.actions`."""
    return render_to_string("inbox/message_new.html#button", {"candidate": candidate, "tenant": request.tenant})


@member(Permission.CANDIDATE_VIEW)
def show(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The timeline as a page; for htmx its live part, or the entries after a place."""
    part = ""
    if request.htmx:
        part = "#more" if request.GET.get("after") else "#panel" if request.GET.get("panel") else "#live"
    return render(request, f"inbox/timeline.html{part}", _words(request, load(Candidate, pk)))
