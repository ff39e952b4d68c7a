"""The embedded servers, for real: start, find, kill, start again, stop; the roles; what stands in the way."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from crm.runtime import embedded
from crm.runtime.places import Places
from crm.runtime.problems import Problem


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """Not below pytest's own folder, which pytest closes again and again to the user that servers of root run as."""
    with tempfile.TemporaryDirectory(prefix="rapport-") as name:
        folder = Path(name)
        embedded.ensure_servers(folder)
        yield folder
        embedded.stop_servers(folder)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    return row and row[0]


def test_servers_lose_nothing_when_killed(data_dir: Path) -> None:
    servers = embedded.ensure_servers(data_dir)
    with psycopg.connect(servers.database_owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    broker = redis.Redis.from_url(servers.redis_url)
    broker.set("kept", 7)
    postmaster = int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])

    os.kill(postmaster, signal.SIGKILL)
    os.kill(broker.info("server")["process_id"], signal.SIGKILL)
    time.sleep(0.2)
    embedded.ensure_servers(data_dir)

    assert (ask(servers.database_owner_url, "SELECT n FROM kept"), broker.get("kept")) == (7, b"7")


def test_ensure_servers_may_be_called_by_many_at_once(data_dir: Path) -> None:
    script = "import sys; from pathlib import Path; from crm.runtime import embedded as e; " + (
        "print(e.ensure_servers(Path(sys.argv[1])).redis_url)"
    )
    embedded.stop_servers(data_dir)

    callers = [
        subprocess.Popen([sys.executable, "-c", script, str(data_dir)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = [caller.communicate()[0].strip() for caller in callers]

    assert answers == [f"unix://{data_dir}/run/valkey.sock"] * 3


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname='rapport_app'",
            False,
        ),
        ("SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname='rapport_owner'", False),
        ("SELECT rolcanlogin FROM pg_roles WHERE rolname='rapport_dispatch'", False),
        ("SELECT pg_has_role('rapport_app', 'rapport_dispatch', 'USAGE')", False),
        ("SELECT pg_has_role('rapport_app', 'rapport_dispatch', 'SET')", True),
        ("SELECT pg_has_role('rapport_app', 'rapport_owner', 'MEMBER')", False),
        ("SELECT has_schema_privilege('rapport_app', 'public', 'CREATE')", False),
        ("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname='rapport'", "rapport_owner"),
        ("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname='rapport'", "UTF8"),
        ("SELECT count(*) FROM pg_extension WHERE extname IN ('pg_trgm','unaccent','btree_gin','citext','vector')", 5),
        ("SHOW fsync", "on"),
        ("SHOW jit", "off"),
    ],
)
def test_roles_are_apart(data_dir: Path, question: str, answer: object) -> None:
    assert ask(embedded.servers_of(data_dir).database_url, question) == answer


def test_data_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")
    if os.geteuid() == 0:
        shutil.chown(tmp_path / "postgres", "nobody")

    with pytest.raises(Problem, match="was written by PostgreSQL 15; Rapport brings PostgreSQL 18"):
        embedded.ensure_servers(tmp_path)


def test_sockets_of_a_long_path_are_elsewhere(tmp_path: Path) -> None:
    short, long = Places.below(tmp_path), Places.below(tmp_path / ("x" * 60) / ("y" * 60))

    assert short.sockets == tmp_path / "run"
    assert (long.sockets.parent, len(str(long.postgres_socket)) < 100) == (Path("/tmp"), True)


def test_running_servers_of_an_empty_folder_are_none(tmp_path: Path) -> None:
    assert embedded.running_servers(tmp_path) is None
