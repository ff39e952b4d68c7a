"""Forgets whom an act on many people reached, once it can no longer be undone: its numbers stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from crm.services.everywhere import in_each
from talent.models import BulkItem, BulkOperation
from talent.services.bulk import UNDO_DAYS

BATCH = 5_000


def prune(*, now: datetime) -> int:
    """Delete items of settled operations whose time is over, at most BATCH of each tenant; returns how many."""
    return in_each(lambda: _prune(now))


def _prune(now: datetime) -> int:
    """What could never be undone is kept as long as what could: the page shows who was left out."""
    state = BulkOperation.State
    over = Q(undo_until__lte=now) | Q(undo_until=None, finished_at__lte=now - timedelta(days=UNDO_DAYS))
    settled = [state.DONE, state.STOPPED, state.FAILED, state.UNDONE]
    done = BulkOperation.objects.filter(over, state__in=settled).order_by().values("pk")
    some = BulkItem.objects.filter(operation__in=done).order_by().values("pk")[:BATCH]
    return BulkItem.objects.filter(pk__in=list(some.values_list("pk", flat=True))).delete()[0]
