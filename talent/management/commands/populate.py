"""`manage.py populate`: invented people and their history, by the million."""

from __future__ import annotations

import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.models.tenant import SLUG
from talent.populate import run


class Command(BaseCommand):
    """Fills one tenant, and fifty others with as many people in all."""

    help = "Fills a workspace with invented people, and fifty others with as many, for trying things at size."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--candidates", type=int, default=10_000, help="how many in the one workspace")
        parser.add_argument("--lean", action="store_true", help="a quarter of the disk: few others, little history")
        parser.add_argument("--tenant", default="crowd", metavar="SLUG", help="its address; made when there is none")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["candidates"] < run.OTHERS:
            raise CommandError(f"Give at least {run.OTHERS} candidates: one for each of the other workspaces.")
        try:
            SLUG(options["tenant"])
        except ValidationError as error:
            raise CommandError(f"{options['tenant']} is no address of a workspace. {error.messages[0]}") from error
        started = time.perf_counter()
        try:
            times = run.populate(
                slug=options["tenant"],
                each=options["candidates"],
                now=timezone.now(),
                say=self.stderr.write,
                is_lean=options["lean"],
            )
        except run.NotEmpty as error:
            raise CommandError(str(error)) from error
        self._report(times, time.perf_counter() - started)

    def _report(self, times: run.Times, seconds: float) -> None:
        self.stdout.write(f"{'table':<28}{'rows':>10}{'indexes':>10}   seconds of work")
        for table in sorted(times.upkeep):
            self.stdout.write(f"{table:<28}{times.rows[table]:>10.1f}{times.upkeep[table]:>10.1f}")
        self.stdout.write(f"{seconds:.0f} s passed")
