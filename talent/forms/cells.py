"""The form of one cell of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from crm.begun import Begun
from crm.unseen import one_line
from talent.choices import JobSearchStatus, RelationshipState, Seniority
from talent.forms.candidate import members
from talent.models import Candidate
from talent.services import inline

LONGEST_TAG = 60


class TagsText(forms.CharField):
    """Names of tags with commas between."""

    def clean(self, value: Any) -> list[str]:
        names = [one_line(name) for name in str(super().clean(value)).split(",")]
        if longest := next((n for n in names if len(n) > LONGEST_TAG), ""):
            raise ValidationError(f"“{longest[:20]}…” is too long: a tag has {LONGEST_TAG} letters at most.")
        return [name for name in names if name]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


def _text() -> forms.Field:
    return forms.CharField(max_length=200, required=False)


def _seniority() -> forms.Field:
    choices = [("", "Read it from the title"), *Seniority.choices]
    return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, required=False)


def _owner() -> forms.Field:
    return forms.ModelChoiceField(queryset=members(), required=False, empty_label="Nobody")


FIELDS: dict[str, Callable[[], forms.Field]] = {
    "current_title": _text,
    "current_company": _text,
    "state": lambda: forms.ChoiceField(choices=RelationshipState.choices),
    "job_search": lambda: forms.ChoiceField(choices=[("", "Unknown"), *JobSearchStatus.choices], required=False),
    "seniority": _seniority,
    "owner": _owner,
    "tags": lambda: TagsText(max_length=2000, required=False),
}


def cell_form(field: str, candidate: Candidate, data: Mapping[str, Any] | None, *, label: str) -> forms.Form:
    """A form with one field, `value`, that begins with what the person has."""
    made = FIELDS[field]()
    look = "select" if isinstance(made, forms.ChoiceField) else "input"
    made.widget.attrs |= {"autofocus": True, "class": look, "aria-label": label}
    said = {"value": inline.value_of(candidate, field)}
    form: forms.Form = type("CellForm", (Begun, forms.Form), {"value": made})(data, initial=said)
    return form
