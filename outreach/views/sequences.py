"""Pages of sequences: list, editor, people, results, putting people in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.choices import EnrolmentState, StepKind
from outreach.forms.writing import EnrolForm, SequenceForm, SequenceNameForm
from outreach.models import Sequence
from outreach.services import (
    hold_out,
    overview,
    send_grants,
    senders,
    sequence_rules,
    sequences,
    steps,
    variants,
    versions,
    window_words,
)
from outreach.services.clock import database_now
from outreach.services.course import Course
from outreach.services.outline import ICONS, outline
from outreach.services.steps import NotReady
from outreach.views.message_templates import reading
from talent.models import Segment
from talent.models.candidate import display_names
from talent.views.paging import after, split

SHOWN_OF_EACH_REASON = 50
ADDED = [(kind.value, kind.label, ICONS[kind]) for kind in StepKind]  # what the editor can add


def _back(request: MemberRequest, sequence: Sequence) -> HttpResponse:
    return redirect("outreach:sequence-detail", request.tenant.slug, sequence.pk)


@member(Permission.OUTREACH_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    archived = "archived" in request.GET
    words = {"rows": overview.sequence_rows(archived=archived), "archived": archived}
    words["has_archived"] = archived or Sequence.objects.exclude(archived_at=None).exists()
    return render(request, "outreach/sequence_list.html", words)


@member(Permission.OUTREACH_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    form = SequenceNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sequence = sequences.create(name=form.cleaned_data["name"], by=request.actor, sender=request.member)
        except sequences.NameTaken as error:
            form.add_error("name", str(error))
        else:
            return _back(request, sequence)
    return render(request, "outreach/sequence_new.html", {"form": form}, status=422 if form.errors else 200)


def _shown_mail(request: MemberRequest, rows: list[Any]) -> dict[str, Any]:
    """The mail that the side shows: `?step=`, else the first."""
    mails = [step for step in rows if step.kind == "email"]
    step = next((s for s in mails if str(s.pk) == request.GET.get("step")), mails[0] if mails else None)
    if step is None:
        return {}
    words = reading(request, step.previewed_subject, step.body_source, template=step.template, step=step)
    return {"shown_step": step, **words}


@member(Permission.OUTREACH_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The editor: its steps as cards, what is missing, and a mail as somebody real would get it."""
    sequence = load(overview.sequences_with_sender(), pk)
    rows = steps.steps_of(sequence, sequence.shown_version)
    words = {"sequence": sequence, "cards": outline(Course(rows)), "missing": versions.against(sequence, rows)}
    words["when"] = window_words.said(sequence)
    if sequence.draft:
        words |= {"changes": versions.changes(sequence), "under_way": versions.under_way(sequence, sequence.draft)}
    words |= {"kinds": ADDED, "states": sequences.states(sequence), **_shown_mail(request, rows)}
    return render(request, "outreach/sequence_detail.html", words)


@member(Permission.OUTREACH_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who sends, when, and what ends it."""
    sequence = load(Sequence, pk)
    form = SequenceForm(request.POST or None, instance=sequence)
    if request.method == "POST" and form.is_valid():
        try:
            sequences.change(sequence=load(Sequence, pk), values=form.cleaned_data, by=request.actor)
        except sequences.NameTaken as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "Saved.")
            return _back(request, sequence)
    words = {"form": form, "sequence": sequence, "under_way": sequence_rules.under_way(sequence)}
    return render(request, "outreach/sequence_edit.html", words, status=422 if form.errors else 200)


@require_POST
@member(Permission.OUTREACH_SEND)
def activate(request: MemberRequest, pk: UUID) -> HttpResponse:
    sequence = load(Sequence, pk)
    try:
        sequences.activate(sequence=sequence, by=request.actor, now=database_now())
    except NotReady as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{sequence.name}” is active. Put people in, and it writes to them.")
    return _back(request, sequence)


@require_POST
@member(Permission.OUTREACH_SEND)
def pause(request: MemberRequest, pk: UUID) -> HttpResponse:
    sequence = load(Sequence, pk)
    sequences.pause(sequence=sequence, by=request.actor, now=database_now())
    messages.success(request, f"“{sequence.name}” is paused: nothing of it goes out until you start it again.")
    return _back(request, sequence)


def _people_by_reason(report: sequences.EnrolmentReport) -> list[dict[str, Any]]:
    """For each reason its words, the number, and the first people with their own words."""
    groups = report.by_reason()
    shown = [one.candidate_id for _, _, people in groups for one in people[:SHOWN_OF_EACH_REASON]]
    names = display_names(shown)
    return [
        {
            "label": label,
            "count": len(people),
            "people": [(names.get(p.candidate_id, "?"), p.words) for p in people[:SHOWN_OF_EACH_REASON]],
        }
        for _, label, people in groups
    ]


def _named(report: sequences.EnrolmentReport) -> dict[str, Any]:
    """The first who get it; of those who wait first, or ask for care, each with the words that say why."""
    waiting, careful = report.waiting[:SHOWN_OF_EACH_REASON], report.careful[:SHOWN_OF_EACH_REASON]
    first = report.enrolled[:SHOWN_OF_EACH_REASON]
    names = display_names([*first, *(one.candidate_id for one in (*waiting, *careful))])
    return {
        "names": {pk: names.get(pk, "?") for pk in first},
        "waiting": [(names.get(one.candidate_id, "?"), one.words) for one in waiting],
        "careful": [(names.get(one.candidate_id, "?"), one.words) for one in careful],
    }


def _ungranted(request: MemberRequest, sequence: Sequence, people: list[UUID]) -> list[str]:
    """The colleagues whose own mailbox this would leave from, and who have not let this one send from it."""
    if (box := sequence.mailbox) is not None:  # it was chosen, whoever writes
        who = {box.owner.pk: box.owner} if box.owner else {}
    else:
        who = {member.pk: member for member in senders.of(sequence, people, request.member).values()}
        who |= {sequence.sender.pk: sequence.sender} if sequence.sender else {}
    who |= {member.pk: member for member in senders.of_steps(sequence)}
    missing = send_grants.missing(
        acting=request.member, senders=list(who.values()), plan=sequence, today=timezone.localdate()
    )
    return [member.user.display_name for member in missing]


@member(Permission.OUTREACH_SEND)
def enrol(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Choose a segment and see who would get it; the confirmation is a POST of its own."""
    sequence, form = load(Sequence, pk), EnrolForm(request.GET or None)
    words: dict[str, Any] = {"sequence": sequence, "form": form}
    if form.is_bound and form.is_valid():
        segment: Segment = form.cleaned_data["segment"]
        try:
            ids = sequences.people_of(segment)
            now = database_now()
            report = sequences.check(sequence=sequence, candidate_ids=ids, now=now, acting=request.member)
        except NotReady as error:
            words["problem"] = str(error)
        else:
            words |= {"segment": segment, "report": report, "reasons": _people_by_reason(report), **_named(report)}
            words["ungranted"] = _ungranted(request, sequence, report.enrolled)
    return render(request, "outreach/sequence_enrol.html", words)


@require_POST
@member(Permission.OUTREACH_SEND)
def enrol_segment(request: MemberRequest, pk: UUID, segment: UUID) -> HttpResponse:
    """Do it: the people of the segment now, checked again."""
    sequence = load(Sequence, pk)
    try:
        report = sequences.enrol_segment(
            sequence=sequence, segment=load(Segment, segment), by=request.actor, now=database_now()
        )
    except NotReady as error:
        messages.error(request, str(error))
        return _back(request, sequence)
    people = "1 person is" if len(report.enrolled) == 1 else f"{len(report.enrolled)} people are"
    messages.success(request, f"{people} in, {len(report.excluded)} were left out.")
    return redirect("outreach:sequence-people", request.tenant.slug, sequence.pk)


@member(Permission.OUTREACH_VIEW)
def people(request: MemberRequest, pk: UUID) -> HttpResponse:
    sequence, state = load(Sequence, pk), request.GET.get("state", "")
    rows, following = split(overview.people_of(sequence, state=state, after=after(request)), overview.PAGE)
    counted = sequences.states(sequence)
    words = {
        "sequence": sequence,
        "when": window_words.said(sequence),
        "rows": rows,
        "following": following,
        "state": state,
        "states": [(s.value, s.label, counted[s.value]) for s in EnrolmentState],
    }
    return render(request, "outreach/sequence_people.html", words)


@member(Permission.OUTREACH_VIEW)
def results(request: MemberRequest, pk: UUID) -> HttpResponse:
    sequence = load(Sequence, pk)
    words = {"sequence": sequence, "results": overview.step_results(sequence), "states": sequences.states(sequence)}
    words["judgements"] = variants.of_sequence(sequence, steps.steps_of(sequence))
    words["report"] = hold_out.report(sequence, database_now())
    return render(request, "outreach/sequence_results.html", words)


@require_POST
@member(Permission.OUTREACH_SEND)
def take_out(request: MemberRequest, pk: UUID) -> HttpResponse:
    enrolment = load(overview.enrolments_with_person(), pk)
    sequences.take_out(enrolment=enrolment, by=request.actor, now=database_now())
    messages.success(request, f"{enrolment.candidate.name} gets nothing more from this sequence.")
    return redirect("outreach:sequence-people", request.tenant.slug, enrolment.sequence_id)
