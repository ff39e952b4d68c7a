"""The form for the mail server."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.choices import Encryption
from outreach.models import Mailbox
from outreach.services.mailboxes import Server

HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\Z")


class MailboxForm(forms.ModelForm):
    """From address and SMTP server of the main mailbox."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Stored encrypted and never shown again. Empty: the stored one stays."),
    )

    class Meta:
        model = Mailbox
        fields = ["from_name", "from_address", "reply_domain", "host", "port", "encryption", "username"]

    def _host(self, name: str) -> str:
        value = str(self.cleaned_data[name]).strip()
        if value and not HOST.match(value):
            raise forms.ValidationError(_("This is no host name. Expected something like mail.example.com"))
        return value

    def clean_host(self) -> str:
        return self._host("host")

    def clean_reply_domain(self) -> str:
        return self._host("reply_domain")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("username") and values.get("encryption") == Encryption.NONE:
            self.add_error("encryption", _("A password never goes over a line without encryption."))
        return values

    def server(self) -> Server:
        """What was entered, for the service."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return Server(**values, password=self.cleaned_data["password"] or None)
