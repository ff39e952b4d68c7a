"""The web server as `make run` starts it."""

from __future__ import annotations

import sys

THREADS = 8  # of each process


def command(bind: str, processes: int) -> list[str]:
    """What starts gunicorn; `bind` is an address with its port. Time limits are left to the caller."""
    web = [sys.executable, "-m", "gunicorn", "crm.wsgi:application", "--bind", bind, "--preload"]
    web += ["--worker-class", "gthread", "--workers", str(processes), "--threads", str(THREADS)]
    return [*web, "--no-control-socket", "--log-level", "warning"]
