"""Turns a PostgreSQL address into Django's form."""

from __future__ import annotations

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from crm.runtime.problems import Problem

# Times that a connection sees a statement of `crm.together`, among its last thirty of any kind, before it is prepared;
# those of which all parts are `planned` are prepared the first time, Django's own never. A ROLLBACK, also one to a
# savepoint, makes psycopg deallocate them all, and count anew.
PREPARED_AFTER = 2


def database_from(url: str, *, variable: str, prepares: bool = False, **extra: Any) -> dict[str, Any]:
    """Django's dictionary for an address in libpq's URI form (PostgreSQL manual, 34.1.1.2)."""
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except Exception as error:
        raise Problem(
            f"{variable} is not a PostgreSQL address. Expected postgresql://USER:PASSWORD@HOST:5432/rapport"
        ) from error
    known = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    settings: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql"}
    settings.update({name: parts.pop(key, "") for name, key in known.items()})
    settings["OPTIONS"] = {
        **parts,
        "application_name": "rapport",
        "prepare_threshold": PREPARED_AFTER if prepares else None,
    }
    return {**settings, **extra}
