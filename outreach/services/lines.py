"""Several connections of one worker at once: threads that talk to mail servers, and what they ask of the database.

Where a server answers at once, one thread hands over for all that wait at a moment: a commit is shared. Where it takes
its time, a commit costs less than waiting for another's: each connection hands over by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Row
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from django.db import connection

from outreach.models import OutboundMessage
from outreach.services import freezing
from outreach.services.aside import hang_up
from outreach.services.desk import Desk
from outreach.services.mime import NotAMail
from outreach.transports.base import Answer, Envelope, Session

Refuse = Callable[[OutboundMessage, str], None]
SLOW_SECONDS = 0.005  # a server that takes longer to answer is worth a database connection for each of ours to it
ENOUGH_ANSWERS = 20  # after which one knows


@dataclass(frozen=True)
class Asked:
    """A message whose bytes are at the server but for the last: may it go?"""

    message: OutboundMessage
    answer: Future[bool]


@dataclass(frozen=True)
class Told:
    """What the server said; or, with words, why no mail could be made."""

    message: OutboundMessage
    answer: Answer | None
    words: str = ""


@dataclass
class Pace:
    """How long a server takes to answer what was handed over to it."""

    seconds: float = 0.0
    answers: int = 0

    @property
    def is_slow(self) -> bool:
        return self.answers >= ENOUGH_ANSWERS and self.seconds / self.answers > SLOW_SECONDS

    def send(self, session: Session, envelope: Envelope, hand_over: Callable[[], bool]) -> Answer:
        """Send it, and count how long the answer took from the hand-over on."""
        handed_over = 0.0

        def may() -> bool:
            nonlocal handed_over
            allowed = hand_over()
            handed_over = time.monotonic()
            return allowed

        answer = session.send(envelope, may)
        if handed_over:
            self.seconds, self.answers = self.seconds + time.monotonic() - handed_over, self.answers + 1
        return answer


class Waiting:
    """The messages of a batch, each given to one thread; none when time is over or something went wrong."""

    def __init__(self, messages: Row[OutboundMessage], until: float) -> None:
        self._messages, self._until, self._lock = iter(messages), until, threading.Lock()
        self.errors: list[BaseException] = []

    def next(self) -> OutboundMessage | None:
        with self._lock:
            return next(self._messages, None) if time.monotonic() < self._until and not self.errors else None

    def fail(self) -> None:
        """Raise what went wrong, if something did."""
        if self.errors:
            raise self.errors[0]


@dataclass(frozen=True)
class Batch:
    """Messages for one server, and how they are sent; `pace` is kept from one batch to the next."""

    desk: Desk
    messages: Row[OutboundMessage]
    until: float  # the process's own clock; what there is no time for is left
    refuse: Refuse
    pace: Pace = field(default_factory=Pace)


def send(batch: Batch, sessions: Row[Session]) -> None:
    """Send the messages over these sessions."""
    waiting = Waiting(batch.messages, batch.until)
    if len(sessions) == 1:
        _alone(batch, batch.desk, sessions[0], waiting)
    # A transaction around all this is a test's: what it has not committed is seen from no other connection.
    elif batch.pace.is_slow and not connection.in_atomic_block:
        _apart(batch, sessions, waiting)
    else:
        Lines(batch, waiting).run(sessions)


def _alone(batch: Batch, desk: Desk, session: Session, waiting: Waiting) -> None:
    while (message := waiting.next()) is not None:
        try:
            envelope = _envelope(desk, message)
        except NotAMail as error:
            batch.refuse(message, str(error))
            continue
        answer = batch.pace.send(session, envelope, lambda one=message: bool(desk.hand_over([one])))  # type: ignore[misc]
        desk.answered(message, answer)


def _apart(batch: Batch, sessions: Row[Session], waiting: Waiting) -> None:
    """Each session with a desk and a database connection of its own; the first one's are those of this thread."""

    def talk(session: Session) -> None:
        desk = batch.desk.another()
        try:
            _alone(batch, desk, session, waiting)
        except BaseException as error:
            waiting.errors.append(error)
        finally:
            _leave(desk, waiting)

    threads = [threading.Thread(target=talk, args=[session], daemon=True) for session in sessions[1:]]
    for thread in threads:
        thread.start()
    try:
        _alone(batch, batch.desk, sessions[0], waiting)
    except BaseException as error:
        waiting.errors.append(error)
    for thread in threads:
        thread.join()
    waiting.fail()


def _leave(desk: Desk, waiting: Waiting) -> None:
    try:
        desk.write()
    except BaseException as error:
        waiting.errors.append(error)
    finally:
        hang_up()


def _envelope(desk: Desk, message: OutboundMessage) -> Envelope:
    return freezing.envelope(message, now=desk.clock.now())


class Lines:
    """The threads never touch the database: they ask, and the one that called answers all who wait in one go."""

    def __init__(self, batch: Batch, waiting: Waiting) -> None:
        self._batch, self._desk, self._waiting, self._errors = batch, batch.desk, waiting, waiting.errors
        self._heard: SimpleQueue[Asked | Told | None] = SimpleQueue()

    def run(self, sessions: Row[Session]) -> None:
        threads = [threading.Thread(target=self._talk, args=[session], daemon=True) for session in sessions]
        for thread in threads:
            thread.start()
        self._serve(len(threads))
        for thread in threads:
            thread.join()
        self._waiting.fail()

    def _talk(self, session: Session) -> None:
        try:
            while (message := self._waiting.next()) is not None:
                self._heard.put(self._one(session, message))
        except BaseException as error:
            self._errors.append(error)
        finally:
            self._heard.put(None)

    def _one(self, session: Session, message: OutboundMessage) -> Told:
        try:
            envelope = _envelope(self._desk, message)
        except NotAMail as error:
            return Told(message, None, str(error))
        return Told(message, self._batch.pace.send(session, envelope, lambda: self._ask(message)))

    def _ask(self, message: OutboundMessage) -> bool:
        answer: Future[bool] = Future()
        self._heard.put(Asked(message, answer))
        return answer.result()

    def _serve(self, talking: int) -> None:
        """Until every thread has ended. After an error all who ask are told of it, so that they send nothing."""
        while talking:
            heard = list(self._gathered())
            talking -= sum(one is None for one in heard)
            asked = [one for one in heard if isinstance(one, Asked)]
            try:
                self._note(heard)
                allowed = self._desk.hand_over([one.message for one in asked]) if asked and not self._errors else set()
            except BaseException as error:
                self._errors.append(error)
                allowed = set()
            for one in asked:
                if self._errors:
                    one.answer.set_exception(self._errors[0])
                else:
                    one.answer.set_result(one.message.pk in allowed)

    def _gathered(self) -> Iterator[Asked | Told | None]:
        yield self._heard.get()
        while True:
            try:
                yield self._heard.get_nowait()
            except Empty:
                return

    def _note(self, heard: Row[Asked | Told | None]) -> None:
        for one in heard:
            if isinstance(one, Told) and one.answer is not None:
                self._desk.answered(one.message, one.answer)
            elif isinstance(one, Told):
                self._batch.refuse(one.message, one.words)
