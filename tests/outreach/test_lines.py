"""Several connections at once: each message goes once, by whatever way its server's pace asks for."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import Mock, patch

import pytest

from outreach.services import lines
from outreach.services.lines import Batch, Pace
from outreach.services.mime import NotAMail
from outreach.transports.base import Answer, Result

TAKEN = Answer(Result.ACCEPTED, 250, "OK")


@dataclass
class Desk:
    """Allows all, and keeps what it was told; as the ledger's, used by one thread."""

    kept: dict[str, list[Any]] = field(default_factory=lambda: {"asked": [], "answered": [], "written": []})
    others: list[Desk] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)

    def another(self) -> Desk:
        self.others.append(made := Desk(self.kept))
        return made

    def hand_over(self, messages: Sequence[int]) -> set[int]:
        self.threads.add(threading.get_ident())
        self.kept["asked"].append(list(messages))
        return set(messages)

    def answered(self, message: int, answer: Answer) -> None:
        self.threads.add(threading.get_ident())
        self.kept["answered"].append((message, answer.result))

    def write(self) -> None:
        self.kept["written"].append(self)


class Session:
    """A server that takes its time."""

    def __init__(self, breaks_at: int = -1) -> None:
        self.breaks_at = breaks_at

    def send(self, envelope: int, hand_over: Callable[[], bool]) -> Answer:
        if envelope == self.breaks_at:
            raise RuntimeError("The database is gone.")
        may = hand_over()
        time.sleep(0.001)
        return TAKEN if may else Answer(Result.WITHHELD)


class Row(int):
    """A message that is nothing but its number."""

    @property
    def pk(self) -> int:
        return int(self)


def envelope_of(desk: object, message: int) -> int:
    if message == 7:
        raise NotAMail("No mail can be made.")
    return int(message)


def sent(
    pace: Pace, sessions: list[Session], count: int = 40, *, seconds: float = 30, in_transaction: bool = False
) -> tuple[Desk, list[int]]:
    desk, refused = Desk(), list[int]()
    made: tuple[Any, Any, Any, Any] = (
        desk,
        [Row(n) for n in range(count)],
        time.monotonic() + seconds,
        lambda one, words: refused.append(one),
    )
    with (
        patch.object(lines, "_envelope", envelope_of),
        patch.object(lines, "hang_up"),
        patch.object(lines, "connection", Mock(in_atomic_block=in_transaction)),
    ):
        lines.send(Batch(*made, pace), sessions)  # type: ignore[arg-type]
    return desk, refused


@pytest.mark.parametrize("pace", [Pace(), Pace(seconds=1.0, answers=50)], ids=["together", "apart"])
@pytest.mark.parametrize("count", [1, 4])
def test_each_message_is_asked_for_and_answered_once(pace: Pace, count: int) -> None:
    desk, refused = sent(pace, [Session() for _ in range(count)])

    asked = Counter(int(one) for group in desk.kept["asked"] for one in group)
    answered = Counter(int(message) for message, _ in desk.kept["answered"])
    assert refused == [7]
    assert asked == answered == Counter(n for n in range(40) if n != 7)


def test_slow_server_gets_a_desk_for_each_connection() -> None:
    desk, _ = sent(Pace(seconds=1.0, answers=50), [Session() for _ in range(4)])

    assert len(desk.others) == 3
    assert all(len(one.threads) <= 1 for one in [desk, *desk.others])
    assert {id(one) for one in desk.kept["written"]} == {id(one) for one in desk.others}


def test_quick_server_is_asked_about_by_one_thread() -> None:
    desk, _ = sent(Pace(), [Session() for _ in range(4)])

    assert (desk.others, desk.threads) == ([], {threading.get_ident()})


def test_inside_of_a_transaction_everything_stays_on_its_connection() -> None:
    desk, _ = sent(Pace(seconds=1.0, answers=50), [Session() for _ in range(4)], in_transaction=True)

    assert desk.others == []


@pytest.mark.parametrize("pace", [Pace(), Pace(seconds=1.0, answers=50)], ids=["together", "apart"])
def test_error_of_one_connection_stops_all_and_is_told(pace: Pace) -> None:
    with pytest.raises(RuntimeError, match="The database is gone"):
        sent(pace, [Session(breaks_at=3) for _ in range(3)], count=400)


def test_what_there_is_no_time_for_is_left() -> None:
    assert sent(Pace(seconds=1.0, answers=50), [Session(), Session()], seconds=-1)[0].kept["asked"] == []


def test_pace_is_known_after_some_answers() -> None:
    assert not Pace(seconds=1.0, answers=10).is_slow
    assert not Pace(seconds=0.05, answers=50).is_slow
    assert Pace(seconds=1.0, answers=50).is_slow


def test_pace_counts_from_the_hand_over_to_the_answer() -> None:
    pace = Pace()
    pace.send(Session(), 1, lambda: True)  # type: ignore[arg-type]

    assert pace.answers == 1
    assert 0.001 <= pace.seconds < 1
