"""Sends what is due: reserves a batch, opens a way out for each mailbox, hands over one message after the other."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.core.cache import cache
from django.db import connection

from crm.models import Tenant
from crm.services.sealed import SealBroken
from crm.tenancy.context import dispatch as as_dispatch
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.keys import cache_key
from outreach.models import Mailbox, OutboundMessage
from outreach.services import evidence, ledger, lines, mailboxes, outages, send_gate
from outreach.services.clock import database_now
from outreach.services.desk import Desk
from outreach.services.ledger import Reservation
from outreach.transports.base import Answer, NotReached, Result, Session, Transport

NUDGED = "outreach-sending"  # the mark of a wake-up that is under way
MOST_SECONDS = 150  # one batch; with the longest wait for an answer it stays below the lease and a task's limit
CONNECTIONS = 4  # of one worker to one server at once
ENOUGH = 10  # messages for each further connection
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """What one round did: messages reserved, and whether more may be waiting."""

    reserved: int
    has_more: bool


@dataclass(frozen=True)
class Limits:
    """Of one round: by when it ends (the process's own clock), and how many connections it may open to a server."""

    until: float
    connections: int


def _settle(tenant: Tenant, message_id: UUID, claim: UUID, answer: Answer) -> None:
    with open_tenant(tenant):
        ledger.settle(message_id=message_id, claim=claim, answer=answer, now=database_now())


def _refuse(tenant: Tenant, claim: UUID, message: OutboundMessage, words: str) -> None:
    """It cannot become a mail: that is written into the ledger."""
    with open_tenant(tenant):
        ledger.refuse(message_id=message.pk, claim=claim, words=words, now=database_now())


def _open(tenant: Tenant, mailbox: Mailbox) -> tuple[Transport, Session]:
    try:
        with open_tenant(tenant):
            transport = mailboxes.transport_of(tenant=tenant, mailbox=mailbox)
    except SealBroken as error:
        raise NotReached(str(error)) from error
    return transport, transport.open()


def _sessions(transport: Transport, first: Session, messages: int, most: int) -> list[Session]:
    """More connections where there is enough for each, and where the transport may have several."""
    wanted = min(most, transport.most_connections, messages // ENOUGH)
    sessions = [first]
    try:
        while len(sessions) < wanted:
            sessions.append(transport.open())
    except NotReached as error:  # the server allows fewer
        logger.info("%s connections of %s: %s", len(sessions), wanted, error)
    return sessions


def _send_from(
    tenant: Tenant, mailbox: Mailbox, messages: list[OutboundMessage], reservation: Reservation, limits: Limits
) -> None:
    """All of one mailbox over its connections. What there is no time for stays reserved, and is released after."""
    claim = reservation.claim
    try:
        transport, session = _open(tenant, mailbox)
    except NotReached as error:
        logger.warning("mailbox %s of tenant %s: %s", mailbox.pk, tenant.pk, error)
        for message in messages:
            _settle(tenant, message.pk, claim, Answer(Result.NOT_REACHED, text=str(error)))
        return
    desk = Desk.opened(tenant, reservation, transport.name)
    sessions = _sessions(transport, session, len(messages), limits.connections)
    try:
        lines.send(desk, sessions, messages, limits.until, partial(_refuse, tenant, claim))
    finally:
        for one in sessions:
            one.close()
        desk.close()


def _reserve(tenant: Tenant, limit: int) -> Reservation:
    with open_tenant(tenant):
        return ledger.reserve(tenant=tenant, now=database_now(), limit=limit)


def send_due(*, tenant: Tenant, limit: int = ledger.BATCH, connections: int = 0) -> Batch:
    """Send up to `limit` of the tenant's due messages, over so many connections to each server (0: CONNECTIONS).

    Call it outside of any transaction: each step commits its own. Safe to run in several workers at once, to run again,
    and to be killed at any point (see `ledger.recover`).
    """
    if tenant.sending_stopped or not send_gate.standing().is_open:
        return Batch(0, has_more=False)
    limits = Limits(time.monotonic() + MOST_SECONDS, connections or CONNECTIONS)
    outages.beat(database_now())
    reservation = _reserve(tenant, limit)
    by_mailbox: dict[Mailbox, list[OutboundMessage]] = defaultdict(list)
    for message in reservation.messages:
        assert message.mailbox is not None
        by_mailbox[message.mailbox].append(message)
    for mailbox, messages in by_mailbox.items():
        _send_from(tenant, mailbox, messages, reservation, limits)
    if time.monotonic() >= limits.until:
        with open_tenant(tenant):
            ledger.release(claim=reservation.claim, now=database_now())
    return Batch(len(reservation.messages), has_more=bool(reservation.seen))


def _tenants(condition: str) -> list[UUID]:
    """Active tenants with a ledger row like this, the longest waiting first. The dispatch role sees no people."""
    with as_dispatch(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.tenant_id FROM outreach_outboundmessage m JOIN crm_tenant t ON t.id = m.tenant_id "  # noqa: S608
            f"WHERE t.status = 'active' AND {condition} GROUP BY m.tenant_id ORDER BY min(m.due_at)",
        )
        return [row[0] for row in cursor.fetchall()]


def tenants_with_due() -> list[UUID]:
    """Tenants in which a message is due."""
    return _tenants("m.state = 'planned' AND NOT m.is_held AND m.due_at <= statement_timestamp()")


def tenants_to_settle() -> list[UUID]:
    """Tenants in which a worker's lease is over, or an unknown message waits for evidence."""
    return _tenants("(m.lease_until <= statement_timestamp() OR m.state = 'unknown')")


def settle_open(*, tenant: Tenant) -> None:
    """Look after rows whose worker died, and for evidence about unknown ones."""
    with open_tenant(tenant):
        ledger.recover(now=database_now())
        evidence.look_in_sandbox(now=database_now())


def may_nudge(tenant_id: UUID) -> bool:
    """One wake-up of a tenant at a time is enough; the mark goes when the task starts, or by itself."""
    return bool(cache.add(cache_key(tenant_id, NUDGED), 1, timeout=30))
