"""How the rows of every table that refers to a person go from one to another: found, not listed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import UniqueConstraint

from crm.actors import Actor
from crm.tenancy.lint import APPEND_ONLY_TABLES
from crm.tenancy.models import TenantForeignKey, TenantModel
from crm.viewing import viewer
from talent.models import Candidate, CandidateLabel, FieldValue
from talent.services import visibility

# Where two rows may not stand side by side, the other one stays and says less: {constraint: column set to false}.
HANDED_OVER = ("crm_event", "talent_consentrecord")  # by app.hand_over; the function names them too
YIELDS = {"contact_point_one_primary": "is_primary"}


@dataclass(frozen=True)
class Reference:
    """A column of a table that names a row of another table."""

    model: type[models.Model]
    column: str

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def attribute(self) -> str:
        return str(next(f for f in self.model._meta.local_fields if f.column == self.column).attname)

    @property
    def is_handed_over(self) -> bool:
        return self.table in APPEND_ONLY_TABLES

    @property
    def clashes(self) -> list[UniqueConstraint]:
        """The unique constraints that this column is part of: where two people's rows may get into each other's way."""
        return [
            one
            for one in self.model._meta.constraints
            if isinstance(one, UniqueConstraint) and self.column in _columns_of(self.model, one)
        ]


def _columns_of(model: type[models.Model], constraint: UniqueConstraint) -> list[str]:
    return [str(f.column) for f in model._meta.local_fields if f.name in constraint.fields]


def shown(reference: Reference, key: UUID) -> models.QuerySet[Any]:
    """The rows that name this one, of those that whoever looks may read: what is told of a merge names them."""
    who = viewer()
    rows = reference.model._default_manager.filter(**{reference.attribute: key})
    if who.is_machinery:
        return rows
    if reference.model is CandidateLabel:
        return rows.filter(label__member_id=who.member_id)
    if reference.model is FieldValue:
        return rows.filter(definition__in=visibility.own_fields()).select_related("definition")
    return rows


def references(target: type[models.Model] = Candidate) -> list[Reference]:
    """Every column of every tenant's table that refers to `target`, in the order of the tables' names."""
    found = [
        Reference(model, str(field.column))
        for model in apps.get_models()
        if issubclass(model, TenantModel) and model._meta.managed
        for field in model._meta.local_fields
        if isinstance(field, TenantForeignKey) and field.related_model is target
    ]
    return sorted(found, key=lambda r: (r.table, r.column))


def columns(model: type[models.Model]) -> list[str]:
    """The columns that are written: generated ones follow by themselves."""
    return [str(f.column) for f in model._meta.local_fields if not getattr(f, "generated", False)]


def run(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


def move(reference: Reference, source: UUID, target: UUID, only: Sequence[UUID] | None = None) -> list[UUID]:
    """Point rows at another; returns which."""
    some = "AND id = ANY (%(only)s)" if only is not None else ""
    rows = run(
        f'UPDATE "{reference.table}" SET "{reference.column}" = %(target)s '  # noqa: S608 - names of our own models
        f'WHERE "{reference.column}" = %(source)s {some} RETURNING id',
        {"source": source, "target": target, "only": list(only or [])},
    )
    return [row[0] for row in rows]


def parents_among(child: Reference, parents: Sequence[UUID]) -> list[UUID]:
    """Those of these rows on which rows of another table hang."""
    sql = f'SELECT DISTINCT "{child.column}" FROM "{child.table}" WHERE "{child.column}" = ANY (%(parents)s) ORDER BY 1'  # noqa: S608
    return [row[0] for row in run(sql, {"parents": list(parents)})]


def whole(table: str, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Rows as JSON, as they stand."""
    rows = run(f'SELECT to_jsonb(t)::text FROM "{table}" t WHERE id = ANY (%(ids)s) ORDER BY id', {"ids": list(ids)})  # noqa: S608
    return [json.loads(row[0]) for row in rows]


def remove(table: str, ids: Sequence[UUID]) -> None:
    run(f'DELETE FROM "{table}" WHERE id = ANY (%(ids)s)', {"ids": list(ids)})  # noqa: S608


def model_of(table: str) -> type[models.Model]:
    return next(m for m in apps.get_models() if m._meta.db_table == table and m._meta.managed)


def insert(table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows back as they were. What they hang on may be gone since: those stay away."""
    model = model_of(table)
    names = ", ".join(f'"{c}"' for c in columns(model))
    parents = " AND ".join(
        f'(r."{f.column}" IS NULL OR EXISTS '
        f'(SELECT FROM "{f.related_model._meta.db_table}" p WHERE p.id = r."{f.column}"))'
        for f in model._meta.local_fields
        if isinstance(f, TenantForeignKey) and f.related_model is not model
    )
    run(
        f'INSERT INTO "{table}" ({names}) SELECT {names} '  # noqa: S608
        f'FROM jsonb_populate_recordset(NULL::"{table}", %(rows)s::jsonb) r WHERE {parents or "true"}',
        {"rows": json.dumps(list(rows))},
    )


def write(table: str, column: str, before: Sequence[Mapping[str, Any]]) -> None:
    """Give rows the old value of one column back: [{"id", "old"}]."""
    run(
        f'UPDATE "{table}" t SET "{column}" = r."{column}" '  # noqa: S608
        f'FROM jsonb_populate_recordset(NULL::"{table}", %(rows)s::jsonb) r WHERE t.id = r.id',
        {"rows": json.dumps([{"id": one["id"], column: one["old"]} for one in before])},
    )


def clashing(reference: Reference, constraint: UniqueConstraint, source: UUID, target: UUID) -> list[tuple[UUID, UUID]]:
    """(row of the source, row of the target) that this constraint would not let stand side by side."""
    others = _columns_of(reference.model, constraint)
    equal = "IS NOT DISTINCT FROM" if constraint.nulls_distinct is False else "="
    same = " AND ".join(f'a."{c}" {equal} b."{c}"' for c in others if c != reference.column)
    manager = reference.model._default_manager
    rows = manager.filter(constraint.condition) if constraint.condition is not None else manager.all()
    ids = [
        set(rows.filter(**{reference.attribute: person}).values_list("pk", flat=True)) for person in (source, target)
    ]
    if not all(ids):
        return []
    found = run(
        f'SELECT a.id, b.id FROM "{reference.table}" a JOIN "{reference.table}" b ON {same} '  # noqa: S608
        "WHERE a.id = ANY (%(ours)s) AND b.id = ANY (%(theirs)s) ORDER BY a.id",
        {"ours": list(ids[0]), "theirs": list(ids[1])},
    )
    return [(a, b) for a, b in found]


def write_whole(table: str, before: Sequence[Mapping[str, Any]]) -> None:
    """Give rows all their old values back."""
    names = [c for c in columns(model_of(table)) if c not in ("id", "tenant_id")]
    pairs = ", ".join(f'"{c}" = r."{c}"' for c in names)
    run(
        f'UPDATE "{table}" t SET {pairs} '  # noqa: S608
        f'FROM jsonb_populate_recordset(NULL::"{table}", %(rows)s::jsonb) r WHERE t.id = r.id',
        {"rows": json.dumps(list(before))},
    )


def hand_over(table: str, source: UUID, target: UUID, only: Sequence[UUID] | None, by: Actor) -> list[UUID]:
    """Rows of an append-only ledger, by the one function of the database that may; it notes that in the audit log."""
    rows = run(
        "SELECT app.hand_over(%(table)s, %(source)s, %(target)s, %(only)s::uuid[], %(kind)s, %(by)s, %(label)s)",
        {
            "table": table,
            "source": source,
            "target": target,
            "only": None if only is None else list(only),
            "kind": by.kind,
            "by": by.id,
            "label": by.label,
        },
    )
    return [row[0] for row in rows]
