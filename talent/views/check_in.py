"""The door of an event, on a phone: who is here, who was scanned, who came without being on the list."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crm import answers
from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from talent.choices_events import AttendanceState
from talent.forms.recruiting_events import WalkInForm
from talent.models import RecruitingEvent, WaitlistEntry
from talent.services import attendance, seats
from talent.services import check_in as service
from talent.services.attendance import WrongStep

MOST = 50
REFRESH = ("crm:changed",)


def _list(request: MemberRequest, event_id: UUID) -> str:
    return reverse("talent:event-check-in", args=[request.tenant.slug, event_id])


@require_safe
@member(Permission.CANDIDATE_EDIT)
def listing(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Everybody on the list with one button each; `?q=` whose name holds the words, those who wait included."""
    event, words = load(RecruitingEvent, pk), request.GET.get("q", "").replace("\x00", "").strip()[:80]
    rows = list(attendance.listed(event, words=words)[: MOST + 1])
    shown = {
        "event": event,
        "words": words,
        "numbers": service.numbers(event),
        "rows": [(row, service.Code(pk, row.pk).token) for row in rows[:MOST]],
        "is_cut": len(rows) > MOST,
        "most": MOST,
        "line": service.waiting(event, words)[:MOST] if words else [],
        "too_early": attendance.too_early(event, AttendanceState.ATTENDED, timezone.now()),
    }
    return render(request, "talent/event_check_in.html#people" if request.htmx else "talent/event_check_in.html", shown)


@require_safe
@member(Permission.CANDIDATE_EDIT)
def scanned(request: MemberRequest, token: str) -> HttpResponse:
    """What the code of somebody's mail opens: who they are, and one button."""
    code = service.read(token)
    event = RecruitingEvent.objects.filter(pk=code.event_id).first() if code else None
    if code is None or event is None:
        raise Http404("There is nothing at this address.")
    row, now = service.holder(code), timezone.now()
    shown = {
        "event": event,
        "row": row,
        "too_early": attendance.too_early(event, AttendanceState.ATTENDED, now),
        "is_over": event.is_over(now),
    }
    return render(request, "talent/check_in.html", shown, status=200 if row else 404)


def _mark(request: MemberRequest, pk: UUID, state: AttendanceState, said: str) -> HttpResponse:
    """One person, and back to the list; `said` where somebody was quicker."""
    row = load(attendance.places(), pk)
    here, name = _list(request, row.event_id), row.candidate.name
    try:
        done = attendance.mark(event=row.event, ids=[pk], state=state, by=request.actor, now=timezone.now())
    except WrongStep as error:
        return answers.refused(request, str(error), to=here, events=REFRESH)
    if not done.rows:
        return answers.done(request, f"{name} {said} already.", to=here, events=REFRESH)
    undo = reverse("talent:marks-take-back", args=[request.tenant.slug, done.undo])
    return answers.done(request, f"{name} {said}.", to=here, undo=undo, events=REFRESH)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def check_in(request: MemberRequest, pk: UUID) -> HttpResponse:
    """They are here."""
    return _mark(request, pk, AttendanceState.ATTENDED, "is here")


@require_POST
@member(Permission.CANDIDATE_EDIT)
def check_out(request: MemberRequest, pk: UUID) -> HttpResponse:
    """They are not: the wrong line was tapped."""
    return _mark(request, pk, AttendanceState.REGISTERED, "is not here")


@require_POST
@member(Permission.CANDIDATE_EDIT)
def let_in(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Somebody who waits for a place has come."""
    entry = load(WaitlistEntry.objects.select_related("event", "candidate"), pk)
    here = _list(request, entry.event_id)
    try:
        service.let_in_from_line(entry=entry, by=request.actor, now=timezone.now())
    except WrongStep as error:
        return answers.refused(request, str(error), to=here, events=REFRESH)
    return answers.done(request, f"{entry.candidate.name} is here.", to=here, events=REFRESH)


@member(Permission.CANDIDATE_EDIT)
def walk_in(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Somebody who is not on the list: name, address or link, what they agreed to."""
    event = load(RecruitingEvent, pk)
    form = WalkInForm(request.POST or None, initial={"name": request.GET.get("name", "").replace("\x00", "")[:200]})
    if request.method == "POST" and form.is_valid():
        try:
            done = service.walk_in(event=event, by=request.actor, now=timezone.now(), **form.cleaned_data)
        except WrongStep as error:
            form.add_error(None, str(error))
        else:
            return answers.done(request, _welcome(done), to=_list(request, pk))
    shown = {"event": event, "form": form, "left": seats.places_left(event)}
    return render(request, "talent/event_walk_in.html", shown, status=422 if form.errors else 200)


def _welcome(done: service.WalkIn) -> str:
    name = done.row.candidate.name
    if done.is_new:
        return f"{name} is here, and new among your people."
    return f"{name} is here. You know them already." if done.is_new_here else f"{name} was on the list, and is here."
