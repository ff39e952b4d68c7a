"""Notes: written, read with what they said before, edited, pinned, deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.choices_notes import NoteVisibility
from talent.forms.notes import NoteForm, filled
from talent.models import Candidate, Note
from talent.services import mentions, notes
from talent.services.notes import MentionsUnread, NotTheAuthor
from talent.views.candidate_parts import profile_of


def composing(form: NoteForm, candidate: Candidate) -> dict[str, Any]:
    """What the composer shows."""
    return {
        "candidate": candidate,
        "note_form": form,
        "blank_note": form,
        "team": mentions.offered(notes.colleagues()),
        "visibilities": NoteVisibility,
    }


@require_POST
@member(Permission.CANDIDATE_EDIT)
def add(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Write a note: htmx gets the empty composer back, or the one with the mistake."""
    candidate, form, me = load(Candidate, pk), NoteForm(request.POST), request.member.pk
    if form.is_valid():
        text, now, sharing = form.cleaned_data["text"], timezone.now(), form.sharing()
        try:
            notes.add(candidate=candidate, text=text, by=request.actor, author_id=me, now=now, sharing=sharing)
        except MentionsUnread as error:
            form.ask(error)
        else:
            if not request.htmx:
                return answers.done(request, "The note is saved.", to=profile_of(request, pk))
            form = NoteForm()
    part = "talent/partials/note_composer.html" if request.htmx else "talent/note_new.html"
    return render(request, part, composing(form, candidate), status=422 if form.is_bound else 200)


@member(Permission.CANDIDATE_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One note with its earlier versions: where a mention leads."""
    note = load(Note.objects.select_related("author__user", "candidate"), pk)
    words = {"note": note, "candidate": note.candidate, "readers": notes.readers(note)}
    return render(request, "talent/note_detail.html", {**words, "versions": notes.versions(note)})


@member(Permission.CANDIDATE_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Its words and who reads it; for its author alone."""
    note = load(Note.objects.select_related("candidate"), pk)
    if not note.may_be_changed_by(request.member.pk):
        raise PermissionDenied("Only who wrote a note changes it.")
    form = filled(note, request.POST if request.method == "POST" else None)
    if form.is_valid() and _saved(request, note, form):
        return answers.done(request, "The note is saved.", to=_page_of(request, note))
    words = {**composing(form, note.candidate), "note": note}
    return render(request, "talent/note_edit.html", words, status=422 if form.is_bound else 200)


def _saved(request: MemberRequest, note: Note, form: NoteForm) -> bool:
    text, now = form.cleaned_data["text"], timezone.now()
    try:
        notes.edit(note=note, text=text, by=request.actor, now=now, sharing=form.sharing())
    except MentionsUnread as error:
        form.ask(error)
        return False
    except NotTheAuthor as error:
        raise PermissionDenied(str(error)) from error
    return True


def _page_of(request: MemberRequest, note: Note) -> str:
    return reverse("talent:note-detail", args=[request.tenant.slug, note.pk])


@require_POST
@member(Permission.CANDIDATE_EDIT)
def pin(request: MemberRequest, pk: UUID) -> HttpResponse:
    """On top of the profile, or no longer: the same address does both, and is its own undo."""
    note = load(Note, pk)
    notes.pin(note=note, pinned=not note.pinned_at, by=request.actor, now=timezone.now())
    text = "The note stays on top of the profile." if note.pinned_at else "The note is no longer pinned."
    undo = reverse("talent:note-pin", args=[request.tenant.slug, pk])
    return answers.done(request, text, to=profile_of(request, note.candidate_id), undo=undo)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    note = load(Note, pk)
    if note.author_id != request.member.pk and Permission.CANDIDATE_DELETE not in request.member.permissions:
        raise PermissionDenied("Only its author or an administrator can delete a note.")
    notes.delete(note=note, by=request.actor, now=timezone.now())
    return answers.done(request, "The note is deleted.", to=profile_of(request, note.candidate_id))
