"""`make run`: everything that Rapport needs, under one supervisor."""

import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from urllib.parse import urlsplit

from crm.runtime import daemons, embedded, frontend, reach
from crm.runtime.console import Console
from crm.runtime.environment import Environment, ensure_servers, load, servers_run
from crm.runtime.parts import LEASH, Part
from crm.runtime.places import ROOT, Places
from crm.runtime.prepared import Prepared
from crm.runtime.problems import Problem
from crm.runtime.supervisor import Supervisor
from crm.runtime.web import command as gunicorn

SECONDS_FOR_WEB = 10  # of having the processor for itself at the start, or until it answers: somebody waits for it
SECONDS_FOR_DEMO = 600  # that its story may take before worker and scheduler start beside it all the same
QUEUES = "interactive,send,sync,parse,bulk"


def run() -> None:
    """Start all, keep it running, stop all. Raises Problem when something stands in the way."""
    started = time.monotonic()
    environment = load()
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    with _only_one(environment):
        console = Console(Places.below(environment.data_dir).logs)
        parts = _parts(environment)
        for part in parts:
            if part.end_leftover():
                console.say(f"ended the {part.name} process that an earlier run had left behind")
        _check_port(environment)
        frontend.build()
        try:
            ensure_servers(environment)
            reach.check_servers(environment)
            logins, is_new = _prepare(environment)
            has_errands = is_new and not environment.production  # the demo's passwords are public
            parts = parts if has_errands else [part for part in parts if not part.is_errand]
            for part in parts[1:]:
                part.hold_back(SECONDS_FOR_DEMO if has_errands else SECONDS_FOR_WEB)
            supervisor = Supervisor(parts, console, lambda: _revive(environment))
            supervisor.watch_signals()
            supervisor.run(_Welcome(environment, console, parts, logins, started))
        finally:
            _stop_servers(environment)
            console.say("stopped")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _only_one(environment: Environment) -> Iterator[None]:
    """One supervisor for a data folder."""
    places = Places.below(environment.data_dir)
    places.make()
    with (places.data / "supervisor.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Problem(
                f"Rapport already runs on the data in {places.data} (process {file.read().strip()}). "
                "Stop it with Ctrl-C in its terminal, or give this one a DATA_DIR and a PORT of its own."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _check_port(environment: Environment) -> None:
    try:
        with socket.socket(socket.AF_INET6 if ":" in environment.bind else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((environment.bind, environment.port))
    except OSError as error:
        reason = {
            errno.EADDRINUSE: "is taken by another program",
            errno.EACCES: "is reserved for root",
            errno.EADDRNOTAVAIL: "cannot be used: BIND is no address of this machine",
        }.get(error.errno or 0, f"cannot be used ({error.strerror})")
        where = f"Port {environment.port} on {environment.bind}"
        raise Problem(f"{where} {reason}. Choose another: make run PORT={environment.port + 1}") from None


def _prepare(environment: Environment) -> tuple[str, bool]:
    """Migrations, static files, who can log in, in a process of their own. Answers the log-ins and whether it ran.

    Left out where this has been done for the embedded database by the very same sources.
    """
    prepared = Prepared(Places.below(environment.data_dir))
    logins = prepared.logins() if environment.embeds_database else None
    if logins is not None:
        return logins, False
    command = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), sys.executable, "-m", "crm.runtime.prepare"]
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, start_new_session=True
    )
    if done.returncode != 0:
        raise Problem("The database could not be brought up to date; the reason stands above.")
    return done.stdout.strip(), True


def _parts(environment: Environment) -> list[Part]:
    places = Places.below(environment.data_dir)
    python = [sys.executable, "-m"]
    bind = f"[{environment.bind}]" if ":" in environment.bind else environment.bind
    web = gunicorn(f"{bind}:{environment.port}", environment.web_processes)
    web += ["--timeout", "60", "--graceful-timeout", "10"]
    # Celery warns about root in eight lines at every start; whoever runs this as root on a machine of their own knows.
    celery = [
        sys.executable,
        "-W",
        "ignore:You're running the worker",
        "-m",
        "celery",
        "--app",
        "crm.celery",
        "--quiet",
    ]
    worker = [*celery, "worker", "--queues", QUEUES, "--concurrency", str(environment.worker_processes)]
    worker += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    scheduler = [*celery, "beat", "--pidfile", "", "--loglevel", "WARNING"]
    settings = {"DJANGO_SETTINGS_MODULE": "crm.settings", "PYTHONUNBUFFERED": "1"}
    return [
        Part("web", web, places.parts, patience=15, environment=settings),
        Part("demo", [*python, "django", "demo"], places.parts, patience=10, environment=settings, is_errand=True),
        Part("worker", worker, places.parts, patience=40, environment=settings),
        Part("scheduler", scheduler, places.parts, patience=10, environment=settings),
    ]


def _revive(environment: Environment) -> bool:
    daemons.reap()
    if servers_run(environment):
        return False
    ensure_servers(environment)
    return True


def _stop_servers(environment: Environment) -> None:
    if environment.embeds_database or environment.embeds_broker:
        embedded.stop_servers(environment.data_dir)


class _Welcome:
    """Prints the address, once, when the web server answers; then lets the demo be filled, and then the rest start.

    While the demo tells a story of three months, no worker may send in the present what belongs to its past.
    """

    def __init__(
        self, environment: Environment, console: Console, parts: list[Part], logins: str, started: float
    ) -> None:
        self._environment, self._console, self._parts = environment, console, parts
        self._logins, self._started = logins, started
        self._errands = [part for part in parts if part.is_errand]
        self._has_greeted = self._is_done = False

    def __call__(self) -> None:
        if self._is_done or not (self._has_greeted or self._answers()):
            return
        if not self._has_greeted:
            self._greet()
        if all(errand.is_over for errand in self._errands):
            self._is_done = True
            self._note()
            for part in self._parts:
                part.release()

    def _greet(self) -> None:
        self._has_greeted = True
        seconds = time.monotonic() - self._started
        lines = [f"Rapport runs at {self._environment.base_url}  (ready after {seconds:.1f} s; Ctrl-C stops it)"]
        self._console.plain("\n" + "\n".join([*lines, *self._logins.splitlines()]) + "\n")
        for errand in self._errands:
            errand.release()

    def _note(self) -> None:
        """The next start need not do again what has been done for these sources."""
        if self._errands and all(errand.code == 0 for errand in self._errands) and self._environment.embeds_database:
            Prepared(Places.below(self._environment.data_dir)).note(self._logins)

    def _answers(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._environment.bind, self._environment.bind)  # noqa: S104
        connection = http.client.HTTPConnection(host, self._environment.port, timeout=1)
        try:
            connection.request("GET", "/healthz", headers={"Host": urlsplit(self._environment.base_url).netloc})
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
