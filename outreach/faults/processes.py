"""The processes of a fault run: the mail sink, and real Celery workers that get killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis
from celery import Celery
from django.conf import settings
from django.db import connections

from crm.runtime import daemons, environment, processes
from crm.runtime.environment import broker_url
from crm.runtime.places import ROOT, Places
from crm.served import READY_SECONDS, database_url

BROKER_DATABASE = 9  # wake-ups of a fault run keep apart from those of the installation


def redis_url() -> str:
    """The installation's Redis or Valkey, another database of it."""
    url = settings.ENV.redis_url.split("?")[0]
    if url.startswith("unix:"):
        return f"{url}?db={BROKER_DATABASE}"
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.split('/')[0]}/{BROKER_DATABASE}"


def broker() -> Celery:
    """Asks the workers for tasks, as the scheduler would."""
    app = Celery("faults", broker=broker_url(redis_url()))
    app.conf.task_ignore_result = True
    return app


def empty_broker() -> None:
    """Everything that the broker holds for this run is gone, queues and what was being worked on."""
    redis.Redis.from_url(redis_url()).flushdb()


def restart_database() -> None:
    """Stop the embedded PostgreSQL of this process at once, as a power cut would, and start it again."""
    pid = processes.read_pid(Places.below(settings.ENV.data_dir).postgres / "postmaster.pid")
    if pid is not None:
        daemons.end(pid, "postgres", (signal.SIGQUIT,), READY_SECONDS)
    connections.close_all()
    environment.ensure_servers(settings.ENV)


def forget_wake_ups(app: Celery) -> None:
    """Empty the queues of a fault run: nobody listens to them any more."""
    with app.connection_for_write() as connected:
        for queue in ("send", "interactive"):
            connected.channel().queue_purge(queue)  # type: ignore[attr-defined]


@contextmanager
def sink(log: Path, folder: Path, seed: int) -> Iterator[int]:
    """A mail sink in a process of its own; gives its port."""
    port_file = folder / "sink-port"
    command = [sys.executable, "-m", "outreach.faults.sink", str(log), str(port_file), str(seed)]
    process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603
    try:
        until = time.monotonic() + READY_SECONDS
        while not port_file.exists():
            if time.monotonic() > until:
                raise TimeoutError("The mail sink did not start.")
            time.sleep(0.05)
        yield int(port_file.read_text())
    finally:
        process.kill()
        process.wait()


@dataclass
class Workers:
    """Celery workers of the `send` queue, one process each, that die without a word."""

    count: int
    log: Path
    kills: int = 0
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        environ = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": redis_url()}
        environ["DJANGO_SETTINGS_MODULE"] = "crm.settings"
        environ.pop("DATABASE_OWNER_URL", None)
        options = ["-P", "solo", "-Q", "send", "-l", "WARNING", "--without-gossip", "--without-mingle"]
        command = [sys.executable, "-m", "celery", "-A", "crm.celery", "worker", *options, "--without-heartbeat"]
        for number in range(len(self._running), self.count):
            with self.log.open("ab") as out:
                self._running.append(
                    subprocess.Popen(  # noqa: S603
                        [*command, "-n", f"faults{number}@%h"], cwd=ROOT, env=environ, stdout=out, stderr=out
                    )
                )

    def kill(self) -> None:
        """`kill -9` of every worker at once."""
        for process in self._running:
            process.send_signal(signal.SIGKILL)
        for process in self._running:
            process.wait()
        self.kills += len(self._running)
        self._running = []
