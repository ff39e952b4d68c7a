"""A recruiter's own mailbox over its maker's API: Gmail (users.messages.send) and Microsoft Graph (sendMail)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from crm import safe_http
from outreach.transports import http
from outreach.transports.base import Answer, Envelope, HandOver, Meanwhile, NotReached, Result, nothing
from outreach.transports.http import Request
from outreach.transports.oauth import Tokens

GMAIL = "https://gmail.googleapis.com"
GRAPH = "https://graph.microsoft.com"


def _gmail(base: str, token: str, raw: bytes, thread: str) -> Request:
    """An answer joins its conversation only where `threadId` says so, beside its References and its subject."""
    said = {"raw": base64.urlsafe_b64encode(raw).decode()} | ({"threadId": thread} if thread else {})
    given = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    return Request(f"{base or GMAIL}/gmail/v1/users/me/messages/send", json.dumps(said).encode(), given)


def _graph(base: str, token: str, raw: bytes, thread: str) -> Request:
    """The whole mail as MIME: base64 as plain text. It is answered with 202 and no id; threads go by the headers."""
    given = {"authorization": f"Bearer {token}", "content-type": "text/plain"}
    return Request(f"{base or GRAPH}/v1.0/me/sendMail", base64.b64encode(raw), given)


def _ids_of(body: bytes) -> tuple[str, str]:
    """(of the mail, of its conversation), "" for what was not told."""
    try:
        said = json.loads(body)
        return str(said["id"]), str(said.get("threadId", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""


BUILD: dict[str, Callable[[str, str, bytes, str], Request]] = {"gmail": _gmail, "graph": _graph}
NO_SUCH_THREAD = frozenset({400, 404})


@dataclass
class OwnMailboxSession:
    """One mailbox, one request for each mail."""

    transport: OwnMailboxTransport

    def send(self, envelope: Envelope, hand_over: HandOver, _: Meanwhile = nothing, /) -> Answer:
        try:
            token = self.transport.tokens.access(datetime.now(UTC))
        except NotReached as error:
            return Answer(Result.NOT_REACHED, text=str(error))
        return http.attempt(lambda: self._sent(token, envelope, hand_over))

    def _sent(self, token: str, envelope: Envelope, hand_over: HandOver) -> Answer:
        answer = http.hand("POST", self._request(token, envelope), hand_over)
        if answer.status == 401:  # nothing was taken; the token ended earlier than it was to
            token = self.transport.tokens.renew(datetime.now(UTC))
            answer = self._again(token, envelope)
        if answer.status in NO_SUCH_THREAD and envelope.thread:  # nor here: its owner may have deleted the conversation
            answer = self._again(token, replace(envelope, thread=""))
        return self._read(answer)

    def close(self) -> None:
        """There is no connection."""

    def _request(self, token: str, envelope: Envelope) -> Request:
        return BUILD[self.transport.name](self.transport.api_url, token, envelope.raw, envelope.thread)

    def _again(self, token: str, envelope: Envelope) -> safe_http.Answer:
        return http.hand("POST", self._request(token, envelope), lambda: True)

    def _read(self, answer: safe_http.Answer) -> Answer:
        said = http.answered(answer)
        if said.result == Result.ACCEPTED:
            ref, thread = _ids_of(answer.body)
            return replace(said, text="Taken by the mailbox.", provider_ref=ref, provider_thread=thread)
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
