"""A candidate's session: a signed cookie, bound to one workspace, apart from the log-in of staff."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction

from crm import events
from crm.tenancy.context import current_tenant_id
from portal.events import PORTAL_VISITED
from portal.models import PortalAccount

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=14)
RENEWED_AFTER = timedelta(minutes=5)
_SALT = "portal.session"


def make(account: PortalAccount, started_at: datetime) -> str:
    """The cookie's value; its own time stamp counts as the last use."""
    facts = [str(account.tenant_id), str(account.pk), account.epoch, int(started_at.timestamp())]
    return signing.dumps(facts, salt=_SALT, compress=False)


def read(value: str, now: datetime) -> tuple[PortalAccount, datetime] | None:
    """The account of the current tenant and when its session began; None for every cookie that is not good here."""
    try:
        tenant, account_id, epoch, started = signing.loads(value, salt=_SALT, max_age=IDLE)
        started_at, key = datetime.fromtimestamp(started, UTC), UUID(account_id)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if tenant != str(current_tenant_id()) or now - started_at > LONGEST:
        return None
    found = PortalAccount.objects.select_related("candidate").filter(pk=key, epoch=epoch).first()
    return (found, started_at) if found else None


@transaction.atomic
def note_visit(account: PortalAccount, now: datetime) -> None:
    """Remember when the person was last here; the event log hears of it once a day at most."""
    before = account.last_seen_at
    if before is not None and now - before < RENEWED_AFTER:
        return
    account.last_seen_at = now
    account.save(update_fields=["last_seen_at"])
    if before is None or before.astimezone(UTC).date() < now.astimezone(UTC).date():
        events.publish(PORTAL_VISITED, candidate=account.candidate_id, occurred_at=now, actor=account.actor)


def end_all(account: PortalAccount) -> None:
    """Log out, here and on every other device."""
    account.epoch += 1
    account.save(update_fields=["epoch"])
