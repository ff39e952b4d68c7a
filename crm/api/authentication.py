"""Who calls the API: an API key of the tenant in the URL, or a member's session."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from crm.models import ApiKey, User
from crm.services import api_keys
from crm.together import Asked


def secret_in(request: HttpRequest | Request) -> str:
    """The API key in the header; empty where there is none."""
    header = get_authorization_header(request).split()  # type: ignore[arg-type] # any request will do
    return header[1].decode("latin-1") if len(header) == 2 and header[0].lower() == b"bearer" else ""


class KeyOrSession(BaseAuthentication):
    """`Authorization: Bearer rpt_...` (RFC 6750, section 2.1) or, in the browser, the session with its CSRF token.

    `asked` is the question after the key, where it was put together with others.
    """

    def __init__(self, asked: Asked[ApiKey] | None = None) -> None:
        self.asked = asked

    def authenticate(self, request: Request) -> tuple[User | None, ApiKey | None] | None:
        if not get_authorization_header(request).strip():
            return SessionAuthentication().authenticate(request)
        if not (secret := secret_in(request)):
            raise AuthenticationFailed("Send the header `Authorization: Bearer <API key>`.")
        key = self.find(secret)
        if key is None:
            raise AuthenticationFailed("This API key is unknown here, revoked or expired.")
        return None, key

    def find(self, secret: str) -> ApiKey | None:
        return api_keys.find(secret=secret, asked=self.asked)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class NobodysKeys(KeyOrSession):
    """At a workspace that does not exist: no key opens it, and the answer is that of any other closed door."""

    def find(self, secret: str) -> None:
        return None
