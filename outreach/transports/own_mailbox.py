"""A recruiter's own mailbox over its maker's API: Gmail (users.messages.send) and Microsoft Graph (sendMail)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from crm import safe_http
from outreach.transports import http
from outreach.transports.base import Answer, Envelope, HandOver, NotReached, Result
from outreach.transports.http import Request
from outreach.transports.oauth import Tokens

GMAIL = "https://gmail.googleapis.com"
GRAPH = "https://graph.microsoft.com"


def _gmail(base: str, token: str, raw: bytes) -> Request:
    body = json.dumps({"raw": base64.urlsafe_b64encode(raw).decode()}).encode()
    given = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    return Request(f"{base or GMAIL}/gmail/v1/users/me/messages/send", body, given)


def _graph(base: str, token: str, raw: bytes) -> Request:
    """The whole mail as MIME: base64 as plain text. It is answered with 202 and no id."""
    given = {"authorization": f"Bearer {token}", "content-type": "text/plain"}
    return Request(f"{base or GRAPH}/v1.0/me/sendMail", base64.b64encode(raw), given)


def _id_of(body: bytes) -> str:
    try:
        return str(json.loads(body)["id"])
    except (ValueError, KeyError, TypeError):
        return ""


BUILD: dict[str, Callable[[str, str, bytes], Request]] = {"gmail": _gmail, "graph": _graph}


@dataclass
class OwnMailboxSession:
    """One mailbox, one request for each mail."""

    transport: OwnMailboxTransport

    def send(self, envelope: Envelope, hand_over: HandOver) -> Answer:
        try:
            token = self.transport.tokens.access(datetime.now(UTC))
        except NotReached as error:
            return Answer(Result.NOT_REACHED, text=str(error))
        return http.attempt(lambda: self._sent(token, envelope, hand_over))

    def _sent(self, token: str, envelope: Envelope, hand_over: HandOver) -> Answer:
        answer = http.hand("POST", self._request(token, envelope), hand_over)
        if answer.status == 401:  # nothing was taken; the token ended earlier than it was to
            answer = self._again(envelope)
        return self._read(answer)

    def close(self) -> None:
        """There is no connection."""

    def _request(self, token: str, envelope: Envelope) -> Request:
        return BUILD[self.transport.name](self.transport.api_url, token, envelope.raw)

    def _again(self, envelope: Envelope) -> safe_http.Answer:
        token = self.transport.tokens.renew(datetime.now(UTC))
        return http.hand("POST", self._request(token, envelope), lambda: True)

    def _read(self, answer: safe_http.Answer) -> Answer:
        said = http.answered(answer)
        if said.result == Result.ACCEPTED:
            return Answer(Result.ACCEPTED, said.code, "Taken by the mailbox.", provider_ref=_id_of(answer.body))
        return said


@dataclass
class OwnMailboxTransport:
    """Sends as the person who connected the mailbox; the copy lies in their sent mail."""

    name: Literal["gmail", "graph"]
    tokens: Tokens = field(repr=False)
    api_url: str = ""  # another address than the maker's own, for tests
    most_connections: int = 1  # a new token is written into the database

    def open(self) -> OwnMailboxSession:
        self.tokens.access(datetime.now(UTC))
        return OwnMailboxSession(self)
