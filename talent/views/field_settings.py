"""Settings: the workspace's own fields about people."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm import answers
from crm.access import load, member
from crm.requests import MemberRequest
from talent.choices import FieldType
from talent.forms.vocabulary import FieldForm, FieldTypeForm, initial_of
from talent.models import FieldDefinition
from talent.services import custom_fields
from talent.services.custom_fields import FieldRefused
from talent.views.skill_settings import MANAGE


def _list(request: MemberRequest) -> str:
    return reverse("talent:settings-fields", args=[request.tenant.slug])


def _marked(form: FieldForm, error: FieldRefused) -> None:
    for name, problem in error.problems.items():
        form.add_error(name if name in form.fields else None, problem)


@member(MANAGE)
def listing(request: MemberRequest) -> HttpResponse:
    """Every custom field, archived ones last."""
    return render(request, "talent/settings_fields.html", {"fields": custom_fields.overview()})


@member(MANAGE)
def new(request: MemberRequest) -> HttpResponse:
    """First what it holds, then the rest."""
    type_ = request.GET.get("type", "")
    if type_ not in FieldType.values:
        return render(request, "talent/settings_field_type.html", {"form": FieldTypeForm()})
    form = FieldForm(request.POST or None, type=type_)
    if request.method == "POST" and form.is_valid():
        try:
            made = custom_fields.create(rules=form.rules(), type=type_, by=request.actor)
        except FieldRefused as error:
            _marked(form, error)
        else:
            return answers.done(request, f"“{made}” is made. It stands on every person now.", to=_list(request))
    words = {"form": form, "type_label": FieldType(type_).label}
    return render(request, "talent/settings_field.html", words, status=422 if form.errors else 200)


@member(MANAGE)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    field = load(FieldDefinition, pk)
    form = FieldForm(request.POST or None, type=field.type, initial=initial_of(field))
    if request.method == "POST" and form.is_valid():
        try:
            custom_fields.change(definition=field, rules=form.rules(), by=request.actor)
        except FieldRefused as error:
            _marked(form, error)
        else:
            return answers.done(request, f"“{field}” is saved.", to=_list(request))
    words = {"form": form, "field_": field, "type_label": field.get_type_display()}
    return render(request, "talent/settings_field.html", words, status=422 if form.errors else 200)


@require_POST
@member(MANAGE)
def archive(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put away; the toast brings it back."""
    field = load(FieldDefinition, pk)
    custom_fields.archive(definition=field, by=request.actor, now=timezone.now())
    undo = reverse("talent:settings-field-restore", args=[request.tenant.slug, pk])
    return answers.done(request, f"“{field}” is archived. What it says is kept.", to=_list(request), undo=undo)


@require_POST
@member(MANAGE)
def restore(request: MemberRequest, pk: UUID) -> HttpResponse:
    field = load(FieldDefinition, pk)
    custom_fields.restore(definition=field, by=request.actor)
    return answers.done(request, f"“{field}” is back.", to=_list(request), events=("crm:changed",))
