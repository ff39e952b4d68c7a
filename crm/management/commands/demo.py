"""`manage.py demo`: the demo tenant, if there is none."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.services import demo


class Command(BaseCommand):
    """Fills the demo tenant once; with `--logins` prints who can log in."""

    help = "Makes the demo tenant if there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--logins", action="store_true", help="only print the log-ins")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["logins"]:
            try:
                tenant = demo.fill(now=timezone.now())
            except demo.DemoRefused as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(f"Demo: /o/{tenant.slug}/")
        for email, password, role in demo.logins():
            self.stdout.write(f"{email:<30} {password}   {role}")
