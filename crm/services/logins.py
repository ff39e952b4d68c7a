"""A person's log-in: the name and time zone that go with it, and what protects it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from crm.models import User


@dataclass(frozen=True)
class Protection:
    """Second factors that are set up, and open sessions."""

    has_totp: bool
    passkeys: int
    has_recovery_codes: bool
    sessions: int


def change_profile(*, user: User, name: str, time_zone: str) -> None:
    """What a person says about themselves; `time_zone` is an IANA name."""
    user.name, user.time_zone = name, time_zone
    user.save(update_fields=["name", "time_zone"])


def protection(user: User) -> Protection:
    kinds = Counter(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Protection(
        has_totp=bool(kinds[Authenticator.Type.TOTP]),
        passkeys=kinds[Authenticator.Type.WEBAUTHN],
        has_recovery_codes=bool(kinds[Authenticator.Type.RECOVERY_CODES]),
        sessions=UserSession.objects.filter(user=user).count(),
    )
