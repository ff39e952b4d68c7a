"""Which connection may do what: only the owner of the tables migrates."""

from __future__ import annotations

from typing import Any


class OwnerMigrates:
    """`default` is the app role, bound by row-level security; it makes no tables."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
