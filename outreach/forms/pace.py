"""The forms of when we send: a mailbox's pace, days off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pycountry
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.begun import Begun
from crm.choices import time_zones
from outreach.models import Mailbox, SendingDomain
from outreach.services import mailboxes


def time_zones_or_ours() -> list[tuple[str, Any]]:
    return [("", _("The workspace's")), *time_zones()]


def countries_or_all() -> list[tuple[str, Any]]:
    named = sorted((country.name, country.alpha_2) for country in pycountry.countries)
    return [("", _("Everywhere")), *((code, name) for name, code in named)]


class PaceForm(Begun, forms.ModelForm):
    """How much and how fast a mailbox sends."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones_or_ours, required=False, help_text=_("Its midnight begins a new day.")
    )
    field_order = ["daily_cap", "gap_seconds", "time_zone", "warm_up_on", "warm_up_from", "warm_up_step"]

    class Meta:
        model = Mailbox
        fields = mailboxes.PACE
        widgets = {"warm_up_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "daily_cap": _("Mails of sequences and broadcasts, and single ones. Empty: any number."),
            "gap_seconds": _("At least so long; each gap is up to half as long again. 0: one right after the other."),
            "warm_up_on": _("A new address gains trust by sending little at first. Empty: no warm-up."),
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if problem := pace_problem(values):
            self.add_error(*problem)
        return values


class DomainCapForm(forms.ModelForm):
    """How much all mailboxes of a domain send together."""

    class Meta:
        model = SendingDomain
        fields = ["daily_cap"]
        help_texts = {"daily_cap": _("All mailboxes of this domain together. Empty: any number.")}


def pace_problem(values: Mapping[str, Any]) -> tuple[str, str] | None:
    """(field, sentence) for a ramp that leads nowhere."""
    if not values.get("warm_up_on"):
        return None
    if not values.get("daily_cap"):
        return "daily_cap", gettext("A warm-up needs a number of mails a day to grow to.")
    if not values.get("warm_up_from"):
        return "warm_up_from", gettext("Say with how many mails the first day begins.")
    return None


class DayOffForm(forms.Form):
    """A day that the workspace adds to the public holidays, or takes out of them."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label=_("What it is"), max_length=80, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=countries_or_all, required=False)
    is_open = forms.BooleanField(
        label=_("Mails go"), required=False, help_text=_("It is a public holiday, but no day off for your mails.")
    )
