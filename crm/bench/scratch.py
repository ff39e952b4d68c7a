"""A database of its own for a bench: made from the migrations; thrown away afterwards, or kept for the next run."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from crm.runtime.places import ROOT

NAME = "rapport_bench"
MADE_FROM = "template1"  # or a database that is migrated already
DRAFT = "draft"
PATIENCE_SECONDS = 30
Connection = psycopg.Connection[tuple[object, ...]]


def connect(alias: str, database: str = "") -> Connection:
    """A plain connection with the role of one of Django's, to its database or to another."""
    settings = connections[alias].settings_dict
    return psycopg.connect(
        dbname=database or settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        host=settings["HOST"],
        port=settings["PORT"] or None,
        autocommit=True,
    )


def drop(server: Connection, name: str) -> None:
    """Drop a database, whoever is in it. Autovacuum may not be thrown out by force, but yields to a plain drop."""
    command = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    until = time.monotonic() + PATIENCE_SECONDS
    while not (_is_dropped(server, command + sql.SQL(" WITH (FORCE)")) or _is_dropped(server, command)):
        if time.monotonic() > until:
            raise TimeoutError(f"The database {name} is still used by others after {PATIENCE_SECONDS} s.")


def _is_dropped(server: Connection, command: sql.Composed) -> bool:
    try:
        server.execute(command)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
        return False
    return True


def _drop(name: str) -> None:
    with connect("owner", "postgres") as owner:
        drop(owner, name)


def _make(name: str) -> None:
    _drop(name)
    with connect("owner", "postgres") as owner:
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, MADE_FROM))))


def _rename(old: str, new: str) -> None:
    with connect("owner", "postgres") as owner:
        owner.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (old, new))))


@contextmanager
def _used(name: str) -> Iterator[None]:
    """Django's connections lead to that database."""
    before = {alias: str(connections[alias].settings_dict["NAME"]) for alias in ("default", "owner")}
    _use(dict.fromkeys(before, name))
    try:
        yield
    finally:
        _use(before)


def _use(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def database() -> Iterator[None]:
    """Django's connections lead to an empty, migrated database; the installation's own is left alone."""
    _make(NAME)
    try:
        with _used(NAME):
            call_command("migrate", verbosity=0)
            yield
    finally:
        _drop(NAME)


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def known(beginning: str) -> list[str]:
    """The databases whose names begin so."""
    with connect("owner", "postgres") as owner:
        found = owner.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [beginning])
        return sorted(str(row[0]) for row in found)


@contextmanager
def kept(
    size: int, *, made_by: Path, fill: Callable[[], object], fresh: bool = False, kind: str = ""
) -> Iterator[None]:
    """Django's connections lead to a database that `fill` filled, now or in an earlier run.

    It is known by its kind, its size, the files below `made_by` and the migrations. One whose migrations are older is
    migrated; one that was filled by other files is replaced, and so is each with `fresh`.
    """
    sized = f"{NAME}_{kind}{size}_"
    begins = f"{sized}{_hash(sorted(made_by.glob('*.py')))}_"
    name = begins + _hash(sorted(ROOT.glob("*/migrations/*.py")))
    for old in known(sized):
        if fresh or not old.startswith(begins) or old.endswith(DRAFT):
            _drop(old)
    if name not in (there := known(begins)):
        _bring_about(name, there, begins + DRAFT, fill)
    with _used(name):
        yield


def _bring_about(name: str, older: list[str], draft: str, fill: Callable[[], object]) -> None:
    """Migrate the one that is there, or make one. It has its name when it is whole."""
    if older:
        _rename(older[-1], draft)
    else:
        _make(draft)
    with _used(draft):
        call_command("migrate", verbosity=0)
        if not older:
            fill()
    _rename(draft, name)
