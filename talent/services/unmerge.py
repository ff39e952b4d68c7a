"""A merge taken back: two records again, every row as it was, and what came since where somebody says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.models import Event
from crm.services import audit
from crm.viewing import machinery_that_also_touches_confidential_rows
from talent.choices import JournalKind
from talent.events import CANDIDATE_CHANGED, CANDIDATES_UNMERGED
from talent.models import Candidate, MergeJournalEntry, MergeOperation
from talent.services import consents_joined, engagement, merge_later, merge_tables, search_text, seniority
from talent.services.candidates import TITLE_LINE
from talent.services.merge_later import Later
from talent.services.merge_tables import Reference
from talent.services.merges import CLOCKS, FOLLOWS, KEPT_FOR, PEOPLE, NotMergeable, decidable, lock


def obstacle(operation: MergeOperation, now: datetime) -> str:
    """Why a merge cannot be taken back; "" when it can."""
    try:
        _may_undo(operation, now)
    except NotMergeable as error:
        return str(error)
    return ""


def _may_undo(operation: MergeOperation, now: datetime) -> None:
    if operation.undone_at is not None:
        raise NotMergeable("This merge was taken back already.")
    if operation.survivor_id is None:
        raise NotMergeable("The person was deleted since: there is nothing left to take apart.")
    if operation.merged_at <= now - KEPT_FOR:
        raise NotMergeable("A merge can be taken back for 30 days.")
    newer = MergeOperation.objects.into(operation.survivor_id).filter(pk__gt=operation.pk).first()
    if newer is not None:
        raise NotMergeable(f"Take back the later merge with {newer.merged_name} first.")


@machinery_that_also_touches_confidential_rows()
@transaction.atomic
def undo(*, operation: MergeOperation, to_merged: Collection[UUID] = (), by: Actor, now: datetime) -> Candidate:
    """Two records again, every row as it was; `to_merged` are rows added since that go to the one that comes back,
    each with what belongs to it.

    Raises NotMergeable.
    """
    lock(operation.survivor_id or operation.merged_id)
    operation = MergeOperation.objects.select_for_update(of=("self",)).get(pk=operation.pk)
    _may_undo(operation, now)
    assert operation.survivor_id is not None
    survivor, merged, since = operation.survivor_id, operation.merged_id, merge_later.asked(operation)
    kept = _edited_since(operation) | _works_as(operation)
    for entry in operation.journal.order_by("-position"):
        _take_back(entry, survivor, merged, by)
    Candidate.objects.filter(pk=survivor).update(**kept)
    _give(since, to_merged, survivor, merged)
    if since or kept:
        seniority.derive([survivor, merged], now=now)
        search_text.rebuild([survivor, merged])
    engagement.refresh(people=[survivor, merged], now=now)
    consents_joined.restore(survivor=survivor, operation=operation, by=by, now=now)
    operation.undone_at, operation.undone_by = now, by.label[:120]
    operation.save(update_fields=["undone_at", "undone_by"])
    subject = Subject("talent.mergeoperation", operation.pk)
    for person in (survivor, merged):
        data = {"merged": str(merged)}
        events.publish(CANDIDATES_UNMERGED, candidate=person, occurred_at=now, actor=by, subject=subject, data=data)
    audit.record(action="candidate.unmerge", by=by, object_type="talent.candidate", object_id=survivor)
    return Candidate.objects.get(pk=merged)


def _edited_since(operation: MergeOperation) -> dict[str, Any]:
    """{column: value} of what people said of the one record since the merge: it stays said."""
    person = Candidate.objects.get(pk=operation.survivor_id)
    told = Event.objects.filter(candidate_id=person.pk, kind=CANDIDATE_CHANGED, created_at__gt=operation.created_at)
    fields = {name for data in told.values_list("data", flat=True) for name in data.get("fields", ())}
    names = {n for name in fields & set(decidable()) for n in (name, *FOLLOWS.get(name, ()))}
    names |= {name for name in CLOCKS if (at := getattr(person, name)) is not None and at > operation.merged_at}
    return {name: getattr(person, name) for name in names}


def _works_as(operation: MergeOperation) -> dict[str, Any]:
    """The title line, where a job told since the merge has written into it what neither record said before."""
    person = Candidate.objects.get(pk=operation.survivor_id)
    rows = [row for entry in operation.journal.filter(table=PEOPLE) for row in entry.before]
    now_is = {name: getattr(person, name) for name in TITLE_LINE}
    return now_is if any(value not in {row.get(name) for row in rows} for name, value in now_is.items()) else {}


def _take_back(entry: MergeJournalEntry, survivor: UUID, merged: UUID, by: Actor) -> None:
    match entry.kind:
        case JournalKind.DROPPED:
            merge_tables.insert(entry.table, entry.before)
        case JournalKind.ADDED:
            merge_tables.remove(entry.table, entry.row_ids)
        case JournalKind.MOVED:
            owners = entry.before[0]
            reference = Reference(merge_tables.model_of(entry.table), entry.column)
            merge_tables.move(reference, UUID(owners["new"]), UUID(owners["old"]), entry.row_ids)
        case JournalKind.HANDED:
            merge_tables.hand_over(entry.table, survivor, merged, entry.row_ids, by)
        case _ if entry.column:
            merge_tables.write(entry.table, entry.column, entry.before)
        case _:
            merge_tables.write_whole(entry.table, entry.before)


def _give(since: Sequence[Later], chosen: Collection[UUID], survivor: UUID, merged: UUID) -> None:
    wanted: dict[str, list[UUID]] = {}
    for one in since:
        if one.is_meant_by(chosen):
            for table, key in one.rows:
                wanted.setdefault(table, []).append(key)
    for reference in merge_tables.references():
        if ids := wanted.get(reference.table):
            merge_tables.move(reference, survivor, merged, ids)
