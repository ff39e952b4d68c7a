"""Tasks: the page, the panel beside a person, the rows of the start page, the calendar's address."""

from __future__ import annotations

from datetime import datetime, time, timedelta
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
from crm.registry import HomeRow, panels
from crm.requests import MemberRequest
from talent.forms.tasks import SNOOZES, SnoozeForm, TaskForm, TickedTasksForm
from talent.models import Candidate, Task
from talent.services import calendar_feed, tasks
from talent.views.paging import read_key

CHANGED = "crm:changed-tasks"
LABELS = {"mine": "Mine", "team": "The team's", "overdue": "Overdue", "done": "Done"}
HOME_ROWS = 6


def _here(request: MemberRequest) -> str:
    return reverse("talent:task-list", args=[request.tenant.slug])


@member(Permission.CANDIDATE_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    """`?show=` mine, team, overdue or done; `?candidate=` of one person."""
    now, person = timezone.now(), read_key(request.GET.get("candidate", ""))
    show = request.GET.get("show", "")
    show = show if show in tasks.SHOWS else ("team" if person else "mine")
    numbers, here = tasks.counts(member=request.member, now=now), _here(request)
    about = f"&candidate={person}" if person else ""
    found = tasks.listing(show=show, member=request.member, now=now, candidate_id=person)
    words = {
        "tasks": found[: tasks.MOST],
        "show": show,
        "now": now,
        "person": load(Candidate, person) if person else None,
        "snoozes": SNOOZES,
        "has_feed": calendar_feed.exists(request.member),
        "tabs": [
            {"label": label, "url": f"{here}?show={key}{about}", "active": key == show, "count": numbers.get(key)}
            for key, label in LABELS.items()
        ],
    }
    return render(request, "talent/task_list.html", words)


def _zone(request: MemberRequest) -> str:
    return timezone.get_current_timezone_name()


@member(Permission.CANDIDATE_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    """A new task; `?candidate=` says about whom."""
    key = read_key(request.POST.get("candidate") or request.GET.get("candidate", ""))
    person = load(Candidate, key) if key else None
    form = TaskForm(request.POST or None, initial={"assignee": request.member.pk})
    if request.method == "POST" and form.is_valid():
        tasks.add(candidate=person, by=request.actor, now=timezone.now(), zone=_zone(request), **form.cleaned_data)
        to = reverse("talent:candidate-detail", args=[request.tenant.slug, key]) if person else _here(request)
        return answers.done(request, "The task is added.", to=to, events=(CHANGED,))
    words = {"form": form, "person": person}
    return render(request, "talent/task_form.html", words, status=422 if form.errors else 200)


@member(Permission.CANDIDATE_VIEW)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    task = load(Task.objects.most_urgent_first(), pk)
    initial = {name: getattr(task, name) for name in ("title", "assignee", "due_on", "due_time")}
    form = TaskForm(request.POST or None, initial=initial)
    if request.method == "POST" and Permission.CANDIDATE_EDIT not in request.member.permissions:
        return answers.refused(request, "Your role may not change tasks.", to=_here(request))
    if request.method == "POST" and form.is_valid():
        tasks.change(task=task, by=request.actor, zone=_zone(request), **form.cleaned_data)
        messages.success(request, "The task is saved.")
        return redirect("talent:task-list", request.tenant.slug)
    words = {"form": form, "task": task, "person": task.candidate, "side": panels("task.side", request, task)}
    return render(request, "talent/task_form.html", words, status=422 if form.errors else 200)


def _back(request: MemberRequest) -> str:
    """To the profile that the form stood on (`person`), else to the list."""
    person = read_key(request.POST.get("person", ""))
    return reverse("talent:candidate-detail", args=[request.tenant.slug, person]) if person else _here(request)


@require_POST
@member(Permission.CANDIDATE_EDIT)
def complete(request: MemberRequest) -> HttpResponse:
    """Mark the tasks of `ids` as done, or with `everything` all that the list shows."""
    form, now = TickedTasksForm(request.POST), timezone.now()
    if not form.is_valid():
        return answers.refused(request, "Choose the tasks that are done.", to=_here(request))
    said = form.cleaned_data
    if said["everything"]:
        show = said["show"] or "mine"
        rows = tasks.all_open(show=show, member=request.member, now=now, candidate_id=said["about"])
    else:
        rows = list(Task.objects.filter(pk__in=said["ids"]))
    done = tasks.complete_together(tasks=rows, by=request.actor, now=now)
    text = f"“{done.first}” is done." if done.count == 1 else f"{done.count} tasks are done."
    undo = reverse("talent:task-take-back", args=[request.tenant.slug, done.undo]) if done.undo else ""
    return answers.done(request, text, to=_back(request), undo=undo, events=(CHANGED,))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def take_back(request: MemberRequest, token: str) -> HttpResponse:
    """Not done after all: the undo of a toast."""

    def reopened() -> str:
        return f"{tasks.take_back(token=token, by=request.actor, now=timezone.now())} open again."

    return answers.taken_back(request, reopened, to=_here(request), events=(CHANGED,))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def reopen(request: MemberRequest) -> HttpResponse:
    """One that is done is open again: `?ids=`."""
    form = TickedTasksForm(request.GET)
    if not form.is_valid():
        return answers.refused(request, "Choose what is not done after all.", to=_here(request))
    rows = list(Task.objects.done().filter(pk__in=form.cleaned_data["ids"]))
    count = tasks.reopen(tasks=rows, by=request.actor, now=timezone.now())
    return answers.done(request, f"{count} open again.", to=_here(request), events=(CHANGED,))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def snooze(request: MemberRequest, pk: UUID) -> HttpResponse:
    task, form = load(Task, pk), SnoozeForm(request.POST)
    if not form.is_valid():
        return answers.refused(request, "Choose until when.", to=_here(request))
    tasks.snooze(task=task, days=form.cleaned_data["days"], now=timezone.now(), zone=_zone(request))
    return answers.done(request, f"“{task}” is put off to {task.due_on:%d %b}.", to=_here(request), events=(CHANGED,))


@require_POST
@member(Permission.CANDIDATE_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    task = load(Task, pk)
    title = task.title
    tasks.delete(task=task, by=request.actor, now=timezone.now())
    return answers.done(request, f"“{title}” is deleted.", to=_here(request))


@member()
def calendar(request: MemberRequest) -> HttpResponse:
    """The secret address of the member's calendar: posting makes a new one and shows it once."""
    address = ""
    if request.method == "POST":
        address = calendar_feed.renew(member=request.member, slug=request.tenant.slug, by=request.actor)
    words = {"address": address, "has_feed": calendar_feed.exists(request.member)}
    return render(request, "talent/task_calendar.html", words)


@require_POST
@member()
def revoke_calendar(request: MemberRequest) -> HttpResponse:
    calendar_feed.revoke(member=request.member, by=request.actor)
    return answers.done(request, "The calendar's address works no longer.", to=_here(request))


# --- on other pages


def asks(candidate: Candidate) -> list[together.Question]:
    """What the panel is read from."""
    return [tasks.about(candidate.pk)]


def panel(request: MemberRequest, candidate: Candidate) -> str:
    """For the slot `candidate.side`: what is to be done about a person."""
    rows = tasks.of_person(candidate.pk)
    if not rows and Permission.CANDIDATE_EDIT not in request.member.permissions:
        return ""
    words: dict[str, Any] = {"tasks": rows, "candidate": candidate, "tenant": request.tenant, "now": timezone.now()}
    return render_to_string("talent/partials/tasks_of_candidate.html", words, request)


def _until(request: MemberRequest) -> datetime:
    """The midnight that ends the member's day."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time()))


def home_rows(request: MemberRequest) -> list[HomeRow]:
    """For the start page: the member's tasks that are late or due today."""
    now = timezone.now()
    return [
        HomeRow(
            rank=15 if task.due_at and task.due_at < now else 20,
            icon="circle-check",
            text=task.title,
            url=reverse("talent:task-edit", args=[request.tenant.slug, task.pk]),
            button="Open",
            detail=_detail(task, now),
        )
        for task in tasks.due_today(member=request.member, until=_until(request), limit=HOME_ROWS)
    ]


def _detail(task: Task, now: datetime) -> str:
    late = "Overdue" if task.due_at and task.due_at < now else "Due today"
    return f"{late} · {task.candidate.name}" if task.candidate else late


def open_count(request: MemberRequest) -> int:
    """The number beside Tasks in the navigation: the member's own that are late or due today."""
    return together.count(tasks.due_count(request.member.pk, _until(request)))


def open_count_asks(request: MemberRequest) -> list[together.Question]:
    return [tasks.due_count(request.member.pk, _until(request))]
