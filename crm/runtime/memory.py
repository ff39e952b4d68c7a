"""How much memory this machine lets us have, and what of it the embedded database takes."""

from __future__ import annotations

import os
from pathlib import Path

LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
MB = 2**20
# What is read again and again is to be in the server's own memory: a page out of the kernel's costs ten times as much.
# A quarter is PostgreSQL's own advice. Memory that is never filled is never taken.
LEAST_SHARED, MOST_SHARED = 256 * MB, 4096 * MB


def of_machine() -> int:
    """Bytes: what is built in, or what the container may have."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for limit in LIMITS:
        try:
            found.append(int(limit.read_text()))
        except (OSError, ValueError):
            continue  # no such file, or "max"
    return min(found)


def _mb(size: int) -> str:
    return f"{size // MB}MB"


def of_database(machine: int, *, durable: bool) -> dict[str, str]:
    """Settings of PostgreSQL for a machine with so many bytes; servers for tests take the least."""
    shared = min(max(machine // 4, LEAST_SHARED), MOST_SHARED) if durable else LEAST_SHARED
    return {
        "shared_buffers": _mb(shared),
        "effective_cache_size": _mb(max(machine // 2, 2 * LEAST_SHARED)),
        "maintenance_work_mem": _mb(min(max(machine // 32, LEAST_SHARED // 4), 1024 * MB)),
    }
