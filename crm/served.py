"""Web servers beside this process, on the database that it uses: for benches and fault runs."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connections

from crm.runtime import web
from crm.runtime.places import ROOT

READY_SECONDS = 30
HERE = "127.0.0.1"


def database_url(alias: str = "default") -> str:
    """The address of the database that a connection of this process uses, a test's included."""
    known = connections[alias].settings_dict
    login = quote(known["USER"]) + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
    parts = {"host": known["HOST"], "port": known["PORT"]}
    query = urlencode({key: value for key, value in parts.items() if value})
    return f"postgresql://{login}@/{quote(known['NAME'])}?{query}"


@dataclass(frozen=True)
class Web:
    """A web server that answers: its port on this machine's own address, and the process that its workers belong to."""

    port: int
    master: subprocess.Popen[bytes]


@contextmanager
def product(workers: int, log: Path) -> Iterator[Web]:
    """The product as `make run` serves it; it has no address of the owner."""
    environ = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "crm.settings"}
    environ.pop("DATABASE_OWNER_URL", None)
    with _serving(environ, workers, log) as served:
        yield served


@contextmanager
def other(settings: str, workers: int, log: Path) -> Iterator[Web]:
    """Any other site of Django by the same server; it comes to the database as the owner."""
    owner = database_url("owner")
    addresses = {"DATABASE_URL": owner, "DATABASE_OWNER_URL": owner}
    environ = {**os.environ, **addresses, "DJANGO_SETTINGS_MODULE": settings}
    with _serving(environ, workers, log) as served:
        yield served


@contextmanager
def _serving(environ: dict[str, str], workers: int, log: Path) -> Iterator[Web]:
    port = _free_port()
    with log.open("ab") as out:
        command = web.command(f"{HERE}:{port}", workers)
        master = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=out)  # noqa: S603
    try:
        _wait_for(port, log)
        yield Web(port, master)
    finally:
        master.terminate()
        master.wait()


def _free_port() -> int:
    with socket.create_server((HERE, 0)) as free:
        return int(free.getsockname()[1])


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection((HERE, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"The web server did not start:\n{log.read_text(errors='replace')[-2000:]}")
