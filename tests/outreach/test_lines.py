"""Several connections at once: what they ask, in which order, and what they do with the answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from outreach.models import OutboundMessage
from outreach.services import freezing, lines
from outreach.services.ledger import Reservation
from outreach.services.lines import Load, Order
from outreach.services.mime import NotAMail
from outreach.transports.base import Answer, Envelope, HandOver, Meanwhile, Result, nothing
from tests.outreach.test_smtp import an_envelope


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Desk:
    """Keeps what it was asked and told, by the subject of the message. `kept` may not go."""

    kept: set[str] = field(default_factory=set)
    reservation: Reservation = field(default_factory=lambda: Reservation(uuid4(), []))
    log: list[str] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)

    def hand_over(self, messages: Row[OutboundMessage]) -> set[UUID]:
        self.log += [f"ask {m.subject}" for m in messages]
        return {m.pk for m in messages if m.subject not in self.kept}

    def take_back(self, messages: Row[OutboundMessage]) -> None:
        self.log += [f"back {m.subject}" for m in messages]

    def answered(self, message: OutboundMessage, answer: Answer) -> None:
        self.log.append(f"{answer.result} {message.subject}")


@dataclass
class Session:
    """A server that takes its time: what is to be done meanwhile is done. `before` happens before each hand-over."""

    before: Callable[[], object] = lambda: None
    seconds: float = 0.0  # until its answer, after what is done meanwhile
    sent: list[str] = field(default_factory=list)

    def send(self, envelope: Envelope, hand_over: HandOver, meanwhile: Meanwhile = nothing, /) -> Answer:
        self.before()
        if not hand_over():
            return Answer(Result.WITHHELD)
        self.sent.append(envelope.subject)
        meanwhile()
        time.sleep(self.seconds)
        return Answer(Result.ACCEPTED, 250)

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def envelopes(monkeypatch: pytest.MonkeyPatch) -> None:
    def envelope(message: OutboundMessage, *, now: datetime) -> Envelope:
        if message.subject == "broken":
            raise NotAMail("No mail can be made of this.")
        return an_envelope(subject=message.subject)

    monkeypatch.setattr(freezing, "envelope", envelope)


def a_load(desk: Any, *subjects: str) -> Load:
    claim = desk.reservation.claim
    return Load(desk, [OutboundMessage(pk=uuid4(), subject=subject, claim=claim) for subject in subjects])


def run(desk: Any, session: Session, *subjects: str, coming: Row[Load] = ()) -> list[str]:
    """Over one connection, as one of several; gives the words about what was no mail."""
    refused: list[str] = []
    more = iter(coming)
    order = Order(
        until=time.monotonic() + 60,
        refuse=lambda _, words: refused.append(words),
        end=lambda one: one.log.append("end"),  # type: ignore[attr-defined]
        more=lambda _: next(more, None),
    )
    lines.Lines(a_load(desk, *subjects), order).run([session])
    return refused


def test_next_one_is_asked_about_before_the_answer() -> None:
    desk, session = Desk(), Session(seconds=0.1)

    run(desk, session, "one", "two")

    assert desk.log == ["ask one", "ask two", "accepted one", "accepted two", "end"]
    assert session.sent == ["one", "two"]


def test_next_load_goes_on_over_its_own_desk() -> None:
    first, second, session = Desk(), Desk(), Session(seconds=0.05)

    run(first, session, "one", "two", coming=[a_load(second, "three", "four")])

    assert session.sent == ["one", "two", "three", "four"]
    assert [line for line in first.log if line != "end"] == ["ask one", "ask two", "accepted one", "accepted two"]
    assert (first.log[-1], second.log[-1]) == ("end", "end")
    assert "ask four" in second.log


def test_load_ends_once_though_nothing_of_it_goes() -> None:
    desk = Desk(kept={"one", "two"})

    run(desk, Session(), "one", "two")

    assert desk.log.count("end") == 1


def test_who_may_not_go_is_left_out_and_the_line_goes_on() -> None:
    desk, session = Desk(kept={"two"}), Session()

    run(desk, session, "one", "two", "three")

    assert session.sent == ["one", "three"]
    assert "accepted two" not in desk.log


def test_old_permission_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "FRESH_SECONDS", 0.01)
    desk, session = Desk(), Session(before=lambda: time.sleep(0.02))

    run(desk, session, "one", "two")

    assert desk.log.count("ask two") == 2
    assert desk.log.index("back two") < len(desk.log) - desk.log[::-1].index("ask two")
    assert session.sent == ["one", "two"]


def test_old_permission_may_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "FRESH_SECONDS", 0.01)
    desk = Desk()

    def unsubscribe() -> None:
        time.sleep(0.02)
        if "ask two" in desk.log:
            desk.kept.add("two")

    session = Session(before=unsubscribe)
    run(desk, session, "one", "two", "three")

    assert session.sent == ["one", "three"]


def test_what_is_no_mail_is_told_and_passed_over() -> None:
    desk, session = Desk(), Session()

    assert run(desk, session, "one", "broken", "two") == ["No mail can be made of this."]
    assert session.sent == ["one", "two"]


def test_error_of_the_desk_stops_every_line() -> None:
    class Broken(Desk):
        def hand_over(self, messages: Row[OutboundMessage]) -> set[UUID]:
            if "two" in {m.subject for m in messages}:
                raise ConnectionError("The database is gone.")
            return super().hand_over(messages)

    session = Session()
    with pytest.raises(ConnectionError):
        run(Broken(), session, "one", "two", "three")

    assert session.sent == ["one"]
