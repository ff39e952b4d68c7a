"""`migrate`, as the owner of the tables."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from crm.services import event_log


class Command(Migrate):
    """Django's own command; its default connection is another one, and a log from another server settles in."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        database = str(options["database"])
        if not options["plan"] and "crm_event" in connections[database].introspection.table_names():
            event_log.settle_in(using=database)
