"""Worker processes that run two slow readers in small batches until they are killed."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
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


def work(database: str, tenant_id: UUID) -> None:
    connections["default"].settings_dict["NAME"] = database
    while True:
        for name in NAMES:
            readers.run_once(reader=slow_reader(name), tenant_id=tenant_id, limit=7)


def start(database: str, tenant_id: UUID) -> BaseProcess:
    """A process of its own, born of one that has loaded all of Rapport once and touched no database."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=work, args=(database, tenant_id), daemon=True)
    process.start()
    return process
