"""Owns the limits of the sandboxed process; set before anything that touches the file is loaded."""

import resource
import sys
from typing import Any

ADDRESS_SPACE = 768 * 1024 * 1024
CPU_SECONDS = 8
OUTPUT = 4 * 1024 * 1024
OPEN_FILES = 64
_REFUSED = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.system", "ctypes.dlopen")


def apply() -> None:
    """Limits memory, processor time, output, open files and core dumps of this process, for good."""
    for kind, value in (
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    """No wall (that is bubblewrap's part), but what no parser of ours has any business with."""
    if event.startswith(_REFUSED):
        raise PermissionError(event)
