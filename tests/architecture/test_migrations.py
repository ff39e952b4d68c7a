"""Migrations look at the models once, and those that do can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from crm.tenancy.at_once import AtOnce
from crm.tenancy.fence import Fence
from tests.architecture import source

# Their operations need the models as they are between two of them.
ONE_BY_ONE = {"talent.0012_pool_stages": "renames a column, and another takes its name"}
FIELD_OPERATIONS = (migrations.AddField, migrations.AlterField, migrations.RemoveField)
SEES_MORE = (
    migrations.RenameField,
    migrations.RenameModel,
    migrations.RenameIndex,
    migrations.AlterModelTable,
    migrations.DeleteModel,
    migrations.RunPython,
    migrations.SeparateDatabaseAndState,
)


def ours() -> list[migrations.Migration]:
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return [migration for (app, _), migration in sorted(known.items()) if app in source.APPS]


def at_once() -> list[migrations.Migration]:
    return [migration for migration in ours() if isinstance(migration, AtOnce)]


def touched(operation: Operation) -> Iterator[tuple[str, str]]:
    """The fields that an operation brings about, changes or takes away, each with its model."""
    if isinstance(operation, FIELD_OPERATIONS):
        yield operation.model_name_lower, operation.name_lower
    elif isinstance(operation, migrations.CreateModel):
        yield from ((operation.name_lower, name.lower()) for name, _ in operation.fields)


def changes_a_key(operation: Operation) -> bool:
    """Whether others may refer to the field."""
    return isinstance(operation, migrations.AlterField) and (operation.field.primary_key or operation.field.unique)


def broken_rules(migration: migrations.Migration) -> list[str]:
    found = [
        operation.describe()
        for operation in migration.operations
        if isinstance(operation, SEES_MORE) or changes_a_key(operation)
    ]
    times = Counter(field for operation in migration.operations for field in touched(operation))
    found += [f"{'.'.join(field)} is touched {count} times" for field, count in times.items() if count > 1]
    fenced: set[str] = set()
    for operation in migration.operations:
        if isinstance(operation, Fence):
            fenced.add(operation.model_name.lower())
        found += [f"{model}.{name} comes after the fence" for model, name in touched(operation) if model in fenced]
    return found


def test_migrations_look_at_the_models_once() -> None:
    assert {str(migration) for migration in ours()} - {str(migration) for migration in at_once()} == set(ONE_BY_ONE)


@pytest.mark.parametrize("migration", at_once(), ids=str)
def test_nothing_at_once_needs_the_models_in_between(migration: migrations.Migration) -> None:
    assert broken_rules(migration) == []


def test_rules_of_at_once_would_be_told() -> None:
    (renaming,) = [migration for migration in ours() if str(migration) in ONE_BY_ONE]

    assert broken_rules(renaming) == ["Rename field stage on poolmembership to word"]
