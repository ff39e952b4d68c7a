"""Forms about acts on many people: whom, and what the act must be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from talent.forms.pools import KeysField
from talent.services.bulk import Chosen
from talent.services.bulk_acts import Act, Input
from talent.services.kept_rules import MOST_LETTERS


class TickedForm(forms.Form):
    """Whom an act is for: ticked people, or everybody who matches the list's query."""

    ids = KeysField(required=False)
    all_matching = forms.CharField(required=False, max_length=1)
    query = forms.CharField(required=False, max_length=MOST_LETTERS)

    @property
    def chosen(self) -> Chosen:
        """Nobody, when what was sent names nobody."""
        if not self.is_valid():
            return Chosen()
        if self.cleaned_data["all_matching"]:
            return Chosen(query=self.cleaned_data["query"])
        return Chosen(self.cleaned_data["ids"])


def _field(one: Input) -> forms.Field:
    if one.choices is None:
        attributes = {"autocomplete": "off"} | ({"list": f"known-{one.name}"} if one.suggest else {})
        widget = forms.TextInput(attrs=attributes)
        return forms.CharField(label=one.label, max_length=one.most_letters, widget=widget)
    choices = list(one.choices())
    return forms.ChoiceField(label=one.label, choices=choices, required=all(value for value, _ in choices))


class ActForm(forms.Form):
    """What an act must be told, made of its inputs."""

    def __init__(self, act: Act, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.act = act
        for one in act.inputs:
            self.fields[one.name] = _field(one)

    @property
    def suggested(self) -> list[tuple[str, list[str]]]:
        """(the id of a list, its words) for the inputs that offer known words."""
        return [(f"known-{one.name}", list(one.suggest())) for one in self.act.inputs if one.suggest]
