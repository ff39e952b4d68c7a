"""What people told us: facts, and how they like to be contacted, as forms."""

from __future__ import annotations

from typing import Any

from django import forms

from crm.begun import Begun
from talent.choices import Address, Channel, FactKind
from talent.services.preferences import Wishes

WEEKDAYS = [(1, "Mon"), (2, "Tue"), (3, "Wed"), (4, "Thu"), (5, "Fri"), (6, "Sat"), (7, "Sun")]
DAY = {"type": "date"}


class FactForm(forms.Form):
    """One short statement."""

    text = forms.CharField(label="What did they say?", max_length=280)
    kind = forms.ChoiceField(label="Kind", choices=FactKind.choices, initial=FactKind.FACT)
    stated_on = forms.DateField(label="Said on", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY))
    valid_until = forms.DateField(
        label="Holds until", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY)
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begin, end = said.get("stated_on"), said.get("valid_until")
        if begin and end and end < begin:
            self.add_error("valid_until", "This lies before the day it was said.")
        return said


class WishesForm(Begun, forms.Form):
    """How somebody likes to be contacted; what is left empty they did not say."""

    channel = forms.ChoiceField(label="Best reached by", choices=[("", "Not said"), *Channel.choices], required=False)
    hours_from = forms.TimeField(label="Not before", required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    hours_until = forms.TimeField(label="Not after", required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    weekdays = forms.TypedMultipleChoiceField(
        label="On", choices=WEEKDAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    language = forms.RegexField(
        r"^[a-z]{2}$",
        label="Language",
        required=False,
        error_messages={"invalid": "Write the two letters of the language, such as de or fr."},
        help_text="Two letters, such as en, de, fr.",
    )
    address = forms.ChoiceField(label="Form of address", choices=[("", "Not said"), *Address.choices], required=False)
    pronouns = forms.CharField(label="Pronouns", max_length=40, required=False)
    paused_until = forms.DateField(
        label="Nothing before", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY)
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begin, end = said.get("hours_from"), said.get("hours_until")
        if bool(begin) != bool(end):
            self.add_error("hours_until", "Give both hours, or none.")
        elif begin and end and end <= begin:
            self.add_error("hours_until", "This is not after the first hour.")
        return said

    def wishes(self) -> Wishes:
        said = self.cleaned_data
        return Wishes(**{**said, "weekdays": tuple(said["weekdays"])})


class PauseForm(forms.Form):
    """Until when nothing is begun with somebody."""

    until = forms.DateField(
        label="Nothing before",
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY),
        help_text="From that day on their sequences go on where they stopped.",
        error_messages={"required": "Choose a day to come."},
    )
