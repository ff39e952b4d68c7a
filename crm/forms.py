"""The floor's forms: sign-up, workspace, members, keys, profile."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.db import transaction
from django.http import HttpRequest

from crm.begun import Begun
from crm.choices import time_zones
from crm.models import Invitation, User
from crm.models.member import HTTPS
from crm.permissions import Role
from crm.services import invitations, logins, tenants


def _name_field() -> forms.CharField:
    return forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))


def _zone_field() -> forms.CharField:
    """The zone of the browser, which a script fills in; one that we do not know counts as none."""
    return forms.CharField(max_length=64, required=False, widget=forms.HiddenInput(attrs={"data-own-zone": ""}))


def _known_zone(name: str) -> str:
    return name if name in dict(time_zones()) else ""


class SignUpForm(SignupForm):
    """A new person with a new workspace: all of it is saved, or nothing."""

    name = _name_field()
    time_zone = _zone_field()
    workspace = forms.CharField(
        label="Workspace",
        max_length=120,
        help_text="Your company or team. You can change it later.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    field_order = ["name", "email", "workspace", "password1"]

    def save(self, request: HttpRequest) -> User:
        with transaction.atomic():
            return super().save(request)

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        zone = _known_zone(self.cleaned_data["time_zone"]) or user.time_zone
        logins.change_profile(user=user, name=user.name, time_zone=zone)
        tenants.create(name=self.cleaned_data["workspace"], owner=user, time_zone=zone)


class InvitedSignUpForm(SignupForm):
    """A new person who joins the workspace that invited them; the address is the invited one."""

    name = _name_field()
    time_zone = _zone_field()
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        self.invitation = invitation
        super().__init__(*args, **kwargs)
        self.fields["email"].disabled = True
        self.fields["email"].initial = invitation.email

    def save(self, request: HttpRequest) -> User:
        with transaction.atomic():
            return super().save(request)

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        joined = invitations.accept(invitation=self.invitation, user=user)
        zone = _known_zone(self.cleaned_data["time_zone"]) or joined.tenant.time_zone
        logins.change_profile(user=user, name=user.name, time_zone=zone)


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey that replaces the password, unless one wants it as a second factor only."""

    passwordless = forms.BooleanField(
        label="Log in with this passkey alone",
        required=False,
        initial=True,
        help_text="Your device asks for a fingerprint, face or PIN. Without the tick it is a second factor only.",
    )


class NewWorkspaceForm(forms.Form):
    """A further workspace for somebody who has a log-in."""

    name = forms.CharField(label="Name", max_length=120, help_text="Your company or team.")


class WorkspaceForm(Begun, forms.Form):
    """Name and time zone of a workspace."""

    name = forms.CharField(max_length=120)
    time_zone = forms.ChoiceField(
        choices=time_zones, help_text="Used for people whose own time zone is not known, and for reports."
    )


class ProfileForm(forms.Form):
    """What one says about oneself: name and zone go with one's log-in, in every workspace, the rest with this one."""

    name = _name_field()
    time_zone = forms.ChoiceField(choices=time_zones, help_text="Times are shown to you in this zone.")
    title = forms.CharField(
        label="Job title",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    phone = forms.CharField(
        label="Telephone number",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    booking_link = forms.URLField(
        label="Booking address",
        max_length=300,
        required=False,
        assume_scheme="https",
        validators=[HTTPS],
        help_text="A page on which candidates choose a time with you.",
    )


class RoleForm(forms.Form):
    """A role out of those that the one who asks may give."""

    role = forms.ChoiceField(choices=Role.choices)

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


class InvitationForm(RoleForm):
    """Whom to invite, as what."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    field_order = ["email", "role"]


class ApiKeyForm(RoleForm):
    """A key for a machine."""

    name = forms.CharField(max_length=80, help_text="What will use it, such as “Nightly sync”.")
    expires_on = forms.DateField(
        label="Expires on",
        required=False,
        help_text="Empty: works until it is revoked.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    field_order = ["name", "role", "expires_on"]


class AuditFilterForm(forms.Form):
    """Which entries of the audit log to show."""

    action = forms.CharField(required=False, max_length=64)
    person = forms.UUIDField(required=False)
    before = forms.UUIDField(required=False)
