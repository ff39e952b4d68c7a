"""The form that hands a colleague's outreach over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.models import Member
from outreach.services import handing_over


class HandOverForm(forms.Form):
    """Who takes it over; nobody: it is held."""

    to: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        label=_("Who goes on"), queryset=None, required=False, empty_label=_("Nobody: hold what is planned")
    )

    def __init__(self, data: Any = None, *, member: Member) -> None:
        super().__init__(data)
        self.fields["to"].queryset = handing_over.colleagues(member)  # type: ignore[attr-defined]
