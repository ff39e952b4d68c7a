"""`manage.py drain_worker`: a worker of `manage.py bench outreach`, without Celery around it."""

from __future__ import annotations

import sys
import time
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from crm.models import Tenant
from outreach.services import sending


class Command(BaseCommand):
    """For each line of standard input it sends what is due until nothing is; answers with how many, and the seconds."""

    help = "A worker of the bench of sending; told by lines when to begin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", type=UUID)
        parser.add_argument("connections", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = Tenant.objects.get(pk=options["tenant"])
        self._say("ready")
        for _ in sys.stdin:
            started, sent = time.perf_counter(), 0
            while found := sending.send_round(tenant=tenant, connections=options["connections"]).reserved:
                sent += found
            self._say(f"{sent} {time.perf_counter() - started}")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
