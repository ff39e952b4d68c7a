"""Log-ins in the audit log of every workspace that the person is a member of. Never the password, never the code."""

from __future__ import annotations

from functools import partial
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.dispatch import Signal

from crm.models import Member, User
from crm.services import audit
from crm.tenancy.context import tenant as open_tenant

ACTIONS: tuple[tuple[Signal, str], ...] = (
    (account.user_logged_in, "login.success"),
    (account.user_logged_out, "login.end"),
    (account.password_set, "login.set_password"),
    (account.password_changed, "login.change_password"),
    (account.password_reset, "login.reset_password"),
    (mfa.authentication_failed, "login.fail_second_factor"),
    (mfa.authenticator_added, "login.add_second_factor"),
    (mfa.authenticator_removed, "login.remove_second_factor"),
    (mfa.authenticator_reset, "login.renew_second_factor"),
)


def note(*, user: User, action: str) -> None:
    """One entry in each workspace of the person, in a transaction of that workspace."""
    for member in Member.objects.of_user(user):
        with open_tenant(member.tenant):
            audit.record(action=action, by=member.actor, object_type="crm.member", object_id=member.pk)


def failed(*, email: str) -> None:
    """Somebody tried a wrong password; an address that nobody has leaves no trace."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is not None:
        note(user=user, action="login.fail")


def _heard(action: str, *, user: User | None = None, **_: Any) -> None:
    if user is not None:
        note(user=user, action=action)


def connect() -> None:
    """Listen to the log-in library; called by the wiring, once."""
    for signal, action in ACTIONS:
        signal.connect(partial(_heard, action), weak=False, dispatch_uid=f"login-trail-{action}")
