"""Forms about tasks."""

from __future__ import annotations

from typing import Any

from django import forms

from crm.begun import Begun
from crm.models import Member
from talent.choices import TouchKind
from talent.forms.candidate import members
from talent.forms.pools import KeysField
from talent.services.tasks import DUE, SHOWS

SNOOZES = ((1, "Tomorrow"), (3, "In 3 days"), (7, "In a week"), (30, "In a month"))


class TaskForm(Begun, forms.Form):
    """What to do, who does it, and until when."""

    title = forms.CharField(max_length=200, label="What is to be done?")
    touch_kind = forms.ChoiceField(
        choices=[("", "Neither call nor message"), *TouchKind.choices],
        required=False,
        label="Contact",
        help_text="Done, it counts as a contact with the person.",
    )
    assignee: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        queryset=None, required=False, label="Who", empty_label="Nobody yet"
    )
    due_on = forms.DateField(
        required=False,
        label="Due",
        validators=[*DUE],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    due_time = forms.TimeField(
        required=False,
        label="Time",
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text="In your own time zone. Empty: any time of that day.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = members()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("due_time") and not said.get("due_on"):
            self.add_error("due_on", "A time needs its day.")
        return said


class SnoozeForm(forms.Form):
    """For how many days to put off."""

    days = forms.TypedChoiceField(choices=SNOOZES, coerce=int)


REACHED = {"yes": True, "no": False}


class TickedTasksForm(forms.Form):
    """Tasks that are done together: ticked ones, or with `everything` all that the list shows.

    `reached` says of calls and meetings whether both sides spoke; empty: nobody said.
    """

    ids = KeysField(required=False)
    everything = forms.BooleanField(required=False)
    show = forms.ChoiceField(choices=[(one, one) for one in SHOWS], required=False)
    about = forms.UUIDField(required=False)
    reached = forms.TypedChoiceField(
        choices=[("", ""), *((one, one) for one in REACHED)], coerce=REACHED.get, required=False, empty_value=None
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("ids") and not said.get("everything"):
            self.add_error("ids", "Choose the tasks that are done.")
        return said
