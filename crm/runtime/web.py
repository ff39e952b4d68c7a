"""The web server as `make run` starts it."""

from __future__ import annotations

import sys

WORKER = "crm.runtime.worker.Worker"
THREADS = 8  # of each process
LONGEST_ADDRESS = 8190  # bytes of a request line: gunicorn's most; what is longer is kept under a short key


def command(bind: str, processes: int) -> list[str]:
    """What starts gunicorn; `bind` is an address with its port. Time limits are left to the caller."""
    web = [sys.executable, "-m", "gunicorn", "crm.wsgi:application", "--bind", bind, "--preload"]
    web += ["--worker-class", WORKER, "--workers", str(processes), "--threads", str(THREADS)]
    web += ["--limit-request-line", str(LONGEST_ADDRESS)]
    return [*web, "--no-control-socket", "--log-level", "warning"]
