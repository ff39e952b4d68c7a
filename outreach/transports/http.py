"""What transports that speak HTTP have in common: one request, and what its answer means for the message."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from django.conf import settings

from crm import safe_hosts, safe_http
from crm.safe_hosts import Policy, RequestError
from outreach.transports.base import Answer, Envelope, HandOver, Meanwhile, NotReached, Result, nothing

SECONDS = 60  # a provider's API may take its time; well below the lease of a message
LATER = frozenset({401, 402, 403, 425, 429, 503})  # our account or their load is the trouble, not this message
UNCLEAR = frozenset({408, 500, 502, 504})  # it may have been taken before something broke


class Withheld(Exception):
    """The hand-over was not allowed; nothing was sent."""


@dataclass(frozen=True)
class Request:
    """One POST that sends a mail."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def policy() -> Policy:
    """The installation's rules with the patience that providers need."""
    return replace(settings.SAFE_HTTP, total_seconds=SECONDS)


def ask(method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None) -> safe_http.Answer:
    """A request that sends no mail. Raises NotReached with a sentence when it is not answered."""
    try:
        return safe_http.request(method, url, headers=headers, body=body, policy=policy())
    except RequestError as error:
        raise NotReached(str(error)) from error


def hand(method: str, request: Request, hand_over: HandOver) -> safe_http.Answer:
    """Ask for the hand-over and send. Raises Withheld, or what `safe_http` raises (see `unanswered`)."""
    if not hand_over():
        raise Withheld
    return safe_http.request(method, request.url, headers=request.headers, body=request.body, policy=policy())


def unanswered(error: RequestError) -> Answer:
    """Without an answer: not sent when there was no connection, and otherwise nobody knows."""
    if isinstance(error, safe_hosts.NotConnected | safe_hosts.AddressRefused):
        return Answer(Result.LATER, text=str(error)[:400])
    return Answer(Result.UNKNOWN, text=str(error)[:400])


def attempt(call: Callable[[], Answer]) -> Answer:
    """The answer of a call that hands over and sends, or what it means that there is none."""
    try:
        return call()
    except Withheld:
        return Answer(Result.WITHHELD)
    except NotReached as error:
        return Answer(Result.LATER, text=str(error))
    except RequestError as error:
        return unanswered(error)


class Direct(ABC):
    """A transport without a connection: each message is one request."""

    def open(self) -> Self:
        return self

    def close(self) -> None:  # noqa: B027 - nobody has more to close
        """There is no connection."""

    def send(self, envelope: Envelope, hand_over: HandOver, _: Meanwhile = nothing, /) -> Answer:
        return attempt(lambda: self._sent(envelope, hand_over))

    def _sent(self, envelope: Envelope, hand_over: HandOver) -> Answer:
        answer = hand("POST", self.request(envelope), hand_over)
        return self.read(answered(answer), answer.body)

    @abstractmethod
    def request(self, envelope: Envelope) -> Request:
        """What is posted for a message."""

    @abstractmethod
    def read(self, answer: Answer, body: bytes) -> Answer:
        """The answer, with what its body says."""


def retry_after(value: str, now: datetime | None = None) -> int:
    """The seconds of a Retry-After header (RFC 9110, section 10.2.3), which is a number or a date; 0 without one."""
    if value.strip().isdigit():
        return int(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return 0
    return max(0, int((moment - (now or datetime.now(UTC))).total_seconds())) if moment.tzinfo else 0


def judged(status: int, headers: Mapping[str, str], words: str) -> Answer:
    """What an HTTP status means for the message that the request carried."""
    text = " ".join(words.split())[:400]
    if 200 <= status < 300:
        return Answer(Result.ACCEPTED, status, text)
    if status in UNCLEAR:
        return Answer(Result.UNKNOWN, status, text)
    if status in LATER or status < 400 or status >= 500:
        return Answer(Result.LATER, status, text, retry_after=retry_after(headers.get("retry-after", "")))
    return Answer(Result.REFUSED, status, text)


def answered(answer: safe_http.Answer) -> Answer:
    """The same for an answer of the client."""
    return judged(answer.status, answer.headers, answer.body.decode("utf-8", "replace"))
