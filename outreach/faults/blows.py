"""The blows of a fault run: workers are killed, the broker is emptied, the database dies, all while mails go out."""

from __future__ import annotations

import random
from dataclasses import dataclass

from outreach.faults.processes import Workers, empty_broker, restart_database


def _moments(messages: int, count: int, chance: random.Random) -> list[int]:
    """Counted in mails that were taken, so that every blow hits while mails go out.

    Within the first four fifths: some mails are refused, and the last ones may all go between two looks.
    """
    last = max(2, messages * 4 // 5)
    return sorted(chance.sample(range(1, last), min(count, last - 1)))


@dataclass
class Blows:
    """What is still to be struck, and what was."""

    kills: list[int]
    restarts: list[int]
    floods: list[int]
    restarted: int = 0
    emptied: int = 0

    @classmethod
    def thrown(cls, messages: int, *, kills: int, restarts: int, floods: int, chance: random.Random) -> Blows:
        thrown = [_moments(messages, count, chance) for count in (kills, restarts, floods)]
        return cls(kills=thrown[0], restarts=thrown[1], floods=thrown[2])

    @staticmethod
    def _due(moments: list[int], taken: int) -> bool:
        """Has one of the moments come? Those that have are forgotten."""
        has_come = bool(moments) and taken >= moments[0]
        moments[:] = [moment for moment in moments if moment > taken]
        return has_come

    def strike(self, workers: Workers, taken: int) -> bool:
        """Strike what is due; True when the workers were killed. The database dies while they live, then they do."""
        if self._due(self.floods, taken):
            empty_broker()
            self.emptied += 1
        is_restart = self._due(self.restarts, taken)
        if is_restart:
            restart_database()
            self.restarted += 1
        if not is_restart and not self._due(self.kills, taken):
            return False
        workers.kill()
        return True
