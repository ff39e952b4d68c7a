"""`manage.py demo`: the demo tenant, if there is none."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.services import demo


class Command(BaseCommand):
    """Fills the demo tenant once, and says how far it is; with `--logins` prints who can log in."""

    help = "Makes the demo tenant if there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--logins", action="store_true", help="only print the log-ins")
        parser.add_argument("--found", action="store_true", help="make the tenant and its members, fill it later")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["found"]:
                self._found()
            elif not options["logins"]:
                tenant = demo.fill(now=timezone.now(), say=self._say)
                self._say(f"/o/{tenant.slug}/ is complete")
        except demo.DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["logins"]:
            for email, password, role in demo.logins():
                self.stdout.write(f"{email:<30} {password}   {role}")

    def _found(self) -> None:
        if demo.end_cut_short():
            self._say("its filling was cut short; it stays as far as it came. To begin anew, remove the data folder.")
        demo.found()

    def _say(self, sentence: str) -> None:
        self.stdout.write(f"Demo: {sentence}")
