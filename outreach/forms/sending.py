"""The forms for mailboxes: SMTP servers, providers, registrations with makers of mailboxes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crm import safe_hosts
from crm.safe_hosts import AddressRefused
from outreach.choices import Encryption, TransportKind
from outreach.models import MailApp, Mailbox
from outreach.services.mailboxes import Setup
from outreach.transports.providers import PROVIDERS, Asked

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\Z")
KEPT = _("Stored encrypted and never shown again. Empty: the stored one stays.")
ADDRESS = ["name", "from_name", "from_address", "reply_domain"]
NOT_BY_PROVIDER = ("gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "aol.com", "outlook.com", "hotmail.com")


def _secret(label: StrOrPromise, *, required: bool, text: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=label, required=required, strip=True, max_length=2000, widget=widget, help_text=text or KEPT
    )


def _refused(check: Callable[[], object]) -> None:
    """A refusal of the guard of hosts as the field's error."""
    try:
        check()
    except AddressRefused as error:
        raise forms.ValidationError(str(error)) from error


class _MailboxForm(forms.ModelForm):
    """What every mailbox has: its name and where its mails come from."""

    def _host(self, name: str) -> str:
        value = str(self.cleaned_data[name]).strip()
        if value and not HOST.match(value):
            raise forms.ValidationError(_("This is no host name. Expected something like mail.example.com"))
        return value

    def clean_reply_domain(self) -> str:
        return self._host("reply_domain")

    def _address(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ADDRESS}


class MailboxForm(_MailboxForm):
    """A mailbox that sends through an SMTP server."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=KEPT,
    )

    class Meta:
        model = Mailbox
        fields = [*ADDRESS, "host", "port", "encryption", "username"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].required = True
        kept = self.instance
        self._kept_for = (kept.host, kept.username) if kept.sealed_password else ()

    def clean_host(self) -> str:
        host = self._host("host")
        _refused(lambda: safe_hosts.checked_host(host, settings.SAFE_MAIL))
        return host

    def clean_port(self) -> int:
        port = int(self.cleaned_data["port"])
        _refused(lambda: safe_hosts.check_port(port, settings.SAFE_MAIL))
        return port

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("username") and values.get("encryption") == Encryption.NONE:
            self.add_error("encryption", _("A password never goes over a line without encryption."))
        if self._leads_elsewhere and not values.get("password"):
            self.add_error(
                "password", _("Enter the password again: the one that is kept is not told to another server.")
            )
        return values

    @property
    def _leads_elsewhere(self) -> bool:
        """A password is kept, for another server or another account than is asked for now."""
        asked = (self.cleaned_data.get("host"), self.cleaned_data.get("username"))
        return bool(self._kept_for) and asked != self._kept_for

    def setup(self) -> Setup:
        """What was entered, for the service."""
        server = {name: self.cleaned_data[name] for name in ("host", "port", "encryption", "username")}
        return Setup(**self._address(), **server, password=self.cleaned_data["password"] or None)


def _field(asked: Asked, value: str, *, is_stored: bool) -> forms.Field:
    if asked.choices:
        return forms.ChoiceField(label=asked.label, choices=asked.choices, initial=value)
    if asked.is_secret:
        return _secret(asked.label, required=asked.is_required and not is_stored, text=asked.help)
    return forms.CharField(
        label=asked.label, required=asked.is_required, help_text=asked.help, initial=value, max_length=200
    )


class ProviderForm(_MailboxForm):
    """A mailbox that sends through a mail provider; its fields are what that provider asks for."""

    class Meta:
        model = Mailbox
        fields = ADDRESS

    def __init__(self, *args: Any, provider: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = PROVIDERS[provider]
        is_stored = self.instance.provider == provider and bool(self.instance.sealed_secrets)
        options: Mapping[str, str] = self.instance.options if is_stored else {}
        for asked in self.provider.asks:
            self.fields[asked.name] = _field(asked, options.get(asked.name, ""), is_stored=is_stored)

    def clean_from_address(self) -> str:
        address = str(self.cleaned_data["from_address"])
        domain = address.rpartition("@")[2].lower()
        if domain in NOT_BY_PROVIDER:
            words = _("Mails from %(domain)s may only leave through its own servers; others are refused as forged.")
            raise forms.ValidationError(words, params={"domain": domain})
        return address

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for asked in self.provider.asks:
            value = str(values.get(asked.name) or "")
            if value and not (asked.fits(value) and value.isascii() and value.isprintable()):
                self.add_error(asked.name, _("This does not look like one. Copy it from your provider's page."))
        return values

    def setup(self) -> Setup:
        """What was entered, for the service."""
        given = {
            asked.name: (asked.is_secret, str(self.cleaned_data.get(asked.name) or "")) for asked in self.provider.asks
        }
        return Setup(
            **self._address(),
            transport=TransportKind.ESP,
            provider=self.provider.key,
            options={name: value for name, (is_secret, value) in given.items() if not is_secret},
            secrets={name: value for name, (is_secret, value) in given.items() if is_secret and value},
        )


class MailAppForm(forms.ModelForm):
    """The workspace's registration with Google or Microsoft."""

    class Meta:
        model = MailApp
        fields = ["client_id", "directory"]
        labels = {"client_id": _("Client ID"), "directory": _("Directory (tenant) ID")}

    def __init__(self, *args: Any, maker: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if maker != "microsoft":
            del self.fields["directory"]
        self.fields["secret"] = _secret(_("Client secret"), required=not self.instance.sealed_secret)

    def clean_directory(self) -> str:
        value = str(self.cleaned_data["directory"]).strip() or "common"
        if not re.fullmatch(r"[A-Za-z0-9.-]{1,64}", value):
            raise forms.ValidationError(_("Expected an ID such as 8eaef023-2b34-4da1-9baa-8bc8c9d6a490, or common."))
        return value
