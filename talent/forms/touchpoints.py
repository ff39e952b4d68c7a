"""The form of a contact that leaves no message here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from crm.models import Member
from talent.choices import TouchKind
from talent.forms.candidate import members
from talent.forms.tasks import REACHED
from talent.services.touchpoints import Touch

MOMENT = "%Y-%m-%dT%H:%M"


class TouchpointForm(forms.Form):
    """How somebody was in touch with the person, when, and what came of it."""

    kind = forms.ChoiceField(label="How", choices=TouchKind.choices, initial=TouchKind.CALL)
    reached = forms.TypedChoiceField(
        label="Did you speak with each other?",
        choices=[("yes", "Yes, both sides"), ("no", "No: not reached, or no answer yet")],
        coerce=REACHED.get,
        initial="yes",
        widget=forms.RadioSelect,
    )
    occurred_at = forms.DateTimeField(
        label="When",
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"}),
        help_text="In your own time zone.",
    )
    member: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label="Who", queryset=None, empty_label=None, help_text="Who of the team was in touch."
    )
    note = forms.CharField(
        label="What came of it", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, by: Member) -> None:
        super().__init__(data, initial={"occurred_at": timezone.localtime(), "member": by.pk})
        self.fields["member"].queryset = members()  # type: ignore[attr-defined]

    def touch(self) -> Touch:
        said = self.cleaned_data
        return Touch(said["kind"], said["occurred_at"], said["reached"], said["note"])
