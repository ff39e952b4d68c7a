"""The forms of variants: another wording of a mail, and when its test may be decided."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.begun import Begun


class VariantForm(Begun, forms.Form):
    """Another wording."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=300,
        required=False,
        help_text=_("A mail in the thread of the one before needs none: the thread's own goes."),
    )
    body = forms.CharField(label=_("Body"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}))


class LeastPeopleForm(forms.Form):
    """How many people each wording must have gone to."""

    least_people = forms.IntegerField(
        label=_("People each must have gone to"),
        min_value=20,
        max_value=10_000,
        help_text=_("Before that, nothing is called a winner."),
    )
