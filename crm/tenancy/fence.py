"""`Fence`: the migration operation that puts a tenant's table behind row-level security."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

from crm.tenancy.models import TenantForeignKey, fenced_view_name

READ_AND_WRITE = ("SELECT", "INSERT", "UPDATE", "DELETE")
APPEND_ONLY = ("SELECT", "INSERT")
PREDICATE = "tenant_id = (SELECT app.tenant())"


def _add_constraint(table: str, name: str, definition: str) -> str:
    """Adds a constraint where it is missing: other tables' keys may already rest on it."""
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}' "
        f"AND conrelid = '\"{table}\"'::regclass) THEN "
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}; END IF; END $$'
    )


def _composite_key(table: str, field: models.ForeignKey[Any, Any]) -> str:
    """The foreign key that cannot cross tenants. Deferred, as Django's own are."""
    target, column = field.related_model._meta.db_table, field.column
    definition = (
        f'FOREIGN KEY (tenant_id, "{column}") REFERENCES "{target}" (tenant_id, id) DEFERRABLE INITIALLY DEFERRED'
    )
    return _add_constraint(table, f"{table}_{column}_tenant_fk"[:63], definition)


def _policies(table: str, app: str, dispatch: str, dispatch_columns: Sequence[str]) -> list[str]:
    statements = [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'DROP POLICY IF EXISTS tenant_isolation ON "{table}"',
        f'CREATE POLICY tenant_isolation ON "{table}" TO "{app}" USING ({PREDICATE}) WITH CHECK ({PREDICATE})',
        f'DROP POLICY IF EXISTS dispatch_plumbing ON "{table}"',
    ]
    if dispatch_columns:
        columns = ", ".join(f'"{c}"' for c in dispatch_columns)
        statements += [
            f'CREATE POLICY dispatch_plumbing ON "{table}" FOR SELECT TO "{dispatch}" USING (true)',
            f'GRANT SELECT ({columns}) ON "{table}" TO "{dispatch}"',
        ]
    return statements


def fence_statements(model: type[models.Model], grants: Sequence[str], dispatch_columns: Sequence[str]) -> list[str]:
    """All SQL of one fence, in order; safe to run again after a change of columns."""
    table = model._meta.db_table
    app, dispatch = settings.DATABASE_ROLES["app"], settings.DATABASE_ROLES["dispatch"]
    view = fenced_view_name(table)
    statements = [_add_constraint(table, f"{table}_tenant_id_key"[:63], "UNIQUE (tenant_id, id)")]
    statements += [_composite_key(table, f) for f in model._meta.local_fields if isinstance(f, TenantForeignKey)]
    statements += _policies(table, app, dispatch, dispatch_columns)
    statements += [
        f'REVOKE ALL ON "{table}" FROM "{app}"',
        f'GRANT {", ".join(grants)} ON "{table}" TO "{app}"',
        f'DROP VIEW IF EXISTS "{view}"',
        f'CREATE VIEW "{view}" AS SELECT * FROM "{table}" WHERE {PREDICATE}',  # noqa: S608 - names of our own models
        # Views get the default rights of tables; written through, a view has its owner's rights and no policy applies.
        f'REVOKE ALL ON "{view}" FROM "{app}"',
        f'GRANT SELECT ON "{view}" TO "{app}"',
    ]
    return statements


class Fence(Operation):
    """Row-level security, composite keys, grants and fenced view of one tenant-owned model.

    Put it last in the migration that creates the table, and again (`Fence` is idempotent) in one that adds columns;
    before a change of a column's type or its removal, `Unfence` drops the view. `grants` are the rights of the `app`
    role; `dispatch_columns` are the plumbing columns that the `dispatch` role sees in all tenants.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self, model_name: str, grants: Sequence[str] = READ_AND_WRITE, dispatch_columns: Sequence[str] = ()
    ) -> None:
        self.model_name = model_name
        self.grants = tuple(grants)
        self.dispatch_columns = tuple(dispatch_columns)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "Fence", [self.model_name], {"grants": self.grants, "dispatch_columns": self.dispatch_columns}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """A fence changes no Django state."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in fence_statements(model, self.grants, self.dispatch_columns):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(f'DROP VIEW IF EXISTS "{fenced_view_name(model._meta.db_table)}"')

    def describe(self) -> str:
        return f"Fence {self.model_name} off between tenants"


class Unfence(Operation):
    """Drops the fenced view, so that a column under it can change; a `Fence` must follow in the same migration."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "Unfence", [self.model_name], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """An opened fence changes no Django state."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(f'DROP VIEW IF EXISTS "{fenced_view_name(model._meta.db_table)}"')

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """The fence that stands before this operation is put back by its own backward step."""

    def describe(self) -> str:
        return f"Open the fence of {self.model_name} for a change"
