"""Unknown messages that lie in the sent mail of the mailbox they were handed to: the copy is the evidence."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence as Row
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db.models import F, Q

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.keys import cache_key
from outreach.choices import OWN_MAILBOX, MessageState, TransportKind
from outreach.models import Mailbox, OutboundMessage
from outreach.services import evidence, mailboxes
from outreach.services.clock import database_now
from outreach.transports.base import NotReached
from outreach.transports.sent_mail import Copy, SentMail, Sought

LOOKED = "outreach-sent-mail"
PAUSE = timedelta(minutes=15)  # between two looks into one mailbox
KEEPS_LOOKING = timedelta(days=2)  # a copy that is not there by then does not come
NOTE = "It lies in the sent mail of the mailbox."
logger = logging.getLogger(__name__)


def _unknown(now: datetime) -> dict[Mailbox, list[Sought]]:
    """What may lie in the sent mail of which mailbox, those looked into lately left out."""
    rows = OutboundMessage.objects.filter(state=MessageState.UNKNOWN, handed_over_at__gt=now - KEEPS_LOOKING)
    rows = rows.filter(Q(transport__in=OWN_MAILBOX) | Q(transport=TransportKind.SMTP) & ~Q(mailbox__provider=""))
    found = defaultdict[Mailbox, list[Sought]](list)
    for row in rows.filter(mailbox__transport=F("transport")).select_related("mailbox").order_by("-handed_over_at"):
        assert row.mailbox is not None
        assert row.handed_over_at is not None
        found[row.mailbox].append(Sought(row.pk, row.message_id, row.reply_token, row.handed_over_at))
    return {mailbox: sought for mailbox, sought in found.items() if _is_its_turn(mailbox)}


def _is_its_turn(mailbox: Mailbox) -> bool:
    """Marks it as looked into. Without the mark one looks again, which does no harm."""
    return bool(cache.add(cache_key(mailbox.tenant_id, LOOKED, mailbox.pk), 1, timeout=PAUSE.total_seconds()))


def _found(mailbox: Mailbox, folder: SentMail, sought: Row[Sought]) -> Mapping[UUID, Copy]:
    """What lies there; nothing where the mailbox does not say."""
    try:
        return folder.find(sought)
    except NotReached as error:
        logger.info("sent mail of mailbox %s: %s", mailbox.pk, error)
    except (LookupError, TypeError, ValueError, AttributeError):
        logger.exception("the sent mail of mailbox %s makes no sense", mailbox.pk)
    return {}


def look(*, tenant: Tenant) -> int:
    """Settle what is found; returns how many. Call it outside of any transaction: mailboxes take their time.

    A message that is not found stays unknown, for a person to decide.
    """
    with open_tenant(tenant):
        waiting = [
            (mailbox, mailboxes.sent_mail_of(mailbox), sought) for mailbox, sought in _unknown(database_now()).items()
        ]
    settled = 0
    for mailbox, folder, sought in waiting:
        copies = _found(mailbox, folder, sought) if folder is not None else {}
        with open_tenant(tenant):
            for key, copy in copies.items():
                settled += evidence.settle_by_evidence(message_id=key, note=NOTE, now=database_now(), copy=copy)
    return settled
