"""Pages of a template's words in other languages."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.writing import TranslationForm
from outreach.models import MessageTemplate, TemplateTranslation
from outreach.services import languages, merge_tags, overview
from outreach.views.message_templates import changeable, reading
from talent import tongues


def _back(request: MemberRequest, template: MessageTemplate) -> HttpResponse:
    return redirect("outreach:template-edit", request.tenant.slug, template.pk)


def _edit(request: MemberRequest, template: MessageTemplate, row: TemplateTranslation) -> HttpResponse:
    form = TranslationForm(request.POST or None, instance=row)
    if not row._state.adding:
        del form.fields["language"]
    if request.method == "POST" and form.is_valid():
        said = {"language": row.language, **form.cleaned_data}
        try:
            languages.put(template=template, by=request.actor, **said)
        except languages.NotALanguage as error:
            form.add_error("language", str(error))
        else:
            messages.success(request, f"Saved: whoever reads {tongues.name(said['language'])} gets these words.")
            return _back(request, template)
    subject, body = str(form["subject"].value() or ""), str(form["body"].value() or "")
    words = {"form": form, "template": template, "translation": row, "tags": merge_tags.offered()}
    words |= {"language": tongues.name(row.language)}
    words |= reading(request, subject, body, overview.signed_by(request.member), language=row.language)
    return render(request, "outreach/translation_edit.html", words, status=422 if form.errors else 200)


@member(Permission.OUTREACH_EDIT)
def new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Words in one more language, beginning with the template's own."""
    template = changeable(request, pk)
    return _edit(request, template, TemplateTranslation(subject=template.subject, body=template.body))


@member(Permission.OUTREACH_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    row = load(TemplateTranslation.objects.select_related("template"), pk)
    return _edit(request, changeable(request, row.template_id), row)


@require_POST
@member(Permission.OUTREACH_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    row = load(TemplateTranslation.objects.select_related("template"), pk)
    template = changeable(request, row.template_id)
    languages.drop(translation=row, by=request.actor)
    messages.success(request, f"Whoever reads {tongues.name(row.language)} gets the template's own words again.")
    return _back(request, template)
