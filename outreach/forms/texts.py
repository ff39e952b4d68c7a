"""The form of the account for text messages."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.models import Mailbox
from outreach.services.texting import Account


class TextAccountForm(forms.Form):
    """Account, number and token as they stand in Twilio's console."""

    account_sid = forms.RegexField(r"^AC[0-9a-fA-F]{32}$", label=_("Account SID"), max_length=34)
    number = forms.CharField(label=_("Number"), max_length=32, help_text=_("With the country, such as +49 30 901820."))
    token = forms.CharField(
        label=_("Auth token"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Stored encrypted and never shown again. Empty: the stored one stays."),
    )

    def __init__(self, data: Any = None, *, row: Mailbox | None) -> None:
        known = {"account_sid": row.options.get("account_sid", ""), "number": row.from_address} if row else {}
        super().__init__(data, initial=known)
        self.fields["token"].required = row is None or not row.sealed_secrets

    def clean_number(self) -> str:
        try:
            number = phonenumbers.parse(str(self.cleaned_data["number"]), None)
        except phonenumbers.NumberParseException as error:
            raise forms.ValidationError(_("Write the number with its country, such as +49 30 901820.")) from error
        if not phonenumbers.is_possible_number(number):
            raise forms.ValidationError(_("This number cannot exist."))
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    def account(self) -> Account:
        """What was entered, for the service."""
        return Account(**self.cleaned_data)
