"""Recruiting events: the list, one event with who registered, and who came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers, together
from crm.access import load, member
from crm.permissions import Permission
from crm.registry import PaletteItem, panels
from crm.requests import MemberRequest
from talent.choices_events import AttendanceState, EventState
from talent.forms.recruiting_events import EventForm, GuestsForm, MarkForm
from talent.models import Attendance, Candidate, RecruitingEvent, WaitlistEntry
from talent.services import attendance, bulk, recruiting_events, seats
from talent.services.attendance import Marked, WrongStep

MOST = 200
CHANGED = "crm:changed-event"
WHEN = [("upcoming", "Upcoming"), ("past", "Past"), ("all", "All")]


@member(Permission.CANDIDATE_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    """`?when=` upcoming (unless said), past or all."""
    when = request.GET.get("when", "upcoming")
    when = when if when in dict(WHEN) else "upcoming"
    here = reverse("talent:event-list", args=[request.tenant.slug])
    tabs = [{"label": label, "url": f"{here}?when={key}", "active": key == when, "count": None} for key, label in WHEN]
    rows = recruiting_events.overview(timezone.now(), "" if when == "all" else when)  # type: ignore[arg-type]
    return render(request, "talent/event_list.html", {"events": rows[:MOST], "tabs": tabs, "when": when})


def _form(request: MemberRequest, form: EventForm, event: RecruitingEvent | None) -> HttpResponse:
    words = {"form": form, "event": event}
    return render(request, "talent/event_form.html", words, status=422 if form.errors else 200)


@member(Permission.CANDIDATE_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    initial = {"owner": request.member.pk, "state": EventState.OPEN, "time_zone": request.tenant.time_zone}
    initial["reminds"] = True
    form = EventForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        event = recruiting_events.create(values=form.cleaned_data, by=request.actor)
        messages.success(request, f"“{event}” is made. Register the people who come.")
        return redirect("talent:event-detail", request.tenant.slug, event.pk)
    return _form(request, form, None)


@member(Permission.CANDIDATE_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    event = load(RecruitingEvent, pk)
    form = EventForm(request.POST or None, instance=load(RecruitingEvent, pk))
    if request.method == "POST" and form.is_valid():
        recruiting_events.change(event=event, values=form.cleaned_data, by=request.actor, now=timezone.now())
        messages.success(request, f"“{event}” is saved.")
        return redirect("talent:event-detail", request.tenant.slug, pk)
    return _form(request, form, event)


@member(Permission.CANDIDATE_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Asks first; the people stay."""
    event = load(RecruitingEvent, pk)
    if request.method == "POST":
        recruiting_events.delete(event=event, by=request.actor, now=timezone.now())
        messages.success(request, f"“{event}” is deleted. Its people are still here.")
        return redirect("talent:event-list", request.tenant.slug)
    return render(request, "talent/event_delete.html", {"event": event})


@member(Permission.CANDIDATE_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """`?state=` shows those in one state, `?q=` those whose name holds the words."""
    event = load(recruiting_events.overview(timezone.now()), pk)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").replace("\x00", "").strip()[:80]
    state = state if state in AttendanceState.values else ""
    rows, sizes = list(attendance.listed(event, state, words)[: MOST + 1]), attendance.sizes(event)
    return render(
        request,
        "talent/event_detail.html",
        {
            "event": event,
            "rows": rows[:MOST],
            "is_cut": len(rows) > MOST,
            "most": MOST,
            "tabs": _tabs(request, event, state, sizes),
            "state": state,
            "words": words,
            "left": seats.places_left(event),
            "expected": sizes.get(AttendanceState.REGISTERED, 0),
            "has_begun": event.has_begun(timezone.now()),
            "side": panels("event.side", request, event),
            "line": seats.line(event)[:MOST],
            "form": GuestsForm(),
            "may_come": not attendance.too_early(event, AttendanceState.ATTENDED, timezone.now()),
        },
    )


def _tabs(request: MemberRequest, event: RecruitingEvent, state: str, sizes: dict[str, int]) -> list[dict[str, Any]]:
    here = _page(request, event.pk)
    named = [("", "All", sum(sizes.values())), *((k, label, sizes.get(k, 0)) for k, label in AttendanceState.choices)]
    return [
        {"label": label, "url": f"{here}?state={key}" if key else here, "active": key == state, "count": count}
        for key, label, count in named
    ]


def _page(request: MemberRequest, pk: UUID) -> str:
    return reverse("talent:event-detail", args=[request.tenant.slug, pk])


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


@require_POST
@member(Permission.CANDIDATE_EDIT)
def register(request: MemberRequest, pk: UUID) -> HttpResponse:
    """People for the list: `people`; `has_come`: they are here already."""
    event, form, here = load(RecruitingEvent, pk), GuestsForm(request.POST), _page(request, pk)
    if not form.is_valid():
        return answers.refused(request, "Choose who comes.", to=here)
    people, has_come = bulk.ticked(form.cleaned_data["people"][: bulk.MOST_NAMED]), form.cleaned_data["has_come"]
    try:
        done = attendance.let_in(event=event, people=people, has_come=has_come, by=request.actor, now=timezone.now())
    except WrongStep as error:
        return answers.refused(request, str(error), to=here)
    if not done.rows and not done.waiting and not (has_come and done.known):
        return answers.refused(request, done.said or "Choose who comes.", to=here)
    text = " ".join(filter(None, [f"{_people(len(done.rows))} registered.", done.said]))
    undo = "" if has_come else reverse("talent:attendance-take-back", args=[request.tenant.slug, done.undo])
    return answers.done(request, text, to=here, undo=undo)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def take_back(request: MemberRequest, token: str) -> HttpResponse:
    """Not registered after all: the undo of a toast."""

    def removed() -> str:
        return attendance.take_back(token=token, by=request.actor, now=timezone.now())

    return _taken_back(request, removed)


def _taken_back(request: MemberRequest, what: Callable[[], str]) -> HttpResponse:
    to = reverse("talent:event-list", args=[request.tenant.slug])
    return answers.taken_back(request, what, to=to, events=(CHANGED,))


def _marked(request: MemberRequest, done: Marked, text: str, pk: UUID) -> HttpResponse:
    undo = reverse("talent:marks-take-back", args=[request.tenant.slug, done.undo]) if done.rows else ""
    return answers.done(request, text, to=_page(request, pk), undo=undo)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def mark(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Whether one person came: `state`."""
    row, form = load(attendance.places(), pk), MarkForm(request.POST)
    if not form.is_valid():
        return answers.refused(request, "Say whether they came.", to=_page(request, row.event_id))
    state = form.cleaned_data["state"]
    try:
        done = attendance.mark(event=row.event, ids=[pk], state=state, by=request.actor, now=timezone.now())
    except WrongStep as error:
        return answers.refused(request, str(error), to=_page(request, row.event_id))
    return _marked(request, done, f"{row.candidate.name}: {AttendanceState(state).label.lower()}.", row.event_id)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def who_did_not_come(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Whoever registered and was not seen is a no-show, all at once."""
    event = load(RecruitingEvent, pk)
    try:
        done = attendance.who_did_not_come(event=event, by=request.actor, now=timezone.now())
    except WrongStep as error:
        return answers.refused(request, str(error), to=_page(request, pk))
    return _marked(request, done, f"{_people(len(done.rows))} did not come.", pk)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def take_marks_back(request: MemberRequest, token: str) -> HttpResponse:
    """It was not so: the undo of a toast."""

    def unmarked() -> str:
        return attendance.take_marks_back(token=token, by=request.actor, now=timezone.now())

    return _taken_back(request, unmarked)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Off the list."""
    row = load(attendance.places(), pk)
    attendance.remove(attendance=row, by=request.actor, now=timezone.now())
    return answers.done(request, f"{row.candidate.name} is off the list.", to=_page(request, row.event_id))


# --- the waiting list


@require_POST
@member(Permission.CANDIDATE_EDIT)
def give_place(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Out of the line and onto the list, whether a place is free or not."""
    entry = load(WaitlistEntry.objects.select_related("event", "candidate"), pk)
    try:
        attendance.give_place(entry=entry, by=request.actor, now=timezone.now())
    except WrongStep as error:
        return answers.refused(request, str(error), to=_page(request, entry.event_id))
    return answers.done(request, f"{entry.candidate.name} has a place.", to=_page(request, entry.event_id))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def leave_line(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Off the waiting list."""
    entry = load(WaitlistEntry.objects.select_related("candidate"), pk)
    seats.leave(event_id=entry.event_id, people=[entry.candidate_id], by=request.actor)
    return answers.done(request, f"{entry.candidate.name} waits no more.", to=_page(request, entry.event_id))


# --- on other pages


def asks(candidate: Candidate) -> list[together.Question]:
    """What the panel is read from."""
    return [attendance.made_by(candidate.pk)]


def panel(request: MemberRequest, candidate: Candidate) -> str:
    """For the slot `candidate.side`: the events that they registered for."""
    rows: list[Attendance] = attendance.of_person(candidate.pk)
    words: dict[str, Any] = {"attendances": rows, "tenant": request.tenant}
    return render_to_string("talent/partials/events_of_candidate.html", words, request) if rows else ""


def palette(request: MemberRequest, words: str) -> list[PaletteItem]:
    slug = request.tenant.slug
    rows = recruiting_events.overview(timezone.now()).filter(name__icontains=words)[:8]
    return [
        PaletteItem(one.name, reverse("talent:event-detail", args=[slug, one.pk]), f"{one.local_start:%-d %B %Y}")
        for one in rows
    ]
