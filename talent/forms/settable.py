"""The form fields of what a plan sets on people."""

from __future__ import annotations

from typing import Any

from django import forms

from talent.forms.cells import FIELDS
from talent.forms.person import field_of
from talent.services.settable import Settable


def value_field(field: Settable) -> forms.Field:
    """The field for the one value that it is set to; never empty."""
    made = field_of(field.definition) if field.definition is not None else FIELDS[field.key]()
    made.label, made.required = "New value", True
    if isinstance(made, forms.ModelChoiceField):
        made.empty_label = "Choose…"
    elif isinstance(made, forms.ChoiceField) and not isinstance(made, forms.MultipleChoiceField):
        known: list[Any] = list(made.choices)  # type: ignore[arg-type]
        made.choices = [("", "Choose…"), *(one for one in known if one[0] != "")]
    return made
