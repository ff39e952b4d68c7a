"""What is done with a sequence as a whole: a copy, the archive and back, throwing a draft away."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.models import Sequence
from outreach.services import sequence_shelf
from outreach.services.clock import database_now
from outreach.services.steps import NotReady


def _to(request: MemberRequest, sequence: Sequence) -> HttpResponse:
    return redirect("outreach:sequence-detail", request.tenant.slug, sequence.pk)


@require_POST
@member(Permission.OUTREACH_EDIT)
def copy(request: MemberRequest, pk: UUID) -> HttpResponse:
    made = sequence_shelf.copy(sequence=load(Sequence, pk), by=request.actor, author=request.member)
    messages.success(request, f"“{made.name}” is a new draft. Nobody is in it.")
    return _to(request, made)


def _off_the_list(request: MemberRequest, pk: UUID, act: Callable[[Sequence], object], said: str) -> HttpResponse:
    """On to the list with a sentence about the sequence; or back to it with what stands in the way."""
    sequence = load(Sequence, pk)
    try:
        act(sequence)
    except NotReady as error:
        messages.error(request, str(error))
        return _to(request, sequence)
    messages.success(request, said.format(sequence.name))
    return redirect("outreach:sequence-list", request.tenant.slug)


@require_POST
@member(Permission.OUTREACH_SEND)
def archive(request: MemberRequest, pk: UUID) -> HttpResponse:
    def act(sequence: Sequence) -> None:
        sequence_shelf.archive(sequence=sequence, by=request.actor, now=database_now())

    return _off_the_list(request, pk, act, "“{}” is in the archive. Who got what stays.")


@require_POST
@member(Permission.OUTREACH_SEND)
def restore(request: MemberRequest, pk: UUID) -> HttpResponse:
    sequence = sequence_shelf.restore(sequence=load(Sequence, pk), by=request.actor)
    messages.success(request, f"“{sequence.name}” is back. It sends nothing until it is activated.")
    return _to(request, sequence)


@require_POST
@member(Permission.OUTREACH_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    def act(sequence: Sequence) -> None:
        sequence_shelf.delete(sequence=sequence, by=request.actor)

    return _off_the_list(request, pk, act, "“{}” is deleted.")
