"""Consent, bans, exceptions and what is off limits, as forms."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from crm.begun import Begun
from talent.choices import (
    BanReason,
    BanScope,
    Channel,
    ConsentOrigin,
    ConsentPurpose,
    ConsentState,
    LawfulBasis,
    OffLimitsKind,
    OffLimitsStrength,
)
from talent.models import ConsentWording, OffLimitsCompany
from talent.services.consents import Said
from talent.services.contact import Reach
from talent.services.off_limits import Rules

DAY = {"type": "date"}
HEARD = (
    ConsentOrigin.SPOKEN,
    ConsentOrigin.REPLY,
    ConsentOrigin.FORM,
    ConsentOrigin.PAPER,
    ConsentOrigin.EVENT,
    ConsentOrigin.IMPORT,
)
LANGUAGES = (("en", "English"), ("de", "German"), ("fr", "French"), ("es", "Spanish"), ("it", "Italian"))
MORE_LANGUAGES = (("nl", "Dutch"), ("pl", "Polish"), ("pt", "Portuguese"), ("sv", "Swedish"))


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY), **more)


def end_of(day: date | None) -> datetime | None:
    """The last moment of a day, where the reader is."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None


def _some_time_of(day: date, now: datetime) -> datetime:
    """A moment of a day: now, when it is today."""
    return now if day == timezone.localdate(now) else timezone.make_aware(datetime.combine(day, time(12)))


class ConsentForm(forms.Form):
    """What a person said of one purpose."""

    STATES = (
        (ConsentState.GIVEN, "They agree"),
        (ConsentState.WITHDRAWN, "They take it back"),
        (ConsentState.REFUSED, "They were asked, and said no"),
    )
    purpose = forms.ChoiceField(label="What for?", choices=ConsentPurpose.choices)
    channel = forms.ChoiceField(label="By", choices=[("all", "Every way"), *Channel.choices], initial="all")
    state = forms.ChoiceField(
        label="What did they say?", choices=STATES, widget=forms.RadioSelect, initial=ConsentState.GIVEN
    )
    origin = forms.ChoiceField(
        label="How did it reach us?", choices=[(o.value, o.label) for o in HEARD], initial=ConsentOrigin.SPOKEN
    )
    wording: forms.ModelChoiceField[ConsentWording] = forms.ModelChoiceField(
        label="Which words were they shown?", queryset=None, required=False, empty_label="None: in their own words"
    )
    evidence = forms.CharField(
        label="Where is the proof?", max_length=300, help_text="On the phone, 3 March. Signed sheet, folder 12."
    )
    said_on = _day("Said on")
    expires_on = _day("Holds until", required=False, help_text="Empty: as the purpose has it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wording"].queryset = ConsentWording.objects.all()  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial.setdefault("said_on", timezone.localdate())

    def clean_said_on(self) -> date:
        day: date = self.cleaned_data["said_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("This day lies in the future.")
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        wording, ends = said.get("wording"), said.get("expires_on")
        if wording is not None and wording.purpose != said.get("purpose"):
            self.add_error("wording", "These words are about another purpose.")
        if ends and said.get("said_on") and ends < said["said_on"]:
            self.add_error("expires_on", "A consent cannot end before it was given.")
        return said

    def said(self) -> Said:
        known = self.cleaned_data
        shared = {name: known[name] for name in ("purpose", "state", "origin", "evidence", "wording")}
        channel = "" if known["channel"] == "all" else known["channel"]
        return Said(**shared, channel=channel, expires_at=end_of(known["expires_on"]))

    def occurred_at(self, now: datetime) -> datetime:
        return _some_time_of(self.cleaned_data["said_on"], now)


class BanForm(forms.Form):
    """Why a person must not be contacted, how far it goes, and until when."""

    REASONS = ((BanReason.ASKED_TO_STOP, "They asked us to stop"), (BanReason.MANUAL, "Our own decision"))
    CHANNELS = tuple((f"channel:{value}", f"{label} only") for value, label in Channel.choices)
    REACHES = ((BanScope.ALL, "All contact"), (BanScope.MARKETING, "Sequences and mailings only"), *CHANNELS)
    reason = forms.ChoiceField(choices=REASONS, label="Why?", widget=forms.RadioSelect, initial=BanReason.ASKED_TO_STOP)
    reach = forms.ChoiceField(choices=REACHES, label="What is stopped?", initial=BanScope.ALL)
    evidence = forms.CharField(
        max_length=300, required=False, label="How do we know?", help_text="On the phone, 3 March."
    )
    until = _day("Until", required=False, help_text="Empty: until somebody lifts it.")

    def clean_until(self) -> date | None:
        return _not_past(self.cleaned_data["until"])

    def reaching(self) -> Reach:
        scope, _, channel = self.cleaned_data["reach"].partition(":")
        return Reach(scope, channel, end_of(self.cleaned_data["until"]))


class LiftForm(forms.Form):
    """How we know that a person takes back what they said."""

    evidence = forms.CharField(max_length=300, label="How do we know?", help_text="On the phone, 3 March.")


def _not_past(day: date | None) -> date | None:
    if day and day < timezone.localdate():
        raise forms.ValidationError("This end lies in the past.")
    return day


class ExceptionForm(forms.Form):
    """Leave to write to one person in spite of our own bans."""

    reason = forms.CharField(label="Why may they be written to?", max_length=300)
    until = _day("Until", help_text="30 days from now at most.")

    def until_moment(self) -> datetime:
        moment = end_of(self.cleaned_data["until"])
        assert moment is not None
        return moment


class OffLimitsRulesForm(Begun, forms.Form):
    """What holds for an entry that is on the list."""

    strength = forms.ChoiceField(
        label="What happens?",
        choices=OffLimitsStrength.choices,
        widget=forms.RadioSelect,
        initial=OffLimitsStrength.BLOCK,
    )
    also_past = forms.BooleanField(
        label="Also people who worked there before", required=False, help_text="For companies."
    )
    reason = forms.CharField(label="Why?", max_length=300, help_text="Colleagues read this when they are stopped.")
    until = _day("Until", required=False, help_text="Empty: until somebody takes it off the list.")

    def clean_until(self) -> date | None:
        return _not_past(self.cleaned_data["until"])

    def rules(self) -> Rules:
        said = self.cleaned_data
        return Rules(said["reason"], end_of(said["until"]), said["strength"], said["also_past"])


def rules_of(row: OffLimitsCompany) -> dict[str, Any]:
    """How an entry stands in its form."""
    shared = {name: getattr(row, name) for name in ("strength", "also_past", "reason")}
    return {**shared, "until": timezone.localdate(row.until) if row.until else None}


class OffLimitsForm(OffLimitsRulesForm):
    """A company or mail domain to put off limits."""

    kind = forms.ChoiceField(label="Kind", choices=OffLimitsKind.choices, initial=OffLimitsKind.COMPANY)
    value = forms.CharField(label="Company or domain", max_length=200, help_text="Nordlicht, or nordlicht.example.")
    field_order = ("kind", "value", "strength", "also_past", "reason", "until")


class PurposeForm(forms.Form):
    """What a purpose rests on, and how long a consent holds."""

    basis = forms.ChoiceField(
        label="What makes it lawful?",
        choices=LawfulBasis.choices,
        help_text="With “Consent”, nobody is written to for this purpose before they agreed.",
    )
    valid_months = forms.IntegerField(
        label="A consent holds for (months)",
        min_value=1,
        max_value=240,
        required=False,
        help_text="Empty: until they withdraw it. Consents given before keep their end.",
    )


class WordingForm(forms.Form):
    """The words that ask for a consent."""

    language = forms.ChoiceField(label="Language", choices=[*LANGUAGES, *MORE_LANGUAGES], initial="en")
    text = forms.CharField(label="What people read", max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
