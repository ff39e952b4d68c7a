"""Looks for mails among those that a mailbox has sent: Gmail and Microsoft Graph. It reads headers and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import UUID

from outreach.transports import http
from outreach.transports.base import NotReached
from outreach.transports.oauth import Tokens
from outreach.transports.own_mailbox import GMAIL, GRAPH

HEADERS = ("Message-ID", "X-Google-Original-Message-ID", "X-Ref")
MOST = 200  # mails that one look reads, from the newest back
CLOCKS = timedelta(minutes=5)  # by which theirs and ours may differ


@dataclass(frozen=True)
class Sought:
    """A mail that may have left. `reference` stands in its X-Ref, which no server replaces as some do a Message-ID."""

    outbound_id: UUID
    message_id: str
    reference: str
    handed_over_at: datetime


@dataclass(frozen=True)
class Copy:
    """A mail as its mailbox keeps it; `message_id` where that is not the one we gave."""

    ref: str = ""
    thread: str = ""
    message_id: str = ""


class SentMail(Protocol):
    """The sent mail of one mailbox."""

    def find(self, sought: Sequence[Sought]) -> dict[UUID, Copy]:
        """{our id: its copy} of those that lie there; the others may have left all the same. Raises NotReached."""


def _json(answer_to: str, status: int, body: bytes) -> dict[str, Any]:
    """What an API said. Raises NotReached for anything but a yes with an object."""
    if not 200 <= status < 300:
        raise NotReached(f"{answer_to} answered {status}.")
    try:
        said = json.loads(body)
    except ValueError as error:
        raise NotReached(f"{answer_to} answered with what is no JSON.") from error
    if not isinstance(said, dict):
        raise NotReached(f"{answer_to} answered with what is no object.")
    return said


def _get(tokens: Tokens, url: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    token = tokens.access(datetime.now(UTC))
    given = {"authorization": f"Bearer {token}", "accept": "application/json"}
    answer = http.ask("GET", f"{url}?{urlencode(asked, doseq=True)}", headers=given)
    return _json(url.split("/")[2], answer.status, answer.body)


@dataclass(frozen=True)
class GmailSent:
    """By walking back through the sent mail: a search (`q`) is closed to the right to read headers, which is ours."""

    tokens: Tokens = field(repr=False)
    api_url: str = ""  # another address than the maker's own, for tests

    def find(self, sought: Sequence[Sought]) -> dict[UUID, Copy]:
        open_ones = {one.message_id: one for one in sought} | {one.reference: one for one in sought}
        since = min(one.handed_over_at for one in sought) - CLOCKS
        found = dict[UUID, Copy]()
        for number, key in enumerate(self._newest()):
            if number == MOST or len(found) == len(sought):
                break
            mail = self._mail(key)
            if datetime.fromtimestamp(int(mail.get("internalDate", 0)) / 1000, UTC) < since:
                break
            if one := _named(mail, open_ones):
                own = _headers(mail).get("message-id", "")
                replaced = own if own != one.message_id else ""
                found[one.outbound_id] = Copy(key, str(mail.get("threadId", "")), replaced)
        return found

    def _newest(self) -> Iterator[str]:
        page: dict[str, Any] = {"nextPageToken": ""}
        while "nextPageToken" in page:
            more = {"pageToken": page["nextPageToken"]} if page["nextPageToken"] else {}
            page = _get(self.tokens, self._url(), {"labelIds": "SENT", "maxResults": 100, **more})
            yield from (str(one["id"]) for one in page.get("messages", []))

    def _mail(self, key: str) -> dict[str, Any]:
        return _get(self.tokens, f"{self._url()}/{key}", {"format": "metadata", "metadataHeaders": HEADERS})

    def _url(self) -> str:
        return f"{self.api_url or GMAIL}/gmail/v1/users/me/messages"


def _headers(mail: Mapping[str, Any]) -> dict[str, str]:
    rows = mail.get("payload", {}).get("headers", [])
    return {str(row["name"]).lower(): str(row["value"]).strip() for row in rows}


def _named(mail: Mapping[str, Any], sought: Mapping[str, Sought]) -> Sought | None:
    """Which of ours a mail is, by any of the three headers."""
    return next((sought[value] for value in _headers(mail).values() if value in sought), None)


@dataclass(frozen=True)
class GraphSent:
    """By a filter on the Message-ID, one request for each mail."""

    tokens: Tokens = field(repr=False)
    api_url: str = ""

    def find(self, sought: Sequence[Sought]) -> dict[UUID, Copy]:
        found = {one.outbound_id: self._copy(one.message_id) for one in sought[:MOST]}
        return {key: copy for key, copy in found.items() if copy is not None}

    def _copy(self, message_id: str) -> Copy | None:
        quoted = message_id.replace("'", "''")
        asked = {"$filter": f"internetMessageId eq '{quoted}'", "$select": "id,conversationId", "$top": 1}
        rows = _get(self.tokens, f"{self.api_url or GRAPH}/v1.0/me/mailFolders/sentitems/messages", asked).get("value")
        return Copy(str(rows[0]["id"]), str(rows[0].get("conversationId", ""))) if rows else None
