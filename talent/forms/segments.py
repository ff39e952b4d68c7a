"""The form of a segment."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from crm.begun import Begun
from talent.choices import Placing
from talent.filters import catalogue, sentence, tree
from talent.filters.tree import RuleError
from talent.services import segment_history

EVERYBODY = json.dumps(tree.dump(tree.EVERYBODY))


def read_rule(text: str) -> tree.Node:
    """The tree that a page's JSON text holds; RuleError with sentences for the user."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RuleError([tree.Problem("", "The rule is not valid JSON.")]) from error
    return catalogue.parse(data)


class RuleField(forms.CharField):
    """A rule as JSON. Two that mean the same are the same, however they are written."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _tree_of(initial) != _tree_of(data)

    def in_words(self, value: Any) -> str:
        try:
            return sentence.say(read_rule(str(value)))
        except RuleError:
            return str(value)


def _tree_of(text: Any) -> Any:
    try:
        return tree.dump(catalogue.spelled(read_rule(str(text or ""))))
    except RuleError:
        return text


class PlacingForm(forms.Form):
    """Somebody to keep in a segment, or to leave out of it, and why."""

    candidate = forms.UUIDField()
    placing = forms.ChoiceField(choices=Placing.choices)
    reason = forms.CharField(max_length=300, error_messages={"required": "Say why, so that a colleague understands."})


class DayForm(forms.Form):
    """The day to look back at."""

    on = forms.DateField(label="Day", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not segment_history.FIRST <= day <= segment_history.LAST:
            raise ValidationError(segment_history.OUT_OF_REACH)
        return day


class SegmentForm(Begun, forms.Form):
    """A segment: its name, a description, and its rule as JSON (from the builder, or written by hand)."""

    name = forms.CharField(max_length=120)
    description = forms.CharField(max_length=300, required=False, help_text="What it is for, in a few words.")
    rule = RuleField(widget=forms.HiddenInput, required=False)
    rule_by_hand = RuleField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("rule_by_hand", self.initial.get("rule", ""))

    @property
    def rule_text(self) -> str:
        """The rule as it was sent or saved; what was written by hand (without JavaScript) comes first."""
        return str(self["rule_by_hand"].value() or self["rule"].value() or EVERYBODY)

    @property
    def rule_in_words(self) -> str:
        """The same for the builder: skills by their names."""
        try:
            return json.dumps(tree.dump(catalogue.spelled(read_rule(self.rule_text))))
        except RuleError:
            return self.rule_text

    def clean(self) -> dict[str, object]:
        values: dict[str, object] = super().clean() or {}
        try:
            values["rule"] = tree.dump(read_rule(self.rule_text))
        except RuleError as error:
            raise ValidationError({"rule": [p.said for p in error.problems]}) from error
        values.pop("rule_by_hand", None)
        return values
