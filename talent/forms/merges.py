"""Forms of merging: what stays, and to whom goes what came after."""

from __future__ import annotations

from typing import Any

from django import forms

from talent.forms.pools import KeysField
from talent.services.merges import MERGED, SURVIVOR, decidable

PREFIX = "field."


class DecisionsForm(forms.Form):
    """`field.<name>` says for a field whose value stays."""

    def clean(self) -> dict[str, Any]:
        sent = {name.removeprefix(PREFIX): self.data[name] for name in self.data if name.startswith(PREFIX)}
        if not set(sent) <= set(decidable()) or not set(sent.values()) <= {SURVIVOR, MERGED}:
            raise forms.ValidationError("Choose one of the two values for each field.")
        return {"decisions": sent}


class LaterForm(forms.Form):
    """The rows that go to the record that comes back."""

    to_merged = KeysField(required=False)
