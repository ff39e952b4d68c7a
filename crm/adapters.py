"""Where allauth asks the product: how a new user is saved, and how seeds of one-time codes are stored."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from crm.models import User
from crm.services import login_trail, sealed

# allauth hands over the text alone, without its row: the place is the column.
SEEDS = sealed.Place(tenant=None, table="mfa_authenticator", row="-", column="data")


class AccountAdapter(DefaultAccountAdapter):
    """Addresses in lower case, and the person's name."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password, of an address that somebody has."""
        super().authentication_failed(request, **credentials)
        login_trail.failed(email=str(credentials.get("email") or ""))


class MfaAdapter(DefaultMFAAdapter):
    """Seeds and recovery codes are encrypted in the database."""

    def encrypt(self, text: str) -> str:
        return sealed.seal(text, SEEDS)

    def decrypt(self, encrypted_text: str) -> str:
        return sealed.open(encrypted_text, SEEDS)
