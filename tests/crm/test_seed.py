"""The cluster that later processes of the tests begin with: whole, and made once."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from crm.runtime import postgres
from crm.runtime.places import Places
from tests import seed

NAME = "made"
FILLED = """
CREATE TABLE people (id serial PRIMARY KEY, tenant_id uuid, about vector(3));
INSERT INTO people (about) VALUES ('[1,2,3]');
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON people TO rapport_app USING (tenant_id IS NULL);
GRANT SELECT ON people TO rapport_app;
"""


@pytest.fixture
def processes() -> Iterator[list[Places]]:
    """Of two processes, beside each other. Not below pytest's own folder, which is closed to the servers' user."""
    with tempfile.TemporaryDirectory(prefix="rapport-") as name:
        places = [Places.below(Path(name) / process) for process in ("gw0", "gw1")]
        yield places
        for of_one in places:
            postgres.stop(of_one)


def connect(places: Places, database: str) -> psycopg.Connection[tuple[object, ...]]:
    address = postgres.url(places, "rapport_owner").replace("/rapport?", f"/{database}?")
    return psycopg.connect(address, autocommit=True)


def is_there(places: Places) -> bool:
    if not postgres.is_running(places):
        return False
    with connect(places, "postgres") as server:
        return server.execute("SELECT FROM pg_database WHERE datname = %s", [NAME]).fetchone() is not None


def make(places: Places) -> None:
    places.make()
    postgres.start(places, durable=False)
    with connect(places, "postgres") as server:
        server.execute(f"CREATE DATABASE {NAME}")
    with connect(places, NAME) as database:
        database.execute(FILLED)


def everything(places: Places) -> list[str]:
    """Roles, databases, rights and rows, in SQL."""
    command = [postgres._program("pg_dumpall"), "-h", str(places.sockets), "-U", "postgres"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    dump = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    return [line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def test_later_process_begins_with_a_copy_of_what_the_first_made(processes: list[Places]) -> None:
    made = []

    for places in [*processes, *processes]:
        places.make()
        seed.share(
            places,
            NAME,
            is_there=lambda of=places: is_there(of),
            make=lambda of=places: made.append(make(of)),
            durable=False,
        )

    first, second = map(everything, processes)
    assert (len(made), second) == (1, first)
    assert any("CREATE POLICY own" in line for line in first)
