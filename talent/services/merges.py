"""Two records of one person become one, and two again: a journal holds whatever a merge moved, changed or dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from crm import events
from crm.actors import Actor
from crm.events import Subject
from crm.services import audit
from crm.services.everywhere import in_each
from crm.viewing import machinery_that_also_touches_confidential_rows
from talent.choices import JournalKind
from talent.events import CANDIDATES_MERGED
from talent.models import Candidate, MergeJournalEntry, MergeOperation, SourceTouch
from talent.services import consents_joined, engagement, merge_tables, search_text
from talent.services.merge_tables import Reference

KEPT_FOR = timedelta(days=30)
PEOPLE = Candidate._meta.db_table
LONG_AGO = datetime.min.replace(tzinfo=UTC)
CLOCKS = ("last_contacted_at", "last_replied_at", "last_two_way_at")
PLACE = ("city", "region", "country", "latitude", "longitude", "time_zone", "time_zone_origin")
FOLLOWS = {"location": PLACE, "seniority": ("seniority_origin",), "job_search": ("job_search_at", "job_search_origin")}
DERIVED = {
    "id",
    "tenant",
    "created_at",
    "updated_at",
    "source",
    "skill_keys",
    "tag_ids",
    "search_text",
    "search",
    "engagement",
}
SURVIVOR, MERGED = "survivor", "merged"
# Kept in order by programs: it moves along, and nobody is asked about it.
MACHINE_KEPT = {"talent_passage", "talent_staletext", "talent_segmentmembership", "talent_provenance"}


class NotMergeable(ValueError):
    """These records cannot be merged, or a merge cannot be taken back; the message says why."""


@dataclass(frozen=True)
class Difference:
    """A field in which two records differ, and whose value stays unless somebody decides."""

    field: str
    label: str
    survivor: Any
    merged: Any
    default: str


@dataclass(frozen=True)
class Preview:
    """What a merge would do: the fields to decide about, and how many rows of each table come over."""

    differences: list[Difference]
    rows: dict[str, int]


def decidable() -> list[str]:
    """The fields about which somebody can decide."""
    follow = {name for names in FOLLOWS.values() for name in names}
    return [f.name for f in Candidate._meta.local_fields if f.name not in DERIVED | follow and f.name not in CLOCKS]


def label_of(name: str) -> str:
    label = str(getattr(Candidate._meta.get_field(name), "verbose_name", name))
    return label[:1].upper() + label[1:]


def _differences(survivor: Candidate, merged: Candidate) -> list[Difference]:
    found = []
    for name in decidable():
        ours, theirs = getattr(survivor, name), getattr(merged, name)
        if ours != theirs:
            default = MERGED if ours in ("", None) or _is_older(name, survivor, merged) else SURVIVOR
            found.append(Difference(name, label_of(name), ours, theirs, default))
    return found


def _is_older(name: str, ours: Candidate, theirs: Candidate) -> bool:
    """Whether the other record heard later how it stands with looking for a job."""
    return (
        name == "job_search"
        and bool(theirs.job_search)
        and (theirs.job_search_at or LONG_AGO) > (ours.job_search_at or LONG_AGO)
    )


def preview(*, survivor: Candidate, merged: Candidate) -> Preview:
    """Field by field what differs, with the rule that holds unless somebody decides, and what comes over."""
    counted: Counter[str] = Counter()
    for one in merge_tables.references():
        if one.model is not MergeOperation and one.table not in MACHINE_KEPT:
            counted[str(one.model._meta.verbose_name_plural)] += merge_tables.shown(one, merged.pk).count()
    return Preview(_differences(survivor, merged), {name: number for name, number in counted.items() if number})


class Journal:
    """Writes down, in order, what a merge does; apps above add to it in the hook `candidates_merged`."""

    def __init__(self, operation: MergeOperation, source: UUID, target: UUID, by: Actor) -> None:
        self.operation, self.source, self.target, self.by = operation, source, target, by
        self.entries: list[MergeJournalEntry] = []

    def note(self, kind: str, table: str, column: str, ids: Sequence[UUID], before: Sequence[Any] = ()) -> None:
        if ids:
            entry = MergeJournalEntry(operation=self.operation, position=len(self.entries), kind=kind, table=table)
            entry.column, entry.row_ids, entry.before = column, list(ids), list(before)
            self.entries.append(entry)

    def change(self, table: str, column: str, ids: Sequence[UUID], value: Any) -> None:
        """Set one column of some rows, and remember what it said."""
        before = [{"id": row["id"], "old": row[column]} for row in merge_tables.whole(table, ids)]
        merge_tables.write(table, column, [{"id": one["id"], "old": value} for one in before])
        self.note(JournalKind.CHANGED, table, column, ids, before)

    def change_each(self, table: str, column: str, values: Mapping[UUID, str]) -> None:
        """Set one column of some rows, to another value each."""
        ids = list(values)
        before = [{"id": row["id"], "old": row[column]} for row in merge_tables.whole(table, ids)]
        merge_tables.write(table, column, [{"id": str(pk), "old": value} for pk, value in values.items()])
        self.note(JournalKind.CHANGED, table, column, ids, before)

    def remember(self, table: str, ids: Sequence[UUID]) -> None:
        """What rows say that are about to be changed by other means."""
        self.note(JournalKind.CHANGED, table, "", ids, merge_tables.whole(table, ids))

    def move(self, reference: Reference, source: UUID, target: UUID) -> None:
        """Make room for rows under another owner, and move them."""
        for constraint in reference.clashes:
            pairs = merge_tables.clashing(reference, constraint, source, target)
            if pairs and constraint.name in merge_tables.YIELDS:
                self.change(reference.table, merge_tables.YIELDS[constraint.name], [a for a, _ in pairs], False)
            elif pairs:
                self.drop(reference, dict(pairs))
        moved = merge_tables.move(reference, source, target)
        owners = [{"old": str(source), "new": str(target)}]
        self.note(JournalKind.MOVED, reference.table, reference.column, moved, owners)

    def drop(self, reference: Reference, kept: Mapping[UUID, UUID]) -> None:
        """Rows that would stand twice: the other one stays, what hangs on this one goes over to it."""
        for child in merge_tables.references(reference.model):
            for gone in merge_tables.parents_among(child, list(kept)):
                self.move(child, gone, kept[gone])
        self.note(JournalKind.DROPPED, reference.table, "", list(kept), merge_tables.whole(reference.table, list(kept)))
        merge_tables.remove(reference.table, list(kept))

    def hand_over(self, table: str) -> None:
        moved = merge_tables.hand_over(table, self.source, self.target, None, self.by)
        self.note(JournalKind.HANDED, table, "candidate_id", moved)

    def save(self) -> None:
        MergeJournalEntry.objects.bulk_create(self.entries)


def lock(*people: UUID) -> dict[UUID, Candidate]:
    """These records, until the transaction ends."""
    rows = Candidate.objects.filter(pk__in=people).order_by("pk").select_for_update(of=("self",))
    return {row.pk: row for row in rows}


def _decide(survivor: Candidate, merged: Candidate, decisions: Mapping[str, str]) -> dict[str, Any]:
    """{column: new value} of the survivor's own columns."""
    unknown = set(decisions) - set(decidable())
    if unknown or set(decisions.values()) - {SURVIVOR, MERGED}:
        raise NotMergeable("Decide for known fields, each time for one of the two records.")
    changes: dict[str, Any] = {}
    for one in _differences(survivor, merged):
        if decisions.get(one.field, one.default) == MERGED:
            for name in (one.field, *FOLLOWS.get(one.field, ())):
                changes[name] = getattr(merged, name)
    changes |= _first_met(survivor, merged)
    for name in CLOCKS:
        both = [m for m in (getattr(survivor, name), getattr(merged, name)) if m is not None]
        changes[name] = max(both, default=None)
    return changes


def by_age(*pair: Candidate) -> list[Candidate]:
    """Who was here first, before who came later."""
    return sorted(pair, key=lambda person: (person.created_at, person.pk))


def _first_met(*pair: Candidate) -> dict[str, Any]:
    """When and by which source they first came: the older record knows."""
    older, younger = by_age(*pair)
    return {"created_at": older.created_at, "source_id": older.source_id or younger.source_id}


def _came_again(journal: Journal, *pair: Candidate) -> None:
    """How the younger record came is one more time that the one person did."""
    older, younger = by_age(*pair)
    if younger.source_id and older.source_id and younger.source_id != older.source_id:
        at, person = younger.created_at, journal.target
        touch = SourceTouch.objects.create(candidate_id=person, source_id=younger.source_id, touched_at=at)
        journal.note(JournalKind.ADDED, SourceTouch._meta.db_table, "", [touch.pk])


@machinery_that_also_touches_confidential_rows()
@transaction.atomic
def merge(
    *, survivor: Candidate, merged: Candidate, decisions: Mapping[str, str] | None = None, by: Actor, now: datetime
) -> MergeOperation:
    """Make two records one. `decisions` says for fields whose value stays ("survivor" or "merged").

    Every table that refers to people follows, the append-only ledgers by `app.hand_over`; the strictest consent and
    every ban hold. Raises NotMergeable.
    """
    if survivor.pk == merged.pk:
        raise NotMergeable("These are the same record.")
    rows = lock(survivor.pk, merged.pk)
    if len(rows) != 2:
        raise NotMergeable("One of these records is gone: somebody merged or deleted it meanwhile.")
    ours, theirs = rows[survivor.pk], rows[merged.pk]
    changes = _decide(ours, theirs, decisions or {})
    operation = MergeOperation.objects.create(
        survivor=ours, merged_id=theirs.pk, merged_name=theirs.name, merged_by=by.label[:120], merged_at=now
    )
    journal = Journal(operation, theirs.pk, ours.pk, by)
    strict = consents_joined.strictest([ours.pk, theirs.pk], now)
    events.before_commit("candidates_merged", journal=journal, now=now)
    _came_again(journal, ours, theirs)
    _carry_over(journal, ours, changes)
    consents_joined.keep(survivor=ours.pk, strict=strict, by=by, now=now)
    subject = Subject("talent.mergeoperation", operation.pk)
    data = {"merged": str(theirs.pk)}
    events.publish(CANDIDATES_MERGED, candidate=ours.pk, occurred_at=now, actor=by, subject=subject, data=data)
    audit.record(action="candidate.merge", by=by, object_type="talent.candidate", object_id=ours.pk, facts=data)
    engagement.refresh(people=[ours.pk], now=now)
    return operation


def _carry_over(journal: Journal, survivor: Candidate, changes: Mapping[str, Any]) -> None:
    was = merge_tables.whole(PEOPLE, [journal.target])
    for reference in merge_tables.references():
        if not reference.is_handed_over:
            journal.move(reference, journal.source, journal.target)
    for table in merge_tables.HANDED_OVER:
        journal.hand_over(table)
    Candidate.objects.filter(pk=survivor.pk).update(**changes)
    search_text.rebuild([survivor.pk])
    journal.note(JournalKind.CHANGED, PEOPLE, "", [journal.target], was)
    journal.note(JournalKind.DROPPED, PEOPLE, "", [journal.source], merge_tables.whole(PEOPLE, [journal.source]))
    merge_tables.remove(PEOPLE, [journal.source])
    journal.save()


@transaction.atomic
def forget(*, candidate: UUID) -> None:
    """Before a person is deleted: the journals and names of their merges go with them."""
    theirs = MergeOperation.objects.filter(survivor_id=candidate)
    MergeJournalEntry.objects.filter(operation__in=theirs).delete()
    theirs.update(merged_name="")


def forget_old(*, now: datetime) -> int:
    """Journals of merges that can no longer be taken back hold personal data for nothing: delete them everywhere."""
    until = now - KEPT_FOR
    return in_each(lambda: MergeJournalEntry.objects.filter(operation__merged_at__lte=until).delete()[0])


# --- afterwards


def standing_of(merged_id: UUID) -> MergeOperation | None:
    """The merge by which a record became part of another one; None when it did not, or is two again."""
    return MergeOperation.objects.standing().filter(merged_id=merged_id).order_by("-merged_at").first()


def survivor_of(merged_id: UUID) -> UUID | None:
    """The record that this one became part of."""
    found = standing_of(merged_id)
    return found.survivor_id if found else None


def history(candidate_id: UUID) -> list[MergeOperation]:
    """The merges that made a record what it is, newest first; those that were taken back as well."""
    return list(MergeOperation.objects.filter(survivor_id=candidate_id))
