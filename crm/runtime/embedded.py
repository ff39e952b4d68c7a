"""The embedded servers as a pair: start them when they do not run, find them when they do, stop them."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crm.runtime import postgres, valkey
from crm.runtime.places import Places
from crm.runtime.problems import Problem


@dataclass(frozen=True)
class Servers:
    """The addresses of the two servers of a data folder."""

    database_url: str  # as rapport_app: row-level security binds it
    database_owner_url: str  # as rapport_owner: runs migrations, owns the tables
    redis_url: str  # in the form of redis-py: unix:///path


def servers_of(data_dir: Path) -> Servers:
    """The addresses the servers of a data folder have or will have. They follow from its path: nothing is started."""
    places = Places.below(data_dir)
    return Servers(
        database_url=postgres.url(places, "rapport_app"),
        database_owner_url=postgres.url(places, "rapport_owner"),
        redis_url=valkey.url(places),
    )


def running_servers(data_dir: Path) -> Servers | None:
    """The addresses when both servers answer, else None."""
    return servers_of(data_dir) if are_running(data_dir) else None


def are_running(data_dir: Path, *, database: bool = True, broker: bool = True) -> bool:
    """Whether those asked for answer."""
    places = Places.below(data_dir)
    return not (database and not postgres.is_running(places)) and not (broker and not valkey.is_running(places))


def ensure_servers(data_dir: Path, *, database: bool = True, broker: bool = True, durable: bool = True) -> Servers:
    """Start what does not run, wait until it answers. Safe to call from several processes at once.

    The servers go on running when the caller ends. `durable=False` trades safety against a crash of the machine for
    speed (tests). Raises Problem with a sentence: no room, data of another version, programs not installed.
    """
    places = Places.below(data_dir)
    wanted = [server for server, is_wanted in ((postgres, database), (valkey, broker)) if is_wanted]
    if not all(server.is_running(places) for server in wanted):
        with _lock(places):
            for server in wanted:
                if not server.is_running(places):
                    server.start(places, durable=durable)
    return servers_of(data_dir)


def stop_servers(data_dir: Path) -> None:
    """Stop both servers in good order. Does nothing when none runs."""
    places = Places.below(data_dir)
    if not places.data.exists():
        return
    with _lock(places):
        valkey.stop(places)
        postgres.stop(places)


def stop_all_servers(data_dir: Path) -> None:
    """Stop the servers of a data folder and those that tests have started in folders below it."""
    for pattern in ("", "gw*", "test", "test/gw*"):
        for folder in data_dir.glob(pattern) if pattern else [data_dir]:
            stop_servers(folder)


@contextmanager
def _lock(places: Places) -> Iterator[None]:
    """One process at a time, whoever gets killed: the lock goes with the process."""
    places.make()
    try:
        with places.lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise Problem(
            f"{error.filename or places.data}: {error.strerror}. The servers could not be started."
        ) from error
