"""A database of its own for a bench: made from the migrations, thrown away afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

NAME = "rapport_bench"
MADE_FROM = "template1"  # or a database that is migrated already
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
    try:
        server.execute(command + sql.SQL(" WITH (FORCE)"))
    except psycopg.errors.InsufficientPrivilege:
        server.execute(command)


def _drop() -> None:
    with connect("owner", "postgres") as owner:
        drop(owner, NAME)


def _use(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def database() -> Iterator[None]:
    """Django's connections lead to an empty, migrated database; the installation's own is left alone."""
    before = {alias: str(connections[alias].settings_dict["NAME"]) for alias in ("default", "owner")}
    _drop()
    with connect("owner", "postgres") as owner:
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (NAME, MADE_FROM))))
    _use(dict.fromkeys(before, NAME))
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        _use(before)
        _drop()
