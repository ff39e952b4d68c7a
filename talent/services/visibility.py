"""What whoever looks may see of the event log and of own fields: nothing of pools, notes and fields kept from them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.models import Event, Member
from crm.viewing import viewer
from talent.models import FieldDefinition, Note, TalentPool
from talent.models.custom_fields import CUSTOM

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


def own_fields() -> QuerySet[FieldDefinition]:
    """The workspace's own fields that whoever looks may see; where nobody is known to look, those open to all."""
    who = viewer().member_id
    role = Member.objects.filter(pk=who).values_list("role", flat=True).first() if who else None
    return FieldDefinition.objects.seen_by(role or "")


def name_own_fields(events: Sequence[Event]) -> None:
    """Give the events of a page the names of the own fields they tell of, and take out what may not be seen."""
    telling = [e for e in events if any(str(name).startswith(CUSTOM) for name in e.data.get("fields") or ())]
    if not telling:
        return
    names = {f"{CUSTOM}{key}": name for key, name in own_fields().values_list("key", "name")}
    for event in telling:
        fields = [name for name in event.data["fields"] if not name.startswith(CUSTOM) or name in names]
        event.data["fields"] = fields
        event.data["field_names"] = {name: names[name] for name in fields if name in names}
