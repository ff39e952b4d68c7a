"""The form of one cell of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from crm.begun import Begun
from talent.choices import JobSearchStatus, RelationshipState, Seniority
from talent.forms.candidate import NamesField, members
from talent.models import Candidate
from talent.services import inline, tags


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
    "tags": lambda: NamesField(longest=tags.LONGEST),
}


def cell_form(field: str, candidate: Candidate, data: Mapping[str, Any] | None, *, label: str) -> forms.Form:
    """A form with one field, `value`, that begins with what the person has."""
    made = FIELDS[field]()
    look = "select" if isinstance(made, forms.ChoiceField) else "input"
    made.widget.attrs |= {"autofocus": True, "class": look, "aria-label": label}
    said = {"value": inline.value_of(candidate, field)}
    form: forms.Form = type("CellForm", (Begun, forms.Form), {"value": made})(data, initial=said)
    return form
