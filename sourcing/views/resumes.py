"""Résumés: the address the drop zone posts to, the state of each file, and what was read from it."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from crm.services.files import RESUMES, FileRefused, check
from sourcing.choices import RowState
from sourcing.models import ParsedDocument
from sourcing.services import reports, resumes

STATES = {RowState.WAITING: "waiting", RowState.REFUSED: "failed"}


def _answer(request: MemberRequest, document: ParsedDocument) -> dict[str, str]:
    """What the drop zone shows for one file."""
    slug = request.tenant.slug
    answer = {
        "state": STATES.get(RowState(document.state), "done"),
        "text": document.get_state_display(),
        "detail": document.problem or (document.candidate.name if document.candidate else ""),
        "url": reverse("sourcing:resume", args=[slug, document.pk]),
    }
    if document.state == RowState.WAITING:
        answer |= {"poll": reverse("sourcing:resume-state", args=[slug, document.pk]), "text": "Reading"}
    return answer


@require_POST
@member(Permission.CANDIDATE_IMPORT)
def upload(request: MemberRequest) -> JsonResponse:
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"state": "failed", "text": "No file arrived. Choose it again."}, status=422)
    try:
        check(name=file.name or "unnamed", size=file.size or 0, limits=RESUMES)
        document = resumes.upload(
            content=file.read(),
            name=file.name or "unnamed",
            content_type=file.content_type or "",
            by=request.actor,
            now=timezone.now(),
        )
    except FileRefused as error:
        return JsonResponse({"state": "failed", "text": str(error)}, status=422)
    return JsonResponse(_answer(request, document))


@member(Permission.CANDIDATE_IMPORT)
def state(request: MemberRequest, pk: str) -> JsonResponse:
    return JsonResponse(_answer(request, load(ParsedDocument, pk)))


@member(Permission.CANDIDATE_IMPORT)
def show(request: MemberRequest, pk: str) -> HttpResponse:
    document = load(ParsedDocument, pk)
    words = {"document": document, "groups": reports.readings(document)}
    return render(request, "sourcing/resume_show.html", words)
