"""What mail providers report: calls checked and stored in one insert, then read and acted on, each event once."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from anymail.utils import get_request_basic_auth
from django.conf import settings
from django.db import connection, transaction
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery
from django.http import HttpRequest
from django.urls import reverse

from crm.access import active_tenant
from crm.models import Tenant
from crm.tenancy.context import SET_TENANT
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.trips import Statement, in_one_trip
from crm.tenancy.waiting import tenants_with
from outreach.choices import TransportKind
from outreach.models import CallState, Mailbox, OutboundMessage, ProviderCall, ProviderEvent
from outreach.services import mailbox_secrets, provider_events, provider_signatures
from outreach.services.provider_events import Reported
from outreach.services.provider_signatures import Call

USER = "rapport"
KEPT = ("svix-id", "x-amz-sns-message-type", "x-amz-sns-message-id")  # headers that reading needs
MAX_ATTEMPTS = 3
BATCH = 200
SPELL_SECONDS = 10
KEEP_CALLS, KEEP_EVENTS = timedelta(days=30), timedelta(days=90)
logger = logging.getLogger(__name__)


def address_of(*, tenant: Tenant, mailbox: Mailbox) -> str:
    """The address to enter at the provider, with the mailbox's secret in it; "" while it has none."""
    secret = mailbox_secrets.secrets_of(mailbox).get("hook", "")
    path = reverse("outreach-public:provider-hook", args=[tenant.slug, mailbox.pk])
    return f"{settings.BASE_URL}{path}".replace("://", f"://{USER}:{secret}@", 1) if secret else ""


@dataclass(frozen=True)
class Door:
    """A mailbox that reports come for, with what proves that a call is its provider's."""

    tenant_id: UUID
    mailbox_id: UUID
    provider: str
    login: str = field(repr=False)
    signing_key: str = field(repr=False)

    def lets_in(self, *, request: HttpRequest, call: Call, now: datetime) -> bool:
        """Whether a call carries the mailbox's secret, and the provider's signature where its key was entered."""
        given = get_request_basic_auth(request) or ""
        is_ours = hmac.compare_digest(self.login.encode(), given.encode())
        return is_ours and provider_signatures.is_genuine(self.provider, call, self.signing_key, now)


def door_of(mailbox: Mailbox) -> Door:
    keys = mailbox_secrets.secrets_of(mailbox)
    login = f"{USER}:{keys.get('hook') or secrets.token_hex()}"
    return Door(mailbox.tenant_id, mailbox.pk, mailbox.provider, login, keys.get("signing_key", ""))


@lru_cache(maxsize=1024)
def _door(slug: str, key: UUID, spell: int) -> Door | None:
    owner = active_tenant(slug=slug)
    if owner is None:
        return None
    with open_tenant(owner):
        mailbox = Mailbox.objects.filter(pk=key, transport=TransportKind.ESP).first()
        return door_of(mailbox) if mailbox else None


def door(*, slug: str, key: UUID, now: datetime) -> Door | None:
    """The door at an address, looked up at most once in ten seconds: a call then costs a single insert."""
    return _door(slug, key, int(now.timestamp()) // SPELL_SECONDS)


def take(*, door: Door, call: Call, now: datetime) -> None:
    """Store one call, or do nothing when it came before. Committed when it returns: the provider may be answered."""
    row = ProviderCall(
        tenant_id=door.tenant_id,
        mailbox_id=door.mailbox_id,
        provider=door.provider,
        body=call.body,
        content_type=call.headers.get("content-type", "")[:120],
        headers={name: call.headers[name][:500] for name in KEPT if name in call.headers},
        digest=hashlib.sha256(call.body).hexdigest(),
        received_at=now,
    )
    in_one_trip((SET_TENANT, [str(door.tenant_id)]), _insertion(row))


def _insertion(row: ProviderCall) -> Statement:
    query = InsertQuery(ProviderCall, on_conflict=OnConflict.IGNORE)
    query.insert_values(ProviderCall._meta.concrete_fields, [row])
    [(text, values)] = query.get_compiler(connection=connection).as_sql()
    return text, values


@dataclass(frozen=True)
class _Found:
    """An event, its key, and the message of ours that it is about."""

    key: str
    event: Reported
    message_id: UUID | None


def read_batch(*, now: datetime, limit: int = BATCH) -> int:
    """Read and act on waiting calls of the current tenant; returns how many. Safe in several workers at once."""
    waiting = ProviderCall.objects.filter(state=CallState.STORED).order_by("received_at")
    calls = list(waiting.select_for_update(of=("self",), skip_locked=True)[:limit])
    for call in calls:
        try:
            with transaction.atomic():
                _act(call, provider_events.read(call), now)
            call.state, call.problem = CallState.READ, ""
        except Exception as error:
            logger.exception("call %s of %s could not be read", call.pk, call.provider)
            call.attempts, call.problem = call.attempts + 1, repr(error)[:300]
            call.state = CallState.FAILED if call.attempts >= MAX_ATTEMPTS else CallState.STORED
    ProviderCall.objects.bulk_update(calls, ["state", "attempts", "problem"], batch_size=BATCH)
    return len(calls)


def _act(call: ProviderCall, reported: list[Reported], now: datetime) -> None:
    """What is new among these events takes effect; the rest was seen before."""
    by_key = {event.key(call.provider): event for event in reported}
    seen = ProviderEvent.objects.filter(mailbox=call.mailbox_id, key__in=by_key).values_list("key", flat=True)
    fresh = {key: event for key, event in by_key.items() if key not in set(seen)}
    messages = _messages(fresh.values())
    found = [
        _Found(key, event, messages.get(event.outbound) or messages.get(event.ref)) for key, event in fresh.items()
    ]
    ProviderEvent.objects.bulk_create([_row(call, one) for one in found])  # a rival with the same key waits, then fails
    for one in found:
        if one.message_id is not None:
            provider_events.take_effect(one.event, one.message_id, now)


def _row(call: ProviderCall, found: _Found) -> ProviderEvent:
    return ProviderEvent(
        mailbox_id=call.mailbox_id,
        message_id=found.message_id,
        key=found.key,
        kind=found.event.kind[:16],
        occurred_at=found.event.occurred_at or call.received_at,
    )


def _messages(events: Iterable[Reported]) -> dict[str, UUID]:
    """{our id or the provider's: ledger row} for the messages of these events, in at most two queries."""
    events = list(events)
    ours = {event.outbound for event in events if event.outbound}
    rest = {event.ref for event in events if event.ref and not event.outbound}
    found: dict[str, UUID] = {}
    if ours:
        found |= {str(pk): pk for pk in OutboundMessage.objects.filter(pk__in=ours).values_list("pk", flat=True)}
    if rest:
        by_ref = OutboundMessage.objects.filter(provider_ref__in=rest).values_list("provider_ref", "pk")
        by_id = OutboundMessage.objects.filter(message_id__in=rest).values_list("message_id", "pk")
        found |= {**dict(by_id), **dict(by_ref)}
    return found


def tenants_with_waiting() -> list[UUID]:
    """Active tenants in which a call waits to be read."""
    return tenants_with("outreach_providercall", "w.state = 'stored'", oldest="received_at")


def forget_old(*, now: datetime) -> int:
    """Delete calls after 30 days and the keys of events after 90: later replays are refused by their age."""
    calls, _ = ProviderCall.objects.filter(received_at__lt=now - KEEP_CALLS).exclude(state=CallState.STORED).delete()
    events, _ = ProviderEvent.objects.filter(occurred_at__lt=now - KEEP_EVENTS).delete()
    return calls + events


def headers_of(request: HttpRequest) -> Mapping[str, Any]:
    return {name.lower(): value for name, value in request.headers.items()}
