"""What was done to many people: recently, how far it is, whom it left out, and the way back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.models import BulkOperation
from talent.services import bulk, bulk_words
from talent.services.bulk import CannotUndo
from talent.views import paging
from talent.views.bulk import told

PAGE = 50


def _shown(operation: BulkOperation) -> dict[str, Any]:
    now = timezone.now()
    top = operation.changed if operation.state == BulkOperation.State.UNDOING else operation.total
    return {
        "operation": operation,
        "became": bulk_words.became(operation),
        "top": max(top, 1),
        "may_undo": operation.can_be_undone(now),
        "may_resume": operation.state in (BulkOperation.State.STOPPED, BulkOperation.State.FAILED),
    }


@member(Permission.CANDIDATE_EDIT)
def listing(request: MemberRequest) -> HttpResponse:
    """Recently done: the operations of the workspace, the latest first."""
    rows = bulk.recently(limit=PAGE + 1, before=paging.after(request))
    shown, last = paging.split(rows, PAGE)
    words = {"operations": [_shown(row) for row in shown], "next_url": f"?after={last.pk}" if last else ""}
    return render(request, "talent/bulk_list.html", words)


@member(Permission.CANDIDATE_EDIT)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    operation = load(BulkOperation, pk)
    words = {**_shown(operation), "left_out": bulk.left_out(operation), "reasons": bulk.reasons(operation)}
    return render(request, "talent/bulk_detail.html", words)


@member(Permission.CANDIDATE_EDIT)
def progress(request: MemberRequest, pk: UUID) -> HttpResponse:
    """How far it is; it asks again by itself until the operation is settled, then the list is read anew."""
    operation = load(BulkOperation, pk)
    response = render(request, "talent/bulk_progress.html", _shown(operation))
    return response if operation.is_open else trigger_client_event(response, "crm:people", {})


@require_POST
@member(Permission.CANDIDATE_EDIT)
def undo(request: MemberRequest, pk: UUID) -> HttpResponse:
    operation, to = load(BulkOperation, pk), reverse("talent:bulk-list", args=[request.tenant.slug])
    try:
        operation = bulk.undo(operation=operation, by=request.actor, now=timezone.now())
    except CannotUndo as error:
        return answers.refused(request, str(error), to=to)
    return told(request, operation, to)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def stop(request: MemberRequest, pk: UUID) -> HttpResponse:
    bulk.stop(operation=load(BulkOperation, pk), by=request.actor, now=timezone.now())
    return redirect("talent:bulk-detail", request.tenant.slug, pk)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def resume(request: MemberRequest, pk: UUID) -> HttpResponse:
    bulk.resume(operation=load(BulkOperation, pk), by=request.actor)
    return redirect("talent:bulk-detail", request.tenant.slug, pk)
