"""What of the event log whoever looks may see: nothing about pools and notes that they may not know of."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.models import Event
from crm.viewing import viewer
from talent.models import Note, TalentPool

POOL, NOTE = "talent.talentpool", "talent.note"


def of_events(rows: QuerySet[Event]) -> QuerySet[Event]:
    """Without the events about what cannot be seen; what was deleted cannot be seen any more."""
    if viewer().is_machinery:
        return rows
    pool, note = (model.objects.filter(pk=OuterRef("subject_id")) for model in (TalentPool, Note))
    return rows.filter(~Q(subject_type=POOL) | Exists(pool), ~Q(subject_type=NOTE) | Exists(note))


def name_pools(events: Sequence[Event]) -> None:
    """Give the events of a page the names of their pools: the log does not tell those of pools that are not shared."""
    wanted = {e.subject_id for e in events if e.subject_type == POOL and e.subject_id}
    names = dict(TalentPool.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    for event in events:
        if event.subject_type == POOL and event.subject_id in names:
            event.data["pool"] = names[event.subject_id]
