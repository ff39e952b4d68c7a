"""Small facts about other processes, from /proc where there is one."""

import os
from pathlib import Path


def is_alive(pid: int, program: str) -> bool:
    """Whether `pid` is a running process of `program`. A zombie is dead; a reused number is somebody else."""
    status = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return _answers(pid)
    try:
        name, _, rest = status.read_text().partition("(")[2].rpartition(")")
    except OSError:
        return False
    return name.startswith(program[:15]) and rest.split()[0] not in "ZX"


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def read_pid(path: Path) -> int | None:
    """The number on the first line of a pid file, or None."""
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
