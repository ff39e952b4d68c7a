"""Forms about what describes one person: custom fields, skills in detail, addresses, documents, a photo, sources."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from crm.begun import Begun
from talent import identity
from talent.choices import DocumentKind, FieldType, LanguageLevel, PointUse, SkillKind, SkillLevel
from talent.forms.candidate import NamesField
from talent.identity import NotAContactPoint
from talent.models import CandidateSkill, ContactPoint, FieldDefinition
from talent.services import custom_fields, field_values
from talent.services.claims import Measure
from talent.services.field_values import BadValues

DAY = {"type": "date"}
UNKNOWN = ("", "–")


def field_of(definition: FieldDefinition) -> forms.Field:
    """The form field of a custom one; the service checks what is sent."""
    common: dict[str, Any] = {"label": definition.name, "required": False, "help_text": definition.help_text}
    named = [(choice, choice) for choice in definition.choices]
    match definition.type:
        case FieldType.DATE:
            return forms.CharField(widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY), **common)
        case FieldType.BOOLEAN:
            return forms.ChoiceField(choices=[UNKNOWN, ("yes", "Yes"), ("no", "No")], **common)
        case FieldType.CHOICE:
            return forms.ChoiceField(choices=[UNKNOWN, *named], **common)
        case FieldType.CHOICES:
            return forms.MultipleChoiceField(choices=named, widget=forms.CheckboxSelectMultiple, **common)
        case FieldType.NUMBER:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common)
        case _:
            return forms.CharField(max_length=500, **common)


def shown(value: object) -> object:
    """A kept value as its form field shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class CustomForm(Begun, forms.Form):
    """The workspace's own fields that a role may change."""

    def __init__(self, data: Any = None, *, role: str, values: dict[str, Any]) -> None:
        super().__init__(data, prefix="custom", initial={key: shown(value) for key, value in values.items()})
        self.role = role
        for definition in custom_fields.definitions(role):
            if definition.may_be_edited(role):
                self.fields[definition.key] = field_of(definition)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        try:
            field_values.check({key: value for key, value in said.items() if key not in self.errors}, self.role)
        except BadValues as error:
            for key, problem in error.problems.items():
                self.add_error(key, problem)
        return said


class MeasureForm(Begun, forms.Form):
    """How well somebody does one thing."""

    level = forms.TypedChoiceField(choices=[UNKNOWN], coerce=int, empty_value=None, required=False, label="How well")
    years = forms.FloatField(min_value=0, max_value=80, required=False, label="Years")
    evidence = forms.CharField(
        max_length=300, required=False, label="What it rests on", help_text="A project, a certificate, their words."
    )

    def __init__(self, data: Any = None, *, claim: CandidateSkill) -> None:
        self.is_language = claim.skill.kind == SkillKind.LANGUAGE
        now = claim.cefr if self.is_language else claim.level
        super().__init__(data, initial={"level": now, "years": claim.years, "evidence": claim.evidence})
        scale = LanguageLevel.choices if self.is_language else SkillLevel.choices
        self.fields["level"].choices = [UNKNOWN, *scale]  # type: ignore[attr-defined]

    def measure(self) -> Measure:
        said = self.cleaned_data
        if self.is_language:
            return Measure(cefr=said["level"], years=said["years"])
        return Measure(level=said["level"], years=said["years"])


class PointForm(Begun, forms.Form):
    """A contact point to correct."""

    value = forms.CharField(max_length=320, label="Address, number or link")
    use = forms.ChoiceField(choices=[("", "Not known"), *PointUse.choices], required=False, label="Where")

    def __init__(self, data: Any = None, *, point: ContactPoint) -> None:
        super().__init__(data, initial={"value": point.value, "use": point.use})
        self.point = point

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "value" in said:
            try:
                said["point"] = identity.contact_point(self.point.kind, said["value"], self.point.candidate.country)
            except NotAContactPoint as error:
                self.add_error("value", str(error))
        return said


class UploadForm(forms.Form):
    """A file from the person's own machine."""

    file = forms.FileField(label="File")


class DocumentForm(UploadForm):
    """A document about a person."""

    kind = forms.ChoiceField(choices=DocumentKind.choices, label="What is it?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "document_%s"} | kwargs)


class SourceForm(forms.Form):
    """One more way by which somebody came to us."""

    name = forms.CharField(max_length=80, label="Source", help_text="An event, a form, a colleague.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "source_%s"} | kwargs)


class LabelsForm(forms.Form):
    """The member's private labels on a person."""

    labels = NamesField(longest=40, label="My labels")
