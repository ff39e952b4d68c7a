"""Takes mails in: stored first and acknowledged, read afterwards; each has one effect however often it comes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from crm import access
from crm.background import wake_on_commit
from crm.models import StoredFile, Tenant
from crm.services import files
from crm.tenancy.context import current_tenant_id, dispatch
from crm.tenancy.context import tenant as open_tenant
from inbox.choices import InboundState
from inbox.mail.classify import Classification, classify
from inbox.mail.parse import ParsedMail, parse
from inbox.models import InboundMail
from inbox.services import filing

READ_TASK = "inbox.tasks.read_mail"
QUEUE = "sync"
MAX_ATTEMPTS = 3
MAX_BYTES = files.MAIL_ATTACHMENTS.max_bytes
GRACE = "30 seconds"  # a fresh row has a wake-up of its own on the way
logger = logging.getLogger(__name__)


class MailRefused(ValueError):
    """What was delivered cannot be taken; the message says why."""


@dataclass(frozen=True)
class Delivery:
    """One mail as it was delivered. `uid` is the deliverer's own key for it; without one its bytes are the key."""

    raw: bytes
    source: str
    uid: str = ""
    envelope_from: str = ""
    envelope_to: Sequence[str] = ()

    @property
    def key(self) -> str:
        return self.uid[:255] or hashlib.sha256(self.raw).hexdigest()


@transaction.atomic
def receive(*, delivery: Delivery, now: datetime) -> InboundMail:
    """Store a mail of the current tenant and have it read after the commit; a second delivery is the first one.

    Whoever delivers may be answered once the caller's transaction is committed. Raises MailRefused.
    """
    if not delivery.raw.strip():
        raise MailRefused("The mail is empty.")
    if len(delivery.raw) > MAX_BYTES:
        raise MailRefused(f"The mail is larger than {MAX_BYTES // files.MEGABYTE} MB, the most that is taken.")
    stored = InboundMail.objects.filter(source=delivery.source, source_uid=delivery.key).first()
    if stored is None:
        stored = _store(delivery, now)
    if stored.state == InboundState.STORED:
        wake_on_commit(READ_TASK, QUEUE, current_tenant_id(), stored.pk)
    return stored


def _store(delivery: Delivery, now: datetime) -> InboundMail:
    key = ""
    try:
        with transaction.atomic():
            file = files.store(content=delivery.raw, name="mail.eml", content_type="message/rfc822")
            key = file.key
            return InboundMail.objects.create(
                file=file,
                source=delivery.source,
                source_uid=delivery.key,
                envelope_from=delivery.envelope_from[:320],
                envelope_to=[a[:320] for a in delivery.envelope_to][:50],
                received_at=now,
            )
    except IntegrityError:
        # Another worker stored the same delivery first: its row is the one.
        default_storage.delete(key)
        return InboundMail.objects.get(source=delivery.source, source_uid=delivery.key)


def read(*, tenant: Tenant, inbound_id: object) -> None:
    """Read one waiting mail, outside a transaction; then do what follows from it in one. Twice changes nothing.

    A mail that kills its reader three times is given up and shown as unreadable; its bytes stay.
    """
    with open_tenant(tenant):
        row = InboundMail.objects.waiting().filter(pk=inbound_id).select_related("file").first()
        if row is None:
            return
        if row.attempts >= MAX_ATTEMPTS:
            _give_up(row, "It could not be read in three attempts.")
            return
        InboundMail.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
    try:
        mail, verdict = _parsed(row.file, row.received_at, tenant)
        with open_tenant(tenant):
            _take_in(row.pk, mail, verdict)
    except Exception as error:
        logger.exception("mail %s could not be taken in", row.pk)
        with open_tenant(tenant):
            InboundMail.objects.filter(pk=row.pk).update(problem=repr(error)[:500])
        raise


def _parsed(file: StoredFile, received_at: datetime, tenant: Tenant) -> tuple[ParsedMail, Classification]:
    mail = parse(files.read(file))
    return mail, classify(mail, today=timezone.localdate(received_at, access.zone(tenant.time_zone)))


def _take_in(inbound_id: UUID, mail: ParsedMail, verdict: Classification) -> None:
    row = InboundMail.objects.select_for_update(of=("self",)).get(pk=inbound_id)
    if row.state != InboundState.STORED:
        return
    if not _is_first(row, mail.fingerprint):
        row.state, row.fingerprint = InboundState.DUPLICATE, mail.fingerprint
        row.save(update_fields=["state", "fingerprint"])
        return
    filing.file(inbound=row, mail=mail, verdict=verdict)
    row.state, row.problem = InboundState.PARSED, " ".join(mail.problems)[:500]
    row.save(update_fields=["state", "problem"])


def _is_first(row: InboundMail, fingerprint: str) -> bool:
    """Claim this content; False when the same mail came by another way. A worker with a copy waits here."""
    try:
        with transaction.atomic():
            InboundMail.objects.filter(pk=row.pk).update(fingerprint=fingerprint)
    except IntegrityError:
        return False
    return True


def _give_up(row: InboundMail, problem: str) -> None:
    row.state, row.problem = InboundState.FAILED, row.problem or problem
    row.save(update_fields=["state", "problem"])


@transaction.atomic
def read_again(*, mail: InboundMail) -> None:
    """Give a mail that could not be read another three attempts."""
    changed = InboundMail.objects.filter(pk=mail.pk, state=InboundState.FAILED).update(
        state=InboundState.STORED, attempts=0
    )
    if changed:
        wake_on_commit(READ_TASK, QUEUE, current_tenant_id(), mail.pk)


def unread(limit: int = 200) -> list[tuple[UUID, UUID]]:
    """(tenant, key) of stored mails that waited longer than their own wake-up should take; as the dispatch role."""
    with dispatch(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT tenant_id, id FROM inbox_inboundmail
            WHERE state = 'stored' AND received_at < now() - %s::interval ORDER BY received_at LIMIT %s
            """,
            [GRACE, limit],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]
