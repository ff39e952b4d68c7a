"""Forms of the hub."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from crm.models import Member
from inbox.choices import WRITTEN_BY
from inbox.services import classes, meanwhile
from inbox.services.meetings import Booking
from inbox.services.writing import Letter
from talent.forms.candidate import members
from talent.models import Candidate

MOMENT = "%Y-%m-%dT%H:%M"  # as `datetime-local` has it


def _now() -> float:
    return timezone.now().timestamp()


class ReplyForm(forms.Form):
    """An answer. The hidden key makes sending it twice harmless; `began` is when the page was shown."""

    request_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    began = forms.FloatField(initial=_now, required=False, min_value=0, max_value=2**32, widget=forms.HiddenInput)
    text = forms.CharField(
        label="Your answer",
        max_length=50000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write something first."},
    )

    def letter(self) -> Letter:
        values = self.cleaned_data
        return Letter(values["request_id"], values["text"], values.get("subject", ""))

    def may_go(self, candidate: Candidate, sender: Member) -> bool:
        """Not while something was written that its writer has not seen: then it says so, and is asked once."""
        began = self.cleaned_data.get("began")
        since = datetime.fromtimestamp(began, UTC) if began else None
        said = meanwhile.said(candidate=candidate, since=since, sender=sender) if since else ""
        if said:
            seen: Any = self.data.copy()  # type: ignore[attr-defined] # what was sent
            seen["began"] = _now()
            self.data = seen
            self.add_error(None, said)
        return not said


class LetterForm(ReplyForm):
    """A first mail to a person."""

    subject = forms.CharField(max_length=200)
    field_order = ["request_id", "began", "subject", "text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "Text"


class ClassForm(forms.Form):
    """What an answer means; or, with `kind` alone, whether a person wrote it."""

    reply_class = forms.ChoiceField(label="What it means", choices=[("", "Not clear"), *classes.SAID], required=False)
    kind = forms.ChoiceField(label="Who wrote it", choices=[("", "As it is"), *WRITTEN_BY], required=False)


class MeetingForm(forms.Form):
    """A meeting that somebody arranged."""

    starts_at = forms.DateTimeField(
        label="When",
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"}),
        help_text="In your own time zone.",
    )
    minutes = forms.IntegerField(label="Minutes", min_value=5, max_value=24 * 60, initial=30)
    member: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label="Who meets them", queryset=None, empty_label=None
    )
    title = forms.CharField(label="What it is about", max_length=200, required=False)

    def __init__(self, data: Any = None, *, by: Member) -> None:
        super().__init__(data, initial={"member": by.pk})
        self.fields["member"].queryset = members()  # type: ignore[attr-defined]

    def booking(self) -> Booking:
        said = self.cleaned_data
        ends_at = said["starts_at"] + timedelta(minutes=said["minutes"])
        return Booking(said["starts_at"], ends_at, said["title"], said["member"], by_candidate=False)


class AssignForm(forms.Form):
    """Whose mail it is."""

    candidate = forms.UUIDField(error_messages={"required": "Choose a person.", "invalid": "Choose a person."})
    remember_address = forms.BooleanField(
        required=False, initial=True, label="Remember this address as theirs", help_text="Their next mail finds them."
    )

    def clean_candidate(self) -> Candidate:
        person = Candidate.objects.filter(pk=self.cleaned_data["candidate"]).first()
        if person is None:
            raise forms.ValidationError("This person is no longer here.")
        return person


class NewPersonForm(forms.Form):
    """A name for the sender."""

    name = forms.CharField(max_length=200)


class PlayedReplyForm(forms.Form):
    """What the candidate answers."""

    text = forms.CharField(
        label="Their answer",
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what they answer."},
    )


class AbsenceForm(forms.Form):
    """Until when the candidate is away."""

    returns_on = forms.DateField(label="Back on", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_returns_on(self) -> date:
        day: date = self.cleaned_data["returns_on"]
        if day <= self.today:
            raise forms.ValidationError("Choose a day to come.")
        return day
