"""Migrations look at the models once, and those that do can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from crm.tenancy.at_once import AtOnce, stretches
from crm.tenancy.fence import Fence
from tests.architecture import source

FIELD_OPERATIONS = (migrations.AddField, migrations.AlterField, migrations.RemoveField)
SEES_MORE = (
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


def touched(operation: Operation) -> Iterator[tuple[str, str]]:
    """The fields that an operation brings about, changes or takes away, each with its model."""
    if isinstance(operation, FIELD_OPERATIONS):
        yield operation.model_name_lower, operation.name_lower
    elif isinstance(operation, migrations.CreateModel):
        yield from ((operation.name_lower, name.lower()) for name, _ in operation.fields)


def changes_a_key(operation: Operation) -> bool:
    """Whether others may refer to the field."""
    return isinstance(operation, migrations.AlterField) and (operation.field.primary_key or operation.field.unique)


def broken_rules(operations: Sequence[Operation]) -> list[str]:
    found = [
        operation.describe() for operation in operations if isinstance(operation, SEES_MORE) or changes_a_key(operation)
    ]
    times = Counter(field for operation in operations for field in touched(operation))
    found += [f"{'.'.join(field)} is touched {count} times" for field, count in times.items() if count > 1]
    fenced: set[str] = set()
    for operation in operations:
        if isinstance(operation, Fence):
            fenced.add(operation.model_name.lower())
        found += [f"{model}.{name} comes after the fence" for model, name in touched(operation) if model in fenced]
    return found


def test_migrations_look_at_the_models_once() -> None:
    assert [str(migration) for migration in ours() if not isinstance(migration, AtOnce)] == []


@pytest.mark.parametrize("migration", ours(), ids=str)
def test_nothing_at_once_needs_the_models_in_between(migration: migrations.Migration) -> None:
    assert [rule for stretch in stretches(migration.operations) for rule in broken_rules(stretch)] == []


@pytest.mark.parametrize(
    ("operations", "rule"),
    [
        ([migrations.RunPython(print)], "Raw Python operation"),
        ([migrations.RenameModel("Pool", "Lake")], "Rename model Pool to Lake"),
        ([migrations.AlterField("Pool", "key", models.TextField(unique=True))], "Alter field key on Pool"),
        (
            [migrations.AddField("Pool", "a", models.TextField()), migrations.RemoveField("Pool", "a")],
            "pool.a is touched 2 times",
        ),
        ([Fence("Pool"), migrations.AddField("Pool", "a", models.TextField())], "pool.a comes after the fence"),
    ],
)
def test_what_needs_more_is_told(operations: list[Operation], rule: str) -> None:
    assert broken_rules(operations) == [rule]


def test_renaming_of_a_field_stands_alone() -> None:
    first, rename, again, last = (
        migrations.RemoveField("Pool", "a"),
        migrations.RenameField("Pool", "b", "a"),
        migrations.RenameField("Pool", "c", "b"),
        migrations.AddField("Pool", "c", models.TextField()),
    )

    assert list(stretches([first, first, rename, again, last])) == [[first, first], [rename], [again], [last]]
    assert list(stretches([rename])) == [[rename]]
