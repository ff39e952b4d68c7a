"""A worker process that runs two slow readers in small batches until it is killed: `python -m ... DATABASE TENANT`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connections  # noqa: E402

from crm.models import Event  # noqa: E402
from crm.registry import Reader  # noqa: E402
from crm.services import readers  # noqa: E402
from tests.factories.events import leave_effects  # noqa: E402

NAMES = ("first", "second")


def slow_reader(name: str) -> Reader:
    def read(batch: Sequence[Event]) -> None:
        leave_effects(name, batch[:3])
        time.sleep(0.005)  # a kill most often lands here, with half of the batch written
        leave_effects(name, batch[3:])

    return Reader(name, read)


def main(database: str, tenant_id: UUID) -> None:
    connections["default"].settings_dict["NAME"] = database
    print("ready", flush=True)  # noqa: T201
    while True:
        for name in NAMES:
            readers.run_once(reader=slow_reader(name), tenant_id=tenant_id, limit=7)


if __name__ == "__main__":
    main(sys.argv[1], UUID(sys.argv[2]))
