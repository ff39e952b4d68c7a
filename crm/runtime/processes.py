"""Small facts about other processes, from /proc where there is one."""

import os
import subprocess
import sys
from pathlib import Path

HAS_PROC = sys.platform == "linux"


def is_alive(pid: int, program: str) -> bool:
    """Whether `pid` is a running process of `program`. A zombie is dead; a reused number is somebody else."""
    if not HAS_PROC:
        return program[:15] in _ps(pid, "comm")
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    except OSError:
        return False
    return name.startswith(program[:15]) and rest.split()[0] not in "ZX"


def birth(pid: int) -> str:
    """When `pid` was started, in some unit: with the number it names a process for good. Empty when it does not run."""
    if not HAS_PROC:
        return _ps(pid, "lstart")
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def read_pid(path: Path) -> int | None:
    """The number on the first line of a pid file, or None."""
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _ps(pid: int, field: str) -> str:
    shown = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", f"{field}=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def cores() -> int:
    """The processor cores we may use, which in a container can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if HAS_PROC else os.cpu_count() or 1
