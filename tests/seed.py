"""One process of the tests migrates; the others' clusters become copies of its own, file by file."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from crm.runtime import postgres
from crm.runtime.places import Places

FOLDER = "seed"  # beside the data folders of the processes


def share(
    places: Places, name: str, *, is_there: Callable[[], bool], make: Callable[[], object], durable: bool
) -> None:
    """See that a process's cluster holds the database `name`, unless copying fails.

    The first process makes it, and leaves a copy of its stopped cluster; later ones wait for that and begin with a copy
    of the copy. What was in their clusters is lost. Nobody may be connected: the server is stopped meanwhile.
    """
    seeds = places.data.parent / FOLDER
    with _alone(seeds), suppress(OSError, subprocess.CalledProcessError):
        if is_there():
            return
        seed = seeds / name
        if seed.exists():
            with _stopped(places, durable):
                _copy(seed, places.postgres)
        else:
            make()
            with _stopped(places, durable):
                _forget(seeds)
                _copy(places.postgres, seed)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time, whoever gets killed: the lock goes with the process."""
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _stopped(places: Places, durable: bool) -> Iterator[None]:
    postgres.stop(places)
    try:
        yield
    finally:
        postgres.start(places, durable=durable)


def _forget(seeds: Path) -> None:
    for folder in seeds.iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)


def _copy(cluster: Path, target: Path) -> None:
    """It is there as a whole or not at all, and belongs to whom the cluster belongs to."""
    draft = target.with_name(f"{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    subprocess.run(["cp", "-a", str(cluster), str(draft)], check=True, capture_output=True)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
