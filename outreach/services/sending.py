"""Sends what is due: reserves a batch, opens ways out for each mailbox, hands over what they are ready for."""

from __future__ import annotations

import logging
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.core.cache import cache
from django.db import connection

from crm.models import Tenant
from crm.services.sealed import SealBroken
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.keys import cache_key
from crm.tenancy.waiting import tenants_with
from outreach.models import Mailbox, OutboundMessage
from outreach.services import (
    claiming,
    evidence,
    ledger,
    lines,
    mailboxes,
    outages,
    recipient_domains,
    send_gate,
    sent_mail,
)
from outreach.services.aside import Aside, Work
from outreach.services.clock import database_now
from outreach.services.desk import Desk
from outreach.services.ledger import Reservation
from outreach.services.lines import Load, Order
from outreach.services.relay import MANY, Relay
from outreach.transports.base import Answer, NotReached, Result, Session, Transport

NUDGED = "outreach-sending"  # the mark of a wake-up that is under way
MOST_SECONDS = 150  # one round; with the longest wait for an answer it stays below the lease and a task's limit
ROUND_SECONDS = 20  # after these no further batch is begun: other tenants wait
CONNECTIONS = 8  # of one worker to one server at once
ENOUGH = 10  # messages for each further connection
FIRST = CONNECTIONS * ENOUGH  # messages of the first batch of a round: few, so that connections begin soon
TURN_SECONDS = 0.0005
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """What one round did: messages reserved, and whether more may be waiting."""

    reserved: int
    has_more: bool


def _settle(tenant: Tenant, message_id: UUID, claim: UUID, answer: Answer) -> None:
    with open_tenant(tenant):
        ledger.settle(message_id=message_id, claim=claim, answer=answer, now=database_now())


def _refuse(tenant: Tenant, message: OutboundMessage, words: str) -> None:
    """It cannot become a mail: that is written into the ledger."""
    assert message.claim is not None
    with open_tenant(tenant):
        ledger.refuse(message_id=message.pk, claim=message.claim, words=words, now=database_now())


def _open(tenant: Tenant, mailbox: Mailbox) -> tuple[Transport, Session]:
    try:
        with open_tenant(tenant):
            transport = mailboxes.transport_of(tenant=tenant, mailbox=mailbox)
    except SealBroken as error:
        raise NotReached(str(error)) from error
    return transport, transport.open()


@dataclass
class Ways:
    """The connections of one round, at most `most` to each server, kept from one batch to the next until it ends."""

    tenant: Tenant
    most: int
    until: float  # the process's own clock
    _open: dict[UUID, tuple[Transport, list[Session]]] = field(default_factory=dict)

    def of(self, mailbox: Mailbox, messages: int) -> tuple[Transport, list[Session]]:
        """As many as these messages are enough for. Raises NotReached where there is none."""
        if mailbox.pk not in self._open:
            transport, first = _open(self.tenant, mailbox)
            self._open[mailbox.pk] = transport, [first]
        transport, sessions = self._open[mailbox.pk]
        wanted = self.wanted(transport, messages)
        try:
            while len(sessions) < wanted:
                sessions.append(transport.open())
        except NotReached as error:  # the server allows fewer
            logger.info("%s connections of %s: %s", len(sessions), wanted, error)
        return transport, sessions[:wanted]

    def wanted(self, transport: Transport, messages: int) -> int:
        """How many connections so many messages are enough for."""
        return max(1, min(self.most, transport.most_connections, messages // ENOUGH))

    def close(self) -> None:
        for _, sessions in self._open.values():
            for one in sessions:
                one.close()


@dataclass(frozen=True)
class Shift:
    """What the batches of one round have in common. `conclude` does what follows from them: now, or aside."""

    ways: Ways
    conclude: Callable[[Work], None]
    relay: Relay | None = None  # of a round of many batches

    def send(self, reservation: Reservation) -> None:
        """Send what was reserved, and what may go on with it. What there is no time for is given back."""
        by_mailbox: dict[Mailbox, list[OutboundMessage]] = defaultdict(list)
        for message in reservation.messages:
            assert message.mailbox is not None
            by_mailbox[message.mailbox].append(message)
        for mailbox, messages in by_mailbox.items():
            self._send_from(mailbox, messages, reservation, is_only=len(by_mailbox) == 1)
        if time.monotonic() >= self.ways.until:
            for claim in self.relay.claims if self.relay else [reservation.claim]:
                _release(self.ways.tenant, claim)

    def _send_from(
        self, mailbox: Mailbox, messages: list[OutboundMessage], reservation: Reservation, *, is_only: bool
    ) -> None:
        tenant, claim = self.ways.tenant, reservation.claim
        try:
            transport, sessions = self.ways.of(mailbox, len(messages))
        except NotReached as error:
            logger.warning("mailbox %s of tenant %s: %s", mailbox.pk, tenant.pk, error)
            for message in messages:
                _settle(tenant, message.pk, claim, Answer(Result.NOT_REACHED, text=str(error)))
            return
        more = partial(self._more, mailbox, transport) if is_only else _no_more
        order = Order(self.ways.until, partial(_refuse, tenant), self._end, more)
        lines.send(Load(Desk.opened(tenant, reservation, transport.name), messages), sessions, order)

    def _end(self, desk: Desk) -> None:
        desk.write()
        self.conclude(desk.conclude)

    def _more(self, mailbox: Mailbox, transport: Transport, open_lines: int) -> Load | None:
        """The next batch, where it is there, of this mailbox alone, and not worth more lines than are open."""

        def fits(held: Reservation) -> bool:
            count = len(held.messages)
            return 0 < count == sum(one.mailbox_id == mailbox.pk for one in held.messages) and (
                self.ways.wanted(transport, count) <= open_lines
            )

        held = self.relay.next_if(fits) if self.relay else None
        return Load(Desk.opened(self.ways.tenant, held, transport.name), held.messages) if held else None


def _no_more(_: int) -> None:
    return None


def _reserve(tenant: Tenant, limit: int) -> Reservation:
    """Claimed first, which others see at once; then the words. Before it, new domains are asked about."""
    recipient_domains.look_up(tenant=tenant, most=limit)
    with open_tenant(tenant):
        held = claiming.claim_due(tenant=tenant, now=database_now(), limit=limit)
    with open_tenant(tenant):
        return ledger.write(held=held, tenant=tenant, now=database_now())


def _release(tenant: Tenant, claim: UUID) -> None:
    with open_tenant(tenant):
        ledger.release(claim=claim, now=database_now())


def _may_begin(tenant: Tenant) -> bool:
    return not tenant.sending_stopped and send_gate.standing().is_open


@contextmanager
def _ways(tenant: Tenant, connections: int) -> Iterator[Ways]:
    outages.beat(database_now())
    ways = Ways(tenant, connections or CONNECTIONS, time.monotonic() + MOST_SECONDS)
    try:
        yield ways
    finally:
        ways.close()


@contextmanager
def _short_turns() -> Iterator[None]:
    """Threads that talk to a server wait less for the one that reckons: by itself a turn is 5 ms."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _at_once(work: Work) -> None:
    work()


def send_due(*, tenant: Tenant, limit: int = claiming.BATCH, connections: int = 0) -> Batch:
    """Send one batch of the tenant's due messages, over so many connections to each server (0: CONNECTIONS).

    Call it outside of any transaction: each step commits its own. Safe to run in several workers at once, to run again,
    and to be killed at any point (see `ledger.recover`).
    """
    if not _may_begin(tenant):
        return Batch(0, has_more=False)
    with _ways(tenant, connections) as ways:
        held = _reserve(tenant, limit)
        Shift(ways, _at_once).send(held)
    return Batch(len(held.messages), has_more=bool(held.seen))


def send_round(*, tenant: Tenant, connections: int = 0, seconds: float = ROUND_SECONDS) -> Batch:
    """Send batch after batch for so long, as `send_due` does, over connections that are kept.

    While one batch goes, the next is reserved and what follows from the last one is written.
    """
    if not _may_begin(tenant):
        return Batch(0, has_more=False)
    ends = time.monotonic() + seconds
    with _ways(tenant, connections) as ways:
        held = _reserve(tenant, FIRST)
        # A transaction around all this is a test's: what it has not committed is seen from nowhere else.
        if len(held.messages) < MANY or connection.in_atomic_block:
            Shift(ways, _at_once).send(held)
            return Batch(len(held.messages), has_more=bool(held.seen))
        with _short_turns(), Aside() as aside:
            relay = Relay(aside, partial(_reserve, tenant), ends)
            return _send_many(Shift(ways, aside.tell, relay), relay, held)


def _send_many(shift: Shift, relay: Relay, held: Reservation) -> Batch:
    batch: Reservation | None = relay.begin(held)
    try:
        while batch is not None:
            shift.send(batch)
            batch = relay.next()
    except BaseException:
        for claim in relay.left():
            _release(shift.ways.tenant, claim)
        raise
    return Batch(relay.sent, has_more=bool(relay.seen))


def tenants_with_due() -> list[UUID]:
    """Active tenants in which a message is due."""
    due = "w.state = 'planned' AND NOT w.is_held AND w.due_at <= statement_timestamp()"
    return tenants_with("outreach_outboundmessage", due, oldest="due_at")


def tenants_to_settle() -> list[UUID]:
    """Active tenants in which a worker's lease is over, or an unknown message waits for evidence."""
    open_ones = "(w.lease_until <= statement_timestamp() OR w.state = 'unknown')"
    return tenants_with("outreach_outboundmessage", open_ones, oldest="due_at")


def settle_open(*, tenant: Tenant) -> None:
    """Look after rows whose worker died, and for evidence about unknown ones."""
    with open_tenant(tenant):
        ledger.recover(now=database_now())
        evidence.look_in_sandbox(now=database_now())
    sent_mail.look(tenant=tenant)


def may_nudge(tenant_id: UUID) -> bool:
    """One wake-up of a tenant at a time is enough; the mark goes when the task starts, or by itself."""
    return bool(cache.add(cache_key(tenant_id, NUDGED), 1, timeout=30))
