"""`manage.py faults send`: kills real workers while real mails go out, and counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from outreach.faults import send


class Command(BaseCommand):
    """Runs a fault scenario against this installation, in a workspace of its own."""

    help = "Run a fault scenario and count what was sent twice or lost."

    def add_arguments(self, parser: CommandParser) -> None:
        scenarios = parser.add_subparsers(dest="scenario", required=True)
        sending = scenarios.add_parser("send", help="Workers are killed while mails go out over SMTP.")
        sending.add_argument("--messages", type=int, default=1000)
        sending.add_argument("--kills", type=int, default=12)
        sending.add_argument("--workers", type=int, default=2)
        sending.add_argument("--seed", type=int, default=1)
        sending.add_argument("--json", type=Path, help="Write the counts into this file.")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = {key: options[key] for key in ("messages", "kills", "workers", "seed")}
        result = send.run(**chosen)
        text = json.dumps(result.as_dict(), indent=2)
        self.stdout.write(text)
        if options["json"]:
            options["json"].write_text(text + "\n")
        if not result.is_good:
            raise CommandError("Mails were sent twice, lost, unknown without a reason, or do not add up.")
