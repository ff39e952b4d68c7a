"""`AtOnce`: a migration that looks at the models once, instead of after each of its operations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

PART_OF_A_NEW_TABLE = (migrations.AddField, migrations.AddIndex, migrations.AddConstraint)


class AtOnce(migrations.Migration):
    """Brings its operations into the state one after another, then into the database with the models as they end up.

    Django makes the classes of all related models anew after each operation, and every table of tenants is related to
    the tenant: that was most of the time of a fresh installation. A table made here is made with all its fields,
    indexes and constraints. Not for a migration whose operations need the models as they are between two of them:
    where one renames, changes or removes what another has touched.
    """

    def apply(self, project_state: Any, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False) -> Any:
        before = project_state.clone()
        project_state.__dict__.pop("apps", None)  # made again when the first operation asks for a model
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self._of_the_database():
            if collect_sql:
                schema_editor.collected_sql.append(f"--\n-- {operation.describe()}\n--")
            operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state

    def _of_the_database(self) -> Iterator[Operation]:
        """Without what comes with a new table."""
        new = {operation.name_lower for operation in self.operations if isinstance(operation, migrations.CreateModel)}
        for operation in self.operations:
            if not (isinstance(operation, PART_OF_A_NEW_TABLE) and operation.model_name_lower in new):
                yield operation
