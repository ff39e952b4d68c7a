"""Forms about recruiting events and who comes to them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from crm.begun import Begun
from crm.choices import time_zones
from crm.unseen import one_line
from talent.choices_events import AttendanceState
from talent.forms.candidate import members
from talent.forms.pools import KeysField
from talent.forms.touchpoints import MOMENT
from talent.identity import NotAContactPoint
from talent.models import RecruitingEvent
from talent.services import check_in, recruiting_events

SAME_ZONE = "By the clock of the place."


class WallClock(forms.DateTimeField):
    """A day and a time as a clock on the wall shows them: in which zone is said beside it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"})
        super().__init__(input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"], widget=widget, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):  # a clock without gaps
            found = super().to_python(value)
        return found.replace(tzinfo=None) if found else None


def moment(shown: datetime, zone: str) -> datetime:
    """The moment at which a clock of that zone shows this. Raises ValidationError where it never does."""
    if not recruiting_events.EARLIEST.year <= shown.year < recruiting_events.LATEST.year:
        raise ValidationError(recruiting_events.OUT_OF_REACH)
    found = shown.replace(tzinfo=ZoneInfo(zone))
    if found.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != shown:
        raise ValidationError("The clock leaves this time out: it is put forward in that night.")
    return found


class EventForm(Begun, forms.ModelForm):
    """A recruiting event."""

    starts_at = WallClock(label="Begins", help_text=SAME_ZONE)
    ends_at = WallClock(label="Ends", help_text=SAME_ZONE)
    time_zone = forms.ChoiceField(choices=time_zones)
    link = forms.URLField(
        label="Link to join",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="For those who join online. Begins with https://.",
    )

    class Meta:
        model = RecruitingEvent
        fields = (
            *("name", "kind", "state", "starts_at", "ends_at", "time_zone", "place", "link", "capacity", "is_public"),
            *("has_waiting_list", "reminds", "owner", "description"),
        )
        labels = {"is_public": "People may register themselves, on a page of the portal"}
        help_texts = {
            "is_public": "As long as it is open for registration. Only the name, the hours, the place and the "
            "description are shown there; the link to join is not.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = members()  # type: ignore[attr-defined]
        if not self.instance._state.adding:
            self.initial["starts_at"] = self.instance.local_start
            self.initial["ends_at"] = self.instance.local_end
            self._keep_the_zone()

    def _keep_the_zone(self) -> None:
        """One that was set by a machine may not be among those that people look for."""
        zone, field = self.instance.time_zone, self.fields["time_zone"]
        if zone not in dict(time_zones()):
            field.choices = [(zone, zone), *time_zones()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        zone = said.get("time_zone")
        for name in ("starts_at", "ends_at"):
            shown = said.pop(name, None)
            if zone and shown:
                try:
                    said[name] = moment(shown, zone)
                except ValidationError as error:
                    self.add_error(name, error)
        if {"starts_at", "ends_at"} <= said.keys():
            wrong = recruiting_events.wrong_times(said["starts_at"], said["ends_at"])
            self.add_error("ends_at", wrong) if wrong else None
        return said


class GuestsForm(forms.Form):
    """People for the list of an event, chosen by name."""

    people = KeysField(label="People")
    has_come = forms.BooleanField(required=False, label="They are here already")


class MarkForm(forms.Form):
    """Whether somebody came."""

    state = forms.ChoiceField(choices=AttendanceState.choices)


class WalkInForm(forms.Form):
    """Somebody who came without being on the list, and what they said yes to."""

    name = forms.CharField(max_length=200, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    reach = forms.CharField(
        max_length=320,
        label="E-mail address or profile link",
        widget=forms.TextInput(attrs={"inputmode": "email", "autocapitalize": "off", "autocomplete": "off"}),
    )
    agreed_to = forms.MultipleChoiceField(
        label="They said yes to", required=False, widget=forms.CheckboxSelectMultiple, choices=check_in.asked_for
    )

    def clean_name(self) -> str:
        if name := one_line(str(self.cleaned_data["name"])):
            return name
        raise ValidationError("Write the name.")

    def clean_reach(self) -> str:
        text = self.cleaned_data["reach"]
        try:
            return check_in.reached_by(text).value
        except NotAContactPoint as error:
            raise ValidationError(str(error)) from error
