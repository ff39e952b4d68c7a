"""The migrated database that test databases are copies of: made once for a set of migrations, kept on the server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from psycopg import sql

from crm.bench.scratch import Connection, drop

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "test_template_"
LOCK = 7_265_110
# What a migrated database is made of: schema, fences and roles, the rows written by migrations, permissions of models.
SOURCES = (
    "*/migrations/*.py",
    "*/models/*.py",
    "*/models.py",
    "crm/tenancy/*.py",
    "crm/settings/*.py",
    "crm/services/event_log.py",
    "crm/runtime/roles.sql",
    "crm/runtime/postgres.py",
    "requirements.lock",
)


def sources() -> Iterator[Path]:
    for pattern in SOURCES:
        yield from sorted(ROOT.glob(pattern))


def fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sources():
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _templates(server: Connection) -> set[str]:
    found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    return {str(row[0]) for row in found}


def create(server: Connection, name: str, template: str = "template1") -> None:
    """A copy of a database, in the place of one that is left from before."""
    drop(server, name)
    server.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)),
    )


def name() -> str:
    """The name of the template for the code as it stands."""
    return PREFIX + fingerprint()


def is_there(server: Connection) -> bool:
    return name() in _templates(server)


def ready(server: Connection, migrate: Callable[[str], None]) -> str:
    """The template for the code as it stands; `migrate` fills it when there is none. Older ones go."""
    wanted = name()
    draft = f"{wanted}_draft"
    server.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # processes that share a server make it once
    try:
        if wanted not in (known := _templates(server)):
            for old in known:
                drop(server, old)
            create(server, draft)
            migrate(draft)
            server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (draft, wanted))))
    finally:
        server.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return wanted
