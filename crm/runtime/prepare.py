"""Between servers and processes: migrations, static files, the log-ins of the demo. `python -m crm.runtime.prepare`."""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

STAMP = "collected-from"


def main() -> None:
    """Say what is done on stderr; stdout gets the log-ins of the demo tenant alone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()
    with redirect_stdout(sys.stderr):
        migrate()
        collect_static_files()
        if not settings.ENV.production:
            call_command("demo", found=True)
    if not settings.ENV.production:
        call_command("demo", logins=True)


def migrate() -> None:
    """Apply what is missing. Looking is much quicker than running `migrate` for nothing."""
    executor = MigrationExecutor(connections["owner" if "owner" in settings.DATABASES else "default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False)


def collect_static_files() -> None:
    """Gather, hash and compress the static files when one of them has changed."""
    target = Path(settings.STATIC_ROOT)
    wanted = _fingerprint()
    stamp = target / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)


def _fingerprint() -> str:
    """Changes with any static file: names, sizes and times of writing."""
    digest = hashlib.sha256()
    for line in sorted(_static_files()):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _static_files() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=None):
            file = Path(storage.path(path))
            yield f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}"


if __name__ == "__main__":
    main()
