"""A fault run in a house of its own: servers in a folder that is thrown away, so that a restart hurts nobody."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from crm.runtime import embedded
from crm.runtime.places import ROOT

OTHERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")  # what the surroundings may say about another installation


def inside(arguments: Sequence[str]) -> int:
    """Run `manage.py ARGUMENTS` against fresh embedded servers; returns its exit code."""
    with tempfile.TemporaryDirectory(prefix="rapport-faults-") as folder:
        environ = {**os.environ, **dict.fromkeys(OTHERS, ""), "DATA_DIR": folder}
        manage = [sys.executable, str(ROOT / "manage.py")]
        try:
            subprocess.run([*manage, "migrate", "-v", "0"], env=environ, check=True)  # noqa: S603
            return subprocess.run([*manage, *arguments], env=environ, check=False).returncode  # noqa: S603
        finally:
            embedded.stop_servers(Path(folder))
