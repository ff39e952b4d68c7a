"""The catalogue lint: what the database says about its own fences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from crm.tenancy import foundation, rules
from crm.tenancy.models import TenantForeignKey, TenantModel, fenced_view_name

APPEND_ONLY_TABLES = ("crm_event", "crm_auditentry", "talent_consentrecord", "talent_consentwording")


@dataclass(frozen=True)
class Finding:
    """One hole: the object it is in and what is wrong with it, in words."""

    where: str
    what: str


def tenant_models() -> list[type[TenantModel]]:
    return [m for m in apps.get_models() if issubclass(m, TenantModel) and m._meta.managed]


def _rows(database: BaseDatabaseWrapper, sql: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _parameters() -> dict[str, Any]:
    return {
        **settings.DATABASE_ROLES,
        "directory": list(settings.DIRECTORY_TABLES),
        "shared": list(rules.SHARED_TABLES),
        "append_only": list(APPEND_ONLY_TABLES),
        "predicate": rules.PREDICATE,
        "fenced_view": rules.FENCED_VIEW,
        "hand_over_body": foundation.HAND_OVER_FUNCTION.split("$$")[1],
        "tenant_body": foundation.TENANT_FUNCTION.split("$$")[1],
    }


def _broken_rules(database: BaseDatabaseWrapper) -> Iterator[Finding]:
    """All rules in one statement: what they select from is put together once."""
    parts = (
        f"SELECT {place} AS place, name::text, detail::text FROM ({rule.sql}) AS found{place} (name, detail)"  # noqa: S608
        for place, rule in enumerate(rules.RULES)
    )
    asked = f"{rules.PRELUDE} {' UNION ALL '.join(parts)} ORDER BY place"
    for place, where, detail in _rows(database, asked, _parameters()):
        yield Finding(f"{where}.{detail}" if detail else where, rules.RULES[place].what)


def _missing_fences(database: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Tenant models whose fenced view or composite key is missing from the catalogue."""
    views = {row[0] for row in _rows(database, "SELECT viewname FROM pg_views WHERE schemaname = 'public'")}
    keys = set(_rows(database, "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'"))
    models = set(tenant_models())
    for model in models:
        table = model._meta.db_table
        if fenced_view_name(table) not in views:
            yield Finding(table, "has no fenced view")
        for field in model._meta.local_fields:
            where, key = f"{table}.{field.column}", (table, f"{table}_{field.column}_tenant_fk"[:63])
            if isinstance(field, TenantForeignKey):
                if key not in keys:
                    yield Finding(where, "has no composite foreign key")
            elif field.is_relation and field.related_model in models:
                yield Finding(where, "is a plain ForeignKey to a tenant's table")


def findings(database: BaseDatabaseWrapper | None = None) -> list[Finding]:
    """Every hole in the fences, as the catalogue shows them; an empty list is the only good answer.

    `database` is the connection to ask, the app role's own by default: any role may read the catalogue.
    """
    asked = database or connection
    return [*_broken_rules(asked), *_missing_fences(asked)]
