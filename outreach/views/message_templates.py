"""Pages of message templates: list, editor with problems and a preview as a real person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.writing import TemplateForm
from outreach.models import MessageTemplate, SequenceStep
from outreach.services import (
    languages,
    merge_tags,
    message_templates,
    overview,
    snippets,
    templates,
    trial_mails,
    worst_cases,
)
from outreach.services.clock import database_now
from outreach.services.overview import NOBODY, NOWHERE, Place, Signer
from talent import tongues
from talent.models import Candidate


def called(request: HttpRequest) -> str:
    """The name that somebody to preview as was asked for by."""
    return (request.POST.get("called") or request.GET.get("called", "")).replace("\x00", "").strip()[:80]


def chosen_person(request: HttpRequest) -> Candidate | None:
    """The person to preview as, from `?as=` or a field of the same name."""
    text = request.POST.get("as") or request.GET.get("as", "")
    try:
        return overview.person(UUID(text)) if text else None
    except ValueError:
        return None


def reading(
    request: MemberRequest,
    subject: str,
    body: str,
    sender: Signer = NOBODY,
    people: QuerySet[Candidate] | None = None,
    template: MessageTemplate | None = None,
    step: SequenceStep | None = None,
    language: str = "",
) -> dict[str, Any]:
    """Problems of a text and how it reads for one person, with the ones before and after among `people`.

    Where it is that of a `template`, in the language that this person gets, else it is in `language`; that of a `step`
    as it goes to them.
    """
    name = called(request)
    found = overview.called(name) if name else None
    before, person, after = overview.neighbours(found or chosen_person(request), people)
    shown: dict[str, Any] = {"problems": templates.check(subject=subject, body=body), "before": before, "after": after}
    shown["snippets"] = snippets.known()
    shown |= {"called": name, "is_called": found is not None}
    if person is not None and template is not None:
        choice = languages.for_person(template, person)
        subject, body, language, shown["in_language"] = choice.subject, choice.body, choice.language, choice.note
    if person is not None:
        place = overview.place_of(step, person, request.tenant) if step else Place(sender)
        place = replace(place, language=language or place.language)
        words: dict[str, Any] = {"subject": subject, "body": body, "candidate": person, "place": place}
        shown["preview"] = overview.preview(tenant=request.tenant, now=database_now(), **words)
    return shown


@member(Permission.OUTREACH_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    """The library, by `?folder=`, `?tag=` and `?q=`."""
    asked = {name: request.GET.get(name, "").replace("\x00", "")[:80] for name in ("folder", "tag", "q")}
    entries = message_templates.in_library(folder=asked["folder"], tag=asked["tag"], words=asked["q"])
    words: dict[str, Any] = {"entries": entries, "asked": asked, "folders": message_templates.folders()}
    words |= {"tags": message_templates.all_tags(), "is_empty": not message_templates.somebody_wrote_one()}
    return render(request, "outreach/template_list.html", words)


def _edit(request: MemberRequest, template: MessageTemplate | None) -> HttpResponse:
    form = TemplateForm(request.POST or None, instance=template, may_lock=_may_lock(request))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "subject", "body")}
        try:
            message_templates.save(
                template=template, author=request.member, by=request.actor, shelf=form.shelf(), **values
            )
        except message_templates.NameTaken as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"“{values['name']}” is saved.")
            return redirect("outreach:template-list", request.tenant.slug)
    subject, body = str(form["subject"].value() or ""), str(form["body"].value() or "")
    words: dict[str, Any] = {"form": form, "template": template, "tags": merge_tags.offered()}
    own = template.language if template else ""
    words |= reading(request, subject, body, overview.signed_by(request.member), language=own)
    words |= _languages(template, words.get("preview"))
    words |= {"worst": worst_cases.among(worst_cases.recent()), "folders": message_templates.folders()}
    words |= {"entry": message_templates.entries([template])[0]} if template else {}
    return render(request, "outreach/template_edit.html", words, status=422 if form.errors else 200)


@member(Permission.OUTREACH_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    return _edit(request, None)


def _may_lock(request: MemberRequest) -> bool:
    return Permission.TENANT_MANAGE in request.member.permissions


def _languages(template: MessageTemplate | None, shown: overview.Preview | None) -> dict[str, Any]:
    """The template's words in other languages, and which the person of the preview gets."""
    if template is None or template._state.adding:
        return {}
    note = languages.for_person(template, shown.candidate).note if shown else ""
    rows = [(row, tongues.name(row.language)) for row in languages.of(template)]
    return {"translations": rows, "language_note": note}


def changeable(request: MemberRequest, pk: UUID) -> MessageTemplate:
    """A template that whoever asks may change; 403 for a locked one."""
    template = load(MessageTemplate.objects.visible(), pk)
    if not message_templates.may_change(template, request.member.permissions):
        raise PermissionDenied(message_templates.LOCKED)
    return template


@member(Permission.OUTREACH_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The editor; of a company template, for whoever is no administrator, its words to read and to copy."""
    template = load(MessageTemplate.objects.visible(), pk)
    if request.method == "GET" and not message_templates.may_change(template, request.member.permissions):
        words = {"template": template, "entry": message_templates.entries([template])[0]}
        words |= reading(
            request, template.subject, template.body, overview.signed_by(request.member), template=template
        )
        return render(request, "outreach/template_locked.html", words)
    return _edit(request, changeable(request, pk))


@require_POST
@member(Permission.OUTREACH_EDIT)
def copy(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A copy to change; its editor opens."""
    template = load(MessageTemplate.objects.visible(), pk)
    made = message_templates.copy(template=template, by=request.actor, author=request.member)
    messages.success(request, f"“{made.name}” is yours to change.")
    return redirect("outreach:template-edit", request.tenant.slug, made.pk)


def template_named(key: str) -> MessageTemplate | None:
    """The template that a form or an address has chosen; None for words of its own."""
    try:
        return MessageTemplate.objects.visible().filter(pk=UUID(key)).first() if key else None
    except ValueError:
        return None


@require_POST
@member(Permission.OUTREACH_VIEW)
def preview(request: MemberRequest) -> HttpResponse:
    """What the editor shows while one writes; stores nothing."""
    template = template_named(request.POST.get("template", ""))
    subject = template.subject if template else request.POST.get("subject", "")
    body = template.body if template else request.POST.get("body", "")
    words = reading(request, subject, body, overview.signed_by(request.member), template=template)
    return render(request, "outreach/template_edit.html#preview", words)


@require_POST
@member(Permission.OUTREACH_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    template = changeable(request, pk)
    try:
        message_templates.delete(template=template, by=request.actor)
    except message_templates.InUse as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{template.name}” is deleted.")
    return redirect("outreach:template-list", request.tenant.slug)


@require_POST
@member(Permission.OUTREACH_EDIT)
def trial(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Send it to oneself, as the person of the preview gets it."""
    template = load(MessageTemplate.objects.visible(), pk)
    place = Place(overview.signed_by(request.member), language=template.language)
    send_trial(request, template.subject, template.body, place)
    return redirect("outreach:template-edit", request.tenant.slug, template.pk)


def send_trial(
    request: MemberRequest, subject: str, body: str, place: Place = NOWHERE, step: SequenceStep | None = None
) -> None:
    """A trial of a text to whoever asks, and a word about it on the next page."""
    person = overview.neighbours(chosen_person(request))[1]
    if person is None:
        messages.error(request, "Add a candidate first: a trial is written to somebody real.")
        return
    place = overview.place_of(step, person, request.tenant) if step else place
    mail = trial_mails.TrialMail(subject, body, person, place)
    now, to = database_now(), request.member
    try:
        address = trial_mails.send(mail=mail, tenant=request.tenant, to=to, by=request.actor, now=now)
    except trial_mails.NotSent as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"A trial is on its way to {address}, as {person.name} would get it.")
