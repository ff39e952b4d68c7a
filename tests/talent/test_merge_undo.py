"""Merge and undo as an algebra: whatever rows two records have, in whatever tables, undo restores every one of them."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, models, transaction
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import Member
from crm.tenancy.lint import tenant_models
from crm.tenancy.models import TenantForeignKey
from crm.viewing import machinery_that_also_touches_confidential_rows
from talent.models import Candidate, MergeJournalEntry
from talent.services import custom_fields, merge_tables, merges, unmerge
from talent.services.custom_fields import Rules
from talent.services.merge_tables import Reference
from tests.factories.talent import NOW
from tests.properties import costly

pytestmark = pytest.mark.usefixtures("inside")
# What only ever grows: the logs, the journal itself, and lists of what is to be looked at again.
GROWING = {
    "crm_auditentry",
    "crm_event",
    "talent_mergeoperation",
    "talent_mergejournalentry",
    "talent_stalecandidate",
    "talent_staletext",
}
TABLES = [r for r in merge_tables.references() if not r.is_handed_over and r.table not in GROWING]
EXAMPLES, TRIES = 5, 40  # tries: of rows by chance few fit what a long table demands of them


def fingerprints() -> dict[str, str]:
    """{table: a digest of all its rows}, of every tenant's table."""
    tables = [m._meta.db_table for m in tenant_models() if m._meta.db_table not in GROWING]
    asked = " UNION ALL ".join(
        f"SELECT '{table}', md5(string_agg(md5(t::text), '' ORDER BY id)) FROM {table} t" for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


def rows_of(people: list[UUID]) -> set[tuple[str, str, UUID]]:
    """(table, column, key) of every row that names one of these people."""
    return {
        (r.table, r.column, key)
        for r in TABLES
        for (key,) in merge_tables.run(
            f'SELECT id FROM "{r.table}" WHERE "{r.column}" = ANY (%(people)s)', {"people": people}
        )
    }


def a_value(field: models.Field[Any, Any], dice: random.Random) -> Any:
    """A value of a column, from so few that rows of two people often say the same."""
    if field.blank and field.choices and dice.random() < 0.5:
        return field.get_default()
    if field.choices:
        return dice.choice([value for value, _ in field.flatchoices if value not in ("", None)])
    match field:
        case models.BooleanField():
            return dice.random() < 0.5
        case models.CharField() | models.TextField():
            return dice.choice(("a", "b", f"{dice.getrandbits(64):x}"))
        case models.DateTimeField():
            return dice.choice((NOW, NOW + timedelta(hours=1)))
        case models.DateField():
            return NOW.date()
        case models.IntegerField() | models.FloatField():
            return dice.randint(1, 3)
        case models.UUIDField():
            return UUID(int=dice.getrandbits(128))
        case models.JSONField():
            return dice.choice(["a", "b"])
        case _:
            return field.get_default()


def is_said(field: models.Field[Any, Any]) -> bool:
    """Whether a row must say something there that is not there by itself."""
    if field.name in ("id", "tenant", "created_at") or field.null or getattr(field, "generated", False):
        return False
    return bool(field.choices) or not field.has_default()


def may_be_said(field: models.Field[Any, Any]) -> bool:
    return field.null and isinstance(field, models.CharField | models.BooleanField | models.DateTimeField)


def a_row(model: type[models.Model], dice: random.Random, **said: Any) -> models.Model:
    """A row with whatever it needs around it; what it hangs on is one of few, so that two people share it."""
    row = model()
    for field in model._meta.local_fields:
        if field.name in said:
            setattr(row, field.name, said[field.name])
        elif isinstance(field, TenantForeignKey):
            if not field.null:
                setattr(row, field.name, a_parent(field.related_model, dice))
        elif is_said(field) or (may_be_said(field) and dice.random() < 0.3):
            setattr(row, field.name, a_value(field, dice))
    row.save()
    return row


def a_parent(model: type[models.Model], dice: random.Random) -> models.Model:
    known = list(model._default_manager.order_by("pk")[:2])
    return dice.choice(known) if len(known) == 2 else a_row(model, dice)


def some_rows(reference: Reference, person: Candidate, count: int, dice: random.Random) -> int:
    """Up to so many rows; those that the database does not let stand are left out."""
    made = 0
    for _ in range(TRIES * count):
        if made == count:
            break
        try:
            with transaction.atomic():
                a_row(reference.model, dice, candidate=person)
                made += 1
        except DatabaseError:
            continue
    return made


def a_pair(seed: int, counts: list[tuple[int, int]], filled: set[str]) -> tuple[Candidate, Candidate]:
    dice = random.Random(seed)
    pair = [Candidate.objects.create(name=dice.choice(("Zoë Ångström", ""))) for _ in range(2)]
    for reference, several in zip(TABLES, counts, strict=True):
        for person, count in zip(pair, several, strict=True):
            if some_rows(reference, person, count, dice):
                filled.add(reference.table)
    return Candidate.objects.get(pk=pair[0].pk), Candidate.objects.get(pk=pair[1].pk)


def merged_and_undone(survivor: Candidate, merged: Candidate) -> None:
    before, rows = fingerprints(), rows_of([survivor.pk, merged.pk])

    operation = merges.merge(survivor=survivor, merged=merged, by=SYSTEM, now=NOW)
    dropped = {key for entry in MergeJournalEntry.objects.filter(kind="dropped") for key in entry.row_ids}
    assert rows_of([survivor.pk]) == {row for row in rows if row[2] not in dropped}
    assert rows_of([merged.pk]) == set()

    unmerge.undo(operation=operation, by=SYSTEM, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert fingerprints() == before


def test_undo_restores_whatever_there_was(recruiter: Member, viewer: Member) -> None:
    filled: set[str] = set()
    for name in "ab":
        custom_fields.create(rules=Rules(name), type="text", by=SYSTEM)
    counts = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=len(TABLES), max_size=len(TABLES))

    @costly(EXAMPLES, database=None)
    @given(st.integers(0, 2**32), counts)
    def comes_back(seed: int, several: list[tuple[int, int]]) -> None:
        with transaction.atomic(), machinery_that_also_touches_confidential_rows():
            merged_and_undone(*a_pair(seed, several, filled))
            transaction.set_rollback(True)

    comes_back()
    assert filled == {r.table for r in TABLES}
