"""The desk between a worker's connections and the ledger: hand-overs and answers of one reservation."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import OutboundMessage, SendingPolicy
from outreach.services import conclusion, contact_rules, exchange, ledger
from outreach.services.clock import database_now
from outreach.services.exchange import Ready
from outreach.services.gate import Intent
from outreach.services.ledger import Reservation
from outreach.transports.base import Answer, Result
from talent.choices import Channel

RULES_SECONDS = 1.0  # how old the rules of contact may be at a hand-over


@dataclass
class Clock:
    """The database's clock, read once; from then on by this process's own count of seconds. For the gate alone."""

    read: datetime
    at: float

    def now(self) -> datetime:
        return self.read + timedelta(seconds=time.monotonic() - self.at)


@dataclass
class Desk:
    """One reservation on its way out by one transport, used by one thread. Every hand-over is a transaction."""

    tenant: Tenant
    reservation: Reservation
    transport: str
    clock: Clock
    accepted: dict[UUID, Answer] = field(default_factory=dict)  # answers that the next transaction writes
    _rules: SendingPolicy | None = None
    _rules_until: float = 0.0

    @classmethod
    def opened(cls, tenant: Tenant, reservation: Reservation, transport: str) -> Desk:
        with open_tenant(tenant):
            return cls(tenant, reservation, transport, Clock(database_now(), time.monotonic()))

    def hand_over(self, messages: Row[OutboundMessage]) -> set[UUID]:
        """Which of these may go: committed when it returns. The others are put off or excluded, with the reason."""
        quick = self._by_intent(messages)
        allowed = self._quickly(quick) if quick else set()
        return allowed | {one.pk for one in messages if one.pk not in allowed and self._carefully(one)}

    def take_back(self, messages: Row[OutboundMessage]) -> None:
        """They were handed over and are on no way yet: as if they had not been."""
        if messages:
            with open_tenant(self.tenant):
                claim = self.reservation.claim
                ledger.take_back(messages=[one.pk for one in messages], claim=claim, now=database_now())

    def _by_intent(self, messages: Iterable[OutboundMessage]) -> list[list[Ready]]:
        groups: dict[Intent, list[Ready]] = defaultdict(list)
        for message in messages:
            ready = self.reservation.ready(message)
            if ready.mark and ready.intent.channel == Channel.EMAIL:
                groups[ready.intent].append(ready)
        return list(groups.values())

    def _quickly(self, groups: list[list[Ready]]) -> set[UUID]:
        told, allowed = dict(self.accepted), set[UUID]()
        for number, ready in enumerate(groups):
            allowed |= exchange.hand_over(
                tenant=self.tenant.pk,
                ready=ready,
                settled={} if number else told,
                claim=self.reservation.claim,
                transport=self.transport,
                rules=self._current_rules(),
                now=self.clock.now(),
            )
        self._forget(told)
        return allowed

    def _carefully(self, message: OutboundMessage) -> bool:
        """By the whole gate, which gives a reason where the answer is no."""
        self.write()
        with open_tenant(self.tenant):
            now, claim = database_now(), self.reservation.claim
            return ledger.hand_over(message_id=message.pk, claim=claim, transport=self.transport, now=now)

    def _current_rules(self) -> SendingPolicy:
        if self._rules is None or time.monotonic() > self._rules_until:
            with open_tenant(self.tenant):
                self._rules, self._rules_until = contact_rules.current(), time.monotonic() + RULES_SECONDS
        return self._rules

    def answered(self, message: OutboundMessage, answer: Answer) -> None:
        """What became of a message. A plain yes waits for the next hand-over; anything else is written at once."""
        if answer.result == Result.WITHHELD:
            return
        if answer.result == Result.ACCEPTED and not answer.is_delivered:
            self.accepted[message.pk] = answer
            return
        with open_tenant(self.tenant):
            claim = self.reservation.claim
            ledger.settle(message_id=message.pk, claim=claim, answer=answer, now=database_now())

    def write(self) -> None:
        """Write the answers that wait for a transaction."""
        told = dict(self.accepted)
        if told:
            with open_tenant(self.tenant):
                exchange.settle(settled=told, claim=self.reservation.claim)
            self._forget(told)

    def _forget(self, told: Iterable[UUID]) -> None:
        for key in told:
            self.accepted.pop(key, None)

    def conclude(self) -> None:
        """What follows from all that was accepted; by any thread, after the last answer was written."""
        with open_tenant(self.tenant):
            conclusion.of_claim(claim=self.reservation.claim, now=database_now())
