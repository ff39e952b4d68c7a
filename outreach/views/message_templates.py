"""Pages of message templates: list, editor with problems and a preview as a real person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.writing import TemplateForm
from outreach.models import MessageTemplate
from outreach.services import merge_tags, message_templates, overview, templates
from talent.models import Candidate


def chosen_person(request: HttpRequest) -> Candidate | None:
    """The person to preview as, from `?as=` or a field of the same name."""
    text = request.POST.get("as") or request.GET.get("as", "")
    try:
        return overview.person(UUID(text)) if text else None
    except ValueError:
        return None


def reading(
    request: MemberRequest, subject: str, body: str, sender: str = "", people: QuerySet[Candidate] | None = None
) -> dict[str, Any]:
    """Problems of a text and how it reads for one person, with the ones before and after among `people`."""
    before, person, after = overview.neighbours(chosen_person(request), people)
    shown: dict[str, Any] = {"problems": templates.check(subject=subject, body=body), "before": before, "after": after}
    if person is not None:
        shown["preview"] = overview.preview(
            tenant=request.tenant, subject=subject, body=body, candidate=person, sender=sender
        )
    return shown


@member(Permission.OUTREACH_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    return render(request, "outreach/template_list.html", {"templates": overview.template_rows()})


def _edit(request: MemberRequest, template: MessageTemplate | None) -> HttpResponse:
    form = TemplateForm(request.POST or None, instance=template)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "subject", "body")}
        try:
            message_templates.save(template=template, author=request.member, by=request.actor, **values)
        except message_templates.NameTaken as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"“{values['name']}” is saved.")
            return redirect("outreach:template-list", request.tenant.slug)
    subject, body = str(form["subject"].value() or ""), str(form["body"].value() or "")
    words = {"form": form, "template": template, "tags": merge_tags.REGISTRY.values()}
    words |= reading(request, subject, body, request.member.user.display_name)
    return render(request, "outreach/template_edit.html", words, status=422 if form.errors else 200)


@member(Permission.OUTREACH_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    return _edit(request, None)


@member(Permission.OUTREACH_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _edit(request, load(MessageTemplate, pk))


def template_named(key: str) -> MessageTemplate | None:
    """The template that a form or an address has chosen; None for words of its own."""
    try:
        return MessageTemplate.objects.filter(pk=UUID(key)).first() if key else None
    except ValueError:
        return None


@require_POST
@member(Permission.OUTREACH_VIEW)
def preview(request: MemberRequest) -> HttpResponse:
    """What the editor shows while one writes; stores nothing."""
    template = template_named(request.POST.get("template", ""))
    subject = template.subject if template else request.POST.get("subject", "")
    body = template.body if template else request.POST.get("body", "")
    words = reading(request, subject, body, request.member.user.display_name)
    return render(request, "outreach/template_edit.html#preview", words)


@require_POST
@member(Permission.OUTREACH_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    template = load(MessageTemplate, pk)
    try:
        message_templates.delete(template=template, by=request.actor)
    except message_templates.InUse as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{template.name}” is deleted.")
    return redirect("outreach:template-list", request.tenant.slug)
