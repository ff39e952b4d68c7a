"""The form that publishes a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

STAY, MOVE = "stay", "move"


class PublishForm(forms.Form):
    """For whom the new version is."""

    people = forms.ChoiceField(
        label=_("People under way"),
        choices=[
            (STAY, _("They stay on their version to its end")),
            (MOVE, _("They are moved: their next step comes when it was due, in the new words")),
        ],
        initial=STAY,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Why, for the history"), max_length=300, required=False)

    def values(self) -> dict[str, Any]:
        return {"move": self.cleaned_data["people"] == MOVE, "note": self.cleaned_data["note"]}
