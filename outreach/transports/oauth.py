"""OAuth 2.0 towards the makers of mailboxes: the authorisation code with PKCE, and access tokens kept fresh."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from outreach.transports import http
from outreach.transports.base import NotReached

EARLY = timedelta(minutes=2)  # a token that ends this soon is renewed before it is used
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}


class NotGranted(NotReached):
    """The maker of the mailbox does not, or no longer, let us in; somebody has to connect it again."""


@dataclass(frozen=True)
class Maker:
    """Who runs the mailbox: its addresses and what we ask for. `{directory}` is Microsoft's tenant."""

    key: str
    label: str
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    smtp_scopes: tuple[str, ...]
    smtp_host: str
    imap_host: str
    more: Mapping[str, str] = field(default_factory=dict)


MAKERS = {
    "google": Maker(
        "google",
        "Google",
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        ("https://www.googleapis.com/auth/gmail.send", "https://www.googleapis.com/auth/gmail.metadata"),
        ("https://mail.google.com/",),
        "smtp.gmail.com",
        "imap.gmail.com",
        {"access_type": "offline", "prompt": "consent"},
    ),
    "microsoft": Maker(
        "microsoft",
        "Microsoft",
        "https://login.microsoftonline.com/{directory}/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/{directory}/oauth2/v2.0/token",
        ("https://graph.microsoft.com/Mail.Send", "https://graph.microsoft.com/Mail.ReadBasic", "offline_access"),
        (
            "https://outlook.office.com/SMTP.Send",
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "offline_access",
        ),
        "smtp.office365.com",
        "outlook.office365.com",
        {"prompt": "select_account"},
    ),
}


@dataclass(frozen=True)
class Client:
    """A registration of this installation with a maker. `directory` is Microsoft's tenant id, or "common"."""

    maker: Maker
    client_id: str
    client_secret: str = field(repr=False)
    directory: str = "common"
    token_url: str = ""  # another address than the maker's own, for tests

    def _address(self, template: str) -> str:
        return template.replace("{directory}", quote(self.directory, safe=""))

    def authorize(self, *, scopes: tuple[str, ...], redirect_uri: str, state: str, verifier: str, login: str) -> str:
        """Where the person agrees (RFC 6749, section 4.1.1; PKCE: RFC 7636)."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "scope": " ".join(scopes),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "login_hint": login,
            **self.maker.more,
        }
        return f"{self._address(self.maker.authorize_url)}?{urlencode(asked)}"

    def exchange(self, *, code: str, redirect_uri: str, verifier: str) -> Grant:
        """The grant behind a code (RFC 6749, section 4.1.3). Raises NotReached or NotGranted."""
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._ask({**given, "code_verifier": verifier})

    def refresh(self, refresh_token: str) -> Grant:
        """A new access token (RFC 6749, section 6). Raises NotReached or NotGranted."""
        return self._ask({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def _ask(self, given: Mapping[str, str]) -> Grant:
        form = {**given, "client_id": self.client_id, "client_secret": self.client_secret}
        url = self.token_url or self._address(self.maker.token_url)
        answer = http.ask("POST", url, headers=FORM, body=urlencode(form).encode())
        if answer.status in (400, 401, 403):
            raise NotGranted(
                f"{self.maker.label} does not let us in: {_reason(answer.body)}. Connect the mailbox again."
            )
        try:
            said = json.loads(answer.body)
            token, seconds = str(said["access_token"]), int(said.get("expires_in", 3600))
            return Grant(token, seconds, str(said.get("refresh_token", "")), str(said.get("scope", "")))
        except (ValueError, KeyError, TypeError) as error:
            raise NotReached(f"{self.maker.label} answered {answer.status} with what is no token.") from error


WIDER = {"mail.readbasic": ("mail.read", "mail.readwrite")}  # rights that hold another one


def _plain(scope: str) -> str:
    """Its name without the address before it, which makers leave out at times."""
    return scope.rstrip("/").rpartition("/")[2].lower()


def lacking(wanted: tuple[str, ...], granted: str) -> list[str]:
    """Which of the wanted scopes were not granted; `offline_access` is never told back."""
    has = {_plain(scope) for scope in granted.split()}
    named = [(scope, _plain(scope)) for scope in wanted if scope != "offline_access"]
    return [scope for scope, name in named if has.isdisjoint({name, *WIDER.get(name, ())})]


def _reason(body: bytes) -> str:
    try:
        said = json.loads(body)
        return str(said.get("error_description") or said.get("error") or "no reason given").split("\n")[0][:200]
    except (ValueError, AttributeError):
        return "no reason given"


@dataclass(frozen=True)
class Grant:
    """What a maker gave: an access token for some seconds, and a refresh token ("" when the old one stays).

    `scope` is what it is good for, names with spaces between; "" means all that was asked for (RFC 6749, section 5.1).
    """

    access_token: str = field(repr=False)
    seconds: int = 3600
    refresh_token: str = field(default="", repr=False)
    scope: str = ""


@dataclass
class Tokens:
    """An access token that is renewed when it ends. `keep(grant)` stores what was renewed."""

    client: Client
    refresh_token: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    ends_at: datetime | None = None
    keep: Callable[[Grant], None] = field(default=lambda grant: None, repr=False)

    def access(self, now: datetime) -> str:
        """A token that is good for now. Raises NotReached or NotGranted."""
        if self.access_token and self.ends_at is not None and self.ends_at - EARLY > now:
            return self.access_token
        return self.renew(now)

    def renew(self, now: datetime) -> str:
        """A new token, whatever the old one is. Raises NotReached or NotGranted."""
        if not self.refresh_token:
            raise NotGranted("This mailbox is not connected.")
        grant = self.client.refresh(self.refresh_token)
        self.refresh_token = grant.refresh_token or self.refresh_token
        self.access_token, self.ends_at = grant.access_token, now + timedelta(seconds=grant.seconds)
        self.keep(grant)
        return self.access_token
