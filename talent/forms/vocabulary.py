"""Forms about the words of a workspace: skills, tags, private labels, custom fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from crm.begun import Begun
from crm.permissions import Role
from crm.unseen import one_line
from talent.choices import FieldType, SkillKind
from talent.identity import skill_key
from talent.models import FieldDefinition, Skill, Tag
from talent.services import skills
from talent.services.custom_fields import NAMES, Rules


class SkillField(forms.CharField):
    """A skill by any of its names."""

    def clean(self, value: Any) -> Skill | None:
        name = str(super().clean(value)).strip()
        if not name:
            return None
        found = skills.known([skill_key(name)]).get(skill_key(name))
        if found is None:
            raise ValidationError(f"There is no skill called “{name[:60]}”.")
        return found


class NewSkillForm(forms.Form):
    """A skill to make."""

    name = forms.CharField(max_length=80, label="Name")
    kind = forms.ChoiceField(choices=SkillKind.choices, label="Kind", required=False)

    def clean_kind(self) -> str:
        return str(self.cleaned_data["kind"] or SkillKind.TECHNICAL)


class SkillForm(forms.Form):
    """What a skill is."""

    kind = forms.ChoiceField(
        choices=SkillKind.choices, label="Kind", help_text="Languages are measured from A1 to native, others by level."
    )
    parent = SkillField(
        max_length=80, required=False, label="Part of", help_text="A wider skill: “React” is part of “JavaScript”."
    )


class NameForm(forms.Form):
    """A name to call something by."""

    name = forms.CharField(max_length=80, label="Name")


class SkillMergeForm(forms.Form):
    """The skill that another one is merged into."""

    into = SkillField(max_length=80, label="Merge into")


class TagMergeForm(forms.Form):
    """The tag that another one is merged into."""

    into: forms.ModelChoiceField[Tag] = forms.ModelChoiceField(
        queryset=None, to_field_name="name", label="Merge into", widget=forms.TextInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Tag.objects.all()  # type: ignore[attr-defined]
        self.fields["into"].error_messages["invalid_choice"] = "There is no such tag."


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [one_line(line) for line in str(super().clean(value)).splitlines()]
        found = list({line.casefold(): line for line in lines if line}.values())
        if long := next((line for line in found if len(line) > 80), ""):
            raise ValidationError(f"“{long[:30]}…” is too long; 80 letters are the most.")
        return found


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"


# What the form asks beyond the name, by type.
ASKED: dict[str, tuple[str, ...]] = {
    FieldType.TEXT: ("pattern",),
    FieldType.NUMBER: ("minimum", "maximum"),
    FieldType.DATE: ("earliest", "latest"),
    FieldType.CHOICE: ("choices",),
    FieldType.CHOICES: ("choices",),
}


class FieldTypeForm(forms.Form):
    """What a new custom field holds; it never changes afterwards."""

    type = forms.ChoiceField(choices=FieldType.choices, label="What does it hold?", widget=forms.RadioSelect)


class FieldForm(Begun, forms.Form):
    """What a custom field is called, asks and allows, and for whom."""

    name = forms.CharField(max_length=60, label="Name")
    help_text = forms.CharField(max_length=200, required=False, label="Help", help_text="Shown below the field.")
    is_required = forms.BooleanField(required=False, label="Must be filled in when a person is edited")
    minimum = forms.DecimalField(max_digits=20, decimal_places=6, required=False, label="The least")
    maximum = forms.DecimalField(max_digits=20, decimal_places=6, required=False, label="The most")
    earliest = forms.DateField(required=False, label="The earliest", widget=DateInput)
    latest = forms.DateField(required=False, label="The latest", widget=DateInput)
    pattern = forms.CharField(
        max_length=200, required=False, label="Form", help_text="AA-9999: A is a letter, 9 a digit, * either."
    )
    choices = LinesField(required=False, label="Choices", help_text="One a line.")
    view_roles = forms.MultipleChoiceField(
        choices=Role.choices,
        required=False,
        label="Who sees it",
        help_text="Nobody ticked: everybody. What only some see is not searched, filtered by or mailed.",
        widget=forms.CheckboxSelectMultiple,
    )
    edit_roles = forms.MultipleChoiceField(
        choices=Role.choices,
        required=False,
        label="Who changes it",
        help_text="Nobody ticked: everybody who sees it and may edit people.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, type: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = ASKED.get(type, ())
        for name in {name for names in ASKED.values() for name in names} - set(asked):
            del self.fields[name]

    def rules(self) -> Rules:
        """What the form says, for the service."""
        return Rules(**{name: value for name, value in self.cleaned_data.items() if name in NAMES})


def initial_of(definition: FieldDefinition) -> dict[str, Any]:
    """A field as its form shows it."""
    return {name: getattr(definition, name) for name in NAMES}
