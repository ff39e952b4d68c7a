"""What a record got after a merge, as questions to whoever takes the merge back: one for what belongs together."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import models

from crm.tenancy.models import TenantForeignKey, TenantModel
from talent.models import ContactPoint, ContactPointChange, MergeOperation
from talent.services import merge_tables
from talent.services.merges import MACHINE_KEPT

NOT_ASKED = {*MACHINE_KEPT, MergeOperation._meta.db_table}
MOST = 200  # of each table
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
Row = tuple[str, UUID]


@dataclass(frozen=True)
class Later:
    """A row that the survivor got after the merge: somebody says whom it stays with, and `rows`, itself among them."""

    table: str
    id: UUID
    label: str
    at: datetime
    rows: tuple[Row, ...]
    others: int  # of them, that are worth a word: what was noted of a contact point goes without saying

    def is_meant_by(self, chosen: Collection[UUID]) -> bool:
        return any(key in chosen for _, key in self.rows)


def asked(operation: MergeOperation) -> list[Later]:
    """What came since, in that order; what hangs on another row that came since is asked about with that one."""
    groups: dict[Hashable, list[TenantModel]] = {}
    for row in _rows(operation):
        keys = {_key(row), *_belongs_to(row)}
        together = {id(group): group for key in keys if (group := groups.get(key)) is not None}
        joined = [one for group in together.values() for one in group] + [row]
        for one in joined:
            groups |= dict.fromkeys([_key(one), *_belongs_to(one)], joined)
    questions = [_question(group) for group in {id(group): group for group in groups.values()}.values()]
    return sorted(questions, key=lambda one: (one.at, one.id))


def _rows(operation: MergeOperation) -> Iterator[TenantModel]:
    for reference in merge_tables.references():
        if reference.is_handed_over or reference.table in NOT_ASKED or operation.survivor_id is None:
            continue
        rows = merge_tables.shown(reference, operation.survivor_id).filter(created_at__gt=operation.created_at)
        yield from rows[:MOST]


def _key(row: TenantModel) -> Row:
    return row._meta.db_table, row.pk


def _belongs_to(row: TenantModel) -> list[Hashable]:
    """What a row has in common with those that it is to stay with."""
    if isinstance(row, ContactPoint):
        return [("point", row.kind, row.value)]
    if isinstance(row, ContactPointChange):
        return [("point", row.kind, value) for value in (row.value, row.was) if value]
    return [
        (field.related_model._meta.db_table, key)
        for field in row._meta.local_fields
        if isinstance(field, TenantForeignKey) and field.related_model in _models()
        if (key := getattr(row, field.attname)) is not None
    ]


@cache
def _models() -> frozenset[type[models.Model]]:
    return frozenset(reference.model for reference in merge_tables.references())


def _question(group: list[TenantModel]) -> Later:
    """By the row that the others hang on; of a contact point that is gone, by what happened to it last."""
    keys = {_key(row) for row in group}
    heads = [row for row in group if not isinstance(row, ContactPointChange) and not keys & {*_belongs_to(row)}]
    first = (heads or sorted(group, key=lambda row: row.created_at, reverse=True))[0]
    table, key = _key(first)
    others = sum(not isinstance(row, ContactPointChange) for row in group if row is not first)
    return Later(table, key, _in_words(first), first.created_at, tuple(_key(row) for row in group), others)


def _in_words(row: TenantModel) -> str:
    """What a row is, and what it says where that is fit to be read."""
    kind, said = str(row._meta.verbose_name), str(row)
    shown = kind if KEY.search(said) else f"{kind}: {said[:120]}"
    return shown[:1].upper() + shown[1:]
