"""The connection that Django makes, but for moments: the driver's own reading of them takes an eighth of the time.

Django replaces it by one in Python that puts its own zone on each moment. Where that zone is UTC, as it is here, the
driver's gives the same values.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.db.backends.postgresql import base
from psycopg.types.datetime import TimestamptzLoader


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose session speaks UTC reads `timestamptz` as the driver does: aware, in UTC."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made: Any = super().get_new_connection(conn_params)
        if self._speaks_utc:
            made.adapters.register_loader("timestamptz", TimestamptzLoader)
        return made

    def create_cursor(self, name: str | None = None) -> Any:
        """Django's asks the reader of moments for its zone, which the driver's does not have."""
        if not self._speaks_utc:
            return super().create_cursor(name)
        kind: Any = base.ServerSideCursor
        made: Any = self.connection
        return kind(made, name=name, scrollable=False, withhold=made.autocommit) if name else made.cursor()

    @property
    def _speaks_utc(self) -> bool:
        return self.timezone is UTC
