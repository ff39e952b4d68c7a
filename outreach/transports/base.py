"""What a transport is: a session that asks for the hand-over immediately before the message cannot be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

HandOver = Callable[[], bool]
Meanwhile = Callable[[], None]


class NotReached(OSError):
    """No connection, or none that lets us in; nothing was sent. The message is a sentence for people."""


class Result(StrEnum):
    """What became of one message."""

    ACCEPTED = "accepted"  # the server took responsibility
    LATER = "later"  # the server said: not now (4yz of RFC 5321, section 4.2.1)
    REFUSED = "refused"  # the server said: never (5yz)
    UNKNOWN = "unknown"  # handed over, then silence
    WITHHELD = "withheld"  # the hand-over was not allowed; nothing was sent
    NOT_REACHED = "not_reached"  # the connection broke before the hand-over; nothing was sent


@dataclass(frozen=True)
class Answer:
    """The result of one message and the server's words. `is_delivered`: it lies in the person's mailbox.

    `provider_message_id` is the Message-ID (with angle brackets) that a provider put in the place of ours;
    `provider_ref` the id under which it speaks of the mail later, `provider_thread` that of its conversation.
    `retry_after`: seconds that it asked for, with LATER.
    """

    result: Result
    code: int | None = None
    text: str = ""
    provider_message_id: str = ""
    provider_ref: str = ""
    provider_thread: str = ""
    is_delivered: bool = False
    retry_after: int = 0


@dataclass(frozen=True)
class Envelope:
    """One message ready to leave: the bytes, who they are from and to, and its ledger row.

    `thread` is the provider's id of the conversation that an answer goes into, where the provider has told one.
    """

    tenant_id: UUID
    outbound_id: UUID
    candidate_id: UUID
    claim: UUID
    from_address: str
    to_address: str
    subject: str
    raw: bytes
    thread: str = ""


def nothing() -> None:
    """Nothing is to be done meanwhile."""


class Session(Protocol):
    """An open way out, used for a batch by one worker."""

    def send(self, envelope: Envelope, hand_over: HandOver, meanwhile: Meanwhile = nothing, /) -> Answer:
        """Send one message.

        `hand_over()` is called once, immediately before the act that cannot be undone (the final dot, the HTTP
        request); it commits. False means: do not send, answer WITHHELD. What it raises goes to the caller, with
        nothing sent. After it said True every way out is an Answer: ACCEPTED, LATER, REFUSED or UNKNOWN.

        `meanwhile()` may be called, once, while the answer is waited for: when it is about to come, if it usually takes
        long enough for the next message to be asked about. It waits for nobody.
        """

    def close(self) -> None:
        """End the session; never raises."""


class Transport(Protocol):
    """A way out: the sandbox, an SMTP server, a provider's API."""

    @property
    def name(self) -> str:
        """A short name for the ledger: one of `outreach.choices.TransportKind`."""

    @property
    def most_connections(self) -> int:
        """How many sessions one worker may have open at once; with several, `send` runs in threads of their own."""

    def open(self) -> Session:
        """Connect and log in. Raises NotReached."""
