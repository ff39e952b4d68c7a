"""Several connections of one worker at once: threads that talk to mail servers, and one that talks to the database."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Row
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from queue import Empty, SimpleQueue
from uuid import UUID

from outreach.models import OutboundMessage
from outreach.services import freezing
from outreach.services.desk import Desk
from outreach.services.mime import NotAMail
from outreach.transports.base import Answer, Envelope, Result, Session

Refuse = Callable[[OutboundMessage, str], None]
FRESH_SECONDS = 0.25  # that a hand-over holds before the message is on its way


@dataclass(frozen=True)
class Asked:
    """A message that is about to go: may it? `is_again`: it was let go before, too long ago."""

    message: OutboundMessage
    answer: Future[bool]
    is_again: bool = False


@dataclass(frozen=True)
class Told:
    """What the server said; or, with words, why no mail could be made."""

    message: OutboundMessage
    answer: Answer | None
    words: str = ""


@dataclass(frozen=True)
class Mail:
    """The next one of a connection. `asked`, with its moment: whether it may go, where that was asked ahead."""

    message: OutboundMessage
    envelope: Envelope
    asked: Future[bool] | None = None
    at: float = 0.0

    @property
    def is_kept(self) -> bool:
        """It is known already that it must not go."""
        return self.asked is not None and self.asked.done() and not self.asked.result()


@dataclass(frozen=True)
class Load:
    """Messages of one reservation that go by one mailbox, and the desk that hands them over."""

    desk: Desk
    messages: Row[OutboundMessage]


@dataclass(frozen=True)
class Order:
    """What the lines are told: how long they may talk, what to do with what is no mail and with a load that is
    through, and where the next load comes from: asked how many lines there are, it waits for nobody.
    """

    until: float  # the process's own clock
    refuse: Refuse
    end: Callable[[Desk], None]
    more: Callable[[int], Load | None] = lambda _: None


def send(load: Load, sessions: Row[Session], order: Order) -> None:
    """Send the messages over these sessions, and what comes meanwhile. What there is no time for is left."""
    if len(sessions) > 1:
        Lines(load, order).run(sessions)
        return
    try:
        _alone(load.desk, sessions[0], load.messages, order)
    finally:
        order.end(load.desk)


def _alone(desk: Desk, session: Session, messages: Row[OutboundMessage], order: Order) -> None:
    for message in messages:
        if time.monotonic() >= order.until:
            return
        try:
            envelope = _envelope(desk, message)
        except NotAMail as error:
            order.refuse(message, str(error))
            continue
        answer = session.send(envelope, lambda one=message: bool(desk.hand_over([one])))  # type: ignore[misc]
        desk.answered(message, answer)


def _envelope(desk: Desk, message: OutboundMessage) -> Envelope:
    return freezing.envelope(message, now=desk.clock.now())


class Lines:
    """The threads never touch the database: they ask, and the one that called answers all who wait in one go."""

    def __init__(self, load: Load, order: Order) -> None:
        self._order, self._lines = order, 0
        self._waiting: deque[OutboundMessage] = deque()
        self._desks: dict[UUID | None, Desk] = {}  # by the claim of their messages
        self._open: Counter[UUID | None] = Counter()  # messages that are not through
        self._heard: SimpleQueue[Asked | Told | None] = SimpleQueue()
        self._errors: list[BaseException] = []
        self._take_on(load)

    def _take_on(self, load: Load) -> None:
        claim = load.desk.reservation.claim
        self._desks[claim] = load.desk
        self._open[claim] += len(load.messages)
        self._waiting.extend(load.messages)

    def run(self, sessions: Row[Session]) -> None:
        threads = [threading.Thread(target=self._talk, args=[session], daemon=True) for session in sessions]
        self._lines = len(threads)
        for thread in threads:
            thread.start()
        try:
            self._serve(len(threads))
            for thread in threads:
                thread.join()
        finally:
            for desk in self._desks.values():
                self._order.end(desk)
        if self._errors:
            raise self._errors[0]

    def _next(self) -> OutboundMessage | None:
        if time.monotonic() >= self._order.until or self._errors:
            return None
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def _talk(self, session: Session) -> None:
        try:
            mail = self._take()
            while mail is not None:
                ahead: list[Mail] = []
                if mail.is_kept:
                    self._heard.put(Told(mail.message, Answer(Result.WITHHELD)))
                else:
                    answer = session.send(mail.envelope, partial(self._may_go, mail), partial(self._look_ahead, ahead))
                    self._heard.put(Told(mail.message, answer))
                mail = ahead[0] if ahead else self._take()
        except BaseException as error:
            self._errors.append(error)
        finally:
            self._heard.put(None)

    def _take(self) -> Mail | None:
        """The next message of which a mail can be made."""
        while (message := self._next()) is not None:
            try:
                return Mail(message, _envelope(self._desks[message.claim], message))
            except NotAMail as error:
                self._heard.put(Told(message, None, str(error)))
        return None

    def _look_ahead(self, ahead: list[Mail]) -> None:
        """The server is about to answer: whether the next one may go is asked now, so that nobody waits for it then."""
        mail = self._take()
        if mail is not None:
            ahead.append(replace(mail, asked=self._ask(mail.message), at=time.monotonic()))

    def _may_go(self, mail: Mail) -> bool:
        """Committed when it says so. What was answered a while ago is asked again: much may have come since."""
        if mail.asked is None:
            return self._ask(mail.message).result()
        allowed = mail.asked.result()
        if allowed and time.monotonic() - mail.at > FRESH_SECONDS:
            return self._ask(mail.message, is_again=True).result()
        return allowed

    def _ask(self, message: OutboundMessage, *, is_again: bool = False) -> Future[bool]:
        answer: Future[bool] = Future()
        self._heard.put(Asked(message, answer, is_again))
        return answer

    def _serve(self, talking: int) -> None:
        """Until every thread has ended. After an error all who ask are told of it, so that they send nothing."""
        while talking:
            heard = list(self._gathered())
            talking -= sum(one is None for one in heard)
            asked = [one for one in heard if isinstance(one, Asked)]
            try:
                self._note(heard)
                allowed = self._hand_over(asked) if not self._errors else set()
            except BaseException as error:
                self._errors.append(error)
                allowed = set()
            for one in asked:
                if self._errors:
                    one.answer.set_exception(self._errors[0])
                else:
                    one.answer.set_result(one.message.pk in allowed)
            self._refill()

    def _gathered(self) -> Iterator[Asked | Told | None]:
        yield self._heard.get()
        while True:
            try:
                yield self._heard.get_nowait()
            except Empty:
                return

    def _hand_over(self, asked: Row[Asked]) -> set[UUID]:
        allowed = set[UUID]()
        for claim, desk in self._desks.items():
            own = [one for one in asked if one.message.claim == claim]
            desk.take_back([one.message for one in own if one.is_again])
            allowed |= desk.hand_over([one.message for one in own]) if own else set()
        return allowed

    def _note(self, heard: Row[Asked | Told | None]) -> None:
        for one in heard:
            if not isinstance(one, Told):
                continue
            if one.answer is not None:
                self._desks[one.message.claim].answered(one.message, one.answer)
            else:
                self._order.refuse(one.message, one.words)
            self._open[one.message.claim] -= 1
        for claim in [claim for claim, count in self._open.items() if not count]:
            del self._open[claim]
            self._order.end(self._desks.pop(claim))

    def _refill(self) -> None:
        """The next load is taken on before the last one is through, so that no line pauses between them."""
        if self._errors or len(self._waiting) >= self._lines:
            return
        try:
            load = self._order.more(self._lines)
        except BaseException as error:
            self._errors.append(error)
            return
        if load is not None:
            self._take_on(load)
