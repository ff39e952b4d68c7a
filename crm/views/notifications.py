"""The page behind the bell."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers, paging
from crm.access import load, member
from crm.paging import BadCursor
from crm.requests import MemberRequest
from crm.services import notifications
from crm.together import Question

PAGE = 50


def unread(request: MemberRequest) -> int:
    """The number on the bell."""
    return notifications.unread(request.member)


def asks(request: MemberRequest) -> list[Question]:
    return [notifications.unread_of(request.member.pk)]


@member()
def listing(request: MemberRequest) -> HttpResponse:
    found = notifications.of(request.member)
    try:
        page = paging.page(found, notifications.LATEST, after=request.GET.get("after", ""), limit=PAGE)
    except BadCursor:
        page = paging.page(found, notifications.LATEST, limit=PAGE)
    words = {"page": page, "unread": notifications.unread(request.member)}
    return render(request, "crm/notification_list.html", words)


@require_POST
@member()
def follow(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Mark one as read and go where it leads."""
    row = load(notifications.of(request.member), pk)
    notifications.mark_read(member=request.member, now=timezone.now(), ids=[row.pk])
    return redirect(row.url)


@require_POST
@member()
def read_all(request: MemberRequest) -> HttpResponse:
    notifications.mark_read(member=request.member, now=timezone.now())
    to = reverse("crm:notification-list", args=[request.tenant.slug])
    return answers.done(request, "Everything is marked as read.", to=to)
