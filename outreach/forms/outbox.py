"""Forms of the outbox and the review queue."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.services import outbox


class WordsForm(forms.Form):
    """The words of one mail, for one person."""

    subject = forms.CharField(label=_("Subject"), max_length=300, required=False)
    body = forms.CharField(
        label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "true"})
    )

    def clean(self) -> None:
        if problem := outbox.unfilled(self.cleaned_data.get("subject", ""), self.cleaned_data.get("body", "")):
            self.add_error("body", problem)

    def words(self) -> tuple[str, str]:
        return self.cleaned_data["subject"], self.cleaned_data["body"]


class MoveForm(forms.Form):
    """Another moment, by the clock of whoever asks."""

    to = forms.DateTimeField(
        label=_("Send it on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
