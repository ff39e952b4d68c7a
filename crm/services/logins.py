"""What protects a person's log-in."""

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


def protection(user: User) -> Protection:
    kinds = Counter(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Protection(
        has_totp=bool(kinds[Authenticator.Type.TOTP]),
        passkeys=kinds[Authenticator.Type.WEBAUTHN],
        has_recovery_codes=bool(kinds[Authenticator.Type.RECOVERY_CODES]),
        sessions=UserSession.objects.filter(user=user).count(),
    )
