"""`AtOnce`: a migration that looks at the models once, and at those alone that it needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, StateApps
from django.db.migrations.utils import resolve_relation

PART_OF_A_NEW_TABLE = (migrations.AddField, migrations.AddIndex, migrations.AddConstraint)
Key = tuple[str, str]  # app and model, in small letters


class AtOnce(migrations.Migration):
    """Brings its operations into the state one after another, then into the database with the models as they end up.

    Django makes the classes of all related models anew after each operation, and every table of tenants is related to
    the tenant: that was most of the time of a fresh installation. A table made here is made with all its fields,
    indexes and constraints. The renaming of a field stands alone, between the operations before and those after it.

    Not for a migration whose operations need the models as they are between two others: where one changes or removes
    what another has touched. Nor for one that needs the models that refer to those it names: where a key of others
    changes, or Python runs.
    """

    def apply(self, project_state: Any, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False) -> Any:
        for stretch in stretches(self.operations):
            project_state.__dict__.pop("apps", None)
            before = project_state.clone()
            for operation in stretch:
                operation.state_forwards(self.app_label, project_state)
            before.apps, project_state.apps = Needed(before), Needed(project_state)
            for operation in of_the_database(stretch):
                if collect_sql:
                    schema_editor.collected_sql.append(f"--\n-- {operation.describe()}\n--")
                operation.database_forwards(self.app_label, schema_editor, before, project_state)
        project_state.apps = Later(project_state)
        return project_state


def stretches(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    """Those before the renaming of a field, that alone, those after it."""
    for _, together in groupby(
        enumerate(operations), lambda pair: isinstance(pair[1], migrations.RenameField) and pair[0] + 1
    ):
        yield [operation for _, operation in together]


def of_the_database(operations: Sequence[Operation]) -> Iterator[Operation]:
    """Without what comes with a new table."""
    new = {operation.name_lower for operation in operations if isinstance(operation, migrations.CreateModel)}
    for operation in operations:
        if not (isinstance(operation, PART_OF_A_NEW_TABLE) and operation.model_name_lower in new):
            yield operation


class Needed:
    """In the place of a state's apps: the models that are asked for, and all those that they refer to."""

    def __init__(self, state: Any) -> None:
        self._models: dict[Key, ModelState] = state.models
        self._made: set[Key] = set()
        self._apps = StateApps(state.real_apps, {})

    def get_model(self, app_label: str, model_name: str) -> Any:
        needed: set[Key] = set()
        self._add((app_label, model_name.lower()), needed)
        self._made |= needed
        self._apps.render_multiple([self._models[key] for key in sorted(needed)])
        return self._apps.get_model(app_label, model_name)

    def _add(self, key: Key, needed: set[Key]) -> None:
        if key in self._models and key not in self._made and key not in needed:
            needed.add(key)
            for other in referred_to(self._models[key]):
                self._add(other, needed)


def referred_to(model: ModelState) -> Iterator[Key]:
    """The models that one derives from or has keys to."""
    for base in model.bases:
        if isinstance(base, str):
            yield resolve_relation(base, model.app_label)
    for field in model.fields.values():
        for other in (getattr(field.remote_field, "model", None), getattr(field.remote_field, "through", None)):
            if other is not None:
                yield resolve_relation(other, model.app_label, model.name_lower)


class Later:
    """In the place of a state's apps until somebody wants something of them: then they are made, all of them."""

    def __init__(self, state: Any) -> None:
        self._state = state

    def __getattr__(self, name: str) -> Any:
        if self._state.__dict__.get("apps") is self:
            self._state.apps = StateApps(self._state.real_apps, self._state.models)
        return getattr(self._state.apps, name)
