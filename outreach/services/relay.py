"""What a round sends, batch after batch: while one goes, the next is reserved aside."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from outreach.services import claim_screen, claiming
from outreach.services.aside import Aside
from outreach.services.ledger import Reservation

MOST_AT_ONCE = 500  # messages of a batch
MANY = claim_screen.FEW  # messages of a batch after which another is worth reserving beside it
Reserve = Callable[[int], Reservation]


@dataclass
class Relay:
    """The batches of one round, until the process's own clock says `ends`. `reserve` claims so many, in any thread."""

    aside: Aside
    reserve: Reserve
    ends: float
    sent: int = 0
    seen: int = 0  # by the last that was taken
    claims: list[UUID] = field(default_factory=list)  # of all that were taken
    _coming: Future[Reservation] | None = None
    _limit: int = claiming.BATCH
    _taken: tuple[int, float] = (0, 0.0)  # messages of the last batch, and when it was taken

    def begin(self, held: Reservation) -> Reservation:
        """This batch goes now. The next is asked for, where one of so many is likely to be followed by another."""
        count, now = len(held.messages), time.monotonic()
        if self._taken[0]:
            self._limit = _next_limit(self._taken[0], now - self._taken[1])
        self._taken, self.sent, self.seen = (count, now), self.sent + count, held.seen
        self.claims.append(held.claim)
        goes_on = count >= MANY and now < self.ends
        self._coming = self.aside.ask(partial(self.reserve, self._limit)) if goes_on else None
        return held

    def next(self) -> Reservation | None:
        """The batch that was asked for, when it is there; None when none was."""
        return self.begin(self._coming.result()) if self._coming is not None else None

    def next_if(self, fits: Callable[[Reservation], bool]) -> Reservation | None:
        """The same where it is there already and fits; None otherwise, without waiting."""
        if self._coming is None or not self._coming.done() or not fits(self._coming.result()):
            return None
        return self.next()

    def left(self) -> list[UUID]:
        """The claim of what was asked for and not taken, after an error: it is to be given back."""
        return [self._coming.result().claim] if self._coming is not None else []


def _next_limit(sent: int, seconds: float) -> int:
    """As many as go in a second: what a batch costs by itself is shared by more where mails go quickly.

    Where they go slowly, others who send for this workspace find something left.
    """
    return min(MOST_AT_ONCE, max(claiming.BATCH, round(1 * sent / max(seconds, 0.01))))
