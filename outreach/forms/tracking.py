"""The form of what is counted."""

from __future__ import annotations

import re

import pycountry
from django import forms
from django.utils.translation import gettext_lazy as _

from crm.begun import Begun
from outreach.models import TrackingPolicy

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def code_of(country: str) -> str:
    """The two letters of a country given by name or code; LookupError for none."""
    return str(pycountry.countries.lookup(country.strip()).alpha_2)


def name_of(code: str) -> str:
    found = pycountry.countries.get(alpha_2=code)
    return found.name if found else code


class TrackingForm(Begun, forms.Form):
    """Whether opens and clicks are counted, where they are not, and on whose domain."""

    is_on = forms.BooleanField(label=_("Count who opens and who follows links"), required=False)
    countries_off = forms.CharField(
        label=_("Not for people in"),
        required=False,
        max_length=2000,
        help_text=_("Countries, one in a line, by name or by their two letters."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    domain = forms.CharField(
        label=_("Domain of the links"),
        required=False,
        max_length=190,
        help_text=_("Such as links.your-company.com. Empty: the address of this installation."),
    )

    @classmethod
    def of(cls, rules: TrackingPolicy, data: object = None) -> TrackingForm:
        shown = "\n".join(name_of(code) for code in rules.countries_off)
        return cls(data, initial={"is_on": rules.is_on, "countries_off": shown, "domain": rules.domain})

    def clean_countries_off(self) -> list[str]:
        codes = []
        for line in filter(str.strip, self.cleaned_data["countries_off"].splitlines()):
            try:
                codes.append(code_of(line))
            except LookupError:
                words = _("“%(line)s” is no country that we know.")
                raise forms.ValidationError(words, params={"line": line.strip()[:60]}) from None
        return codes

    def clean_domain(self) -> str:
        domain = str(self.cleaned_data["domain"]).strip().lower().rstrip(".")
        if domain and not DOMAIN.fullmatch(domain):
            raise forms.ValidationError(_("This is no domain. Expected something like links.example.com"))
        return domain
