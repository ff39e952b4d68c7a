"""`manage.py faults`: kills real processes while real mails go out, or reports come in, and counts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from outreach.faults import house, reports, send

BAD = "Mails were sent twice, lost, unknown without a reason, or do not add up; or reports were lost."
CHOSEN = ("messages", "kills", "workers", "seed", "restarts", "floods")

REPORTING = ("events", "kills", "workers")


class Command(BaseCommand):
    """Runs a fault scenario, with restarts of the database in a house of its own, else in a workspace of its own."""

    help = "Run a fault scenario and count what was sent twice or lost."

    def add_arguments(self, parser: CommandParser) -> None:
        scenarios = parser.add_subparsers(dest="scenario", required=True)
        sending = scenarios.add_parser("send", help="Blows fall while mails go out over SMTP.")
        sending.add_argument("--messages", type=int, default=1000)
        sending.add_argument("--kills", type=int, default=20, help="Workers killed with -9.")
        sending.add_argument("--workers", type=int, default=2)
        sending.add_argument("--restarts", type=int, default=3, help="Times the database dies.")
        sending.add_argument("--floods", type=int, default=2, help="Times everything in the broker is gone.")
        sending.add_argument("--seed", type=int, default=1)
        sending.add_argument("--json", type=Path, help="Write the counts into this file.")
        sending.add_argument("--here", action="store_true", help="Restart the database of this installation.")

        reporting = scenarios.add_parser("reports", help="Web workers are killed while providers report.")
        reporting.add_argument("--events", type=int, default=10_000)
        reporting.add_argument("--kills", type=int, default=10, help="Web workers killed with -9.")
        reporting.add_argument("--workers", type=int, default=2)
        reporting.add_argument("--json", type=Path, help="Write the counts into this file.")
        reporting.add_argument("--here", action="store_true", help="Use the database of this installation.")

    def handle(self, *args: Any, **options: Any) -> None:
        scenario: str = options["scenario"]
        if not options["here"] and (scenario == "reports" or options["restarts"]):
            self._in_a_house(scenario, options)
            return
        result: send.Result | reports.Result
        if scenario == "reports":
            result = reports.run(**{key: options[key] for key in REPORTING}, log=Path(os.devnull))
        else:
            result = send.run(**{key: options[key] for key in CHOSEN})
        text = json.dumps(result.as_dict(), indent=2)
        self.stdout.write(text)
        if options["json"]:
            options["json"].write_text(text + "\n")
        if not result.is_good:
            raise CommandError(BAD)

    def _in_a_house(self, scenario: str, options: dict[str, Any]) -> None:
        keys = REPORTING if scenario == "reports" else CHOSEN
        arguments = [text for key in keys for text in (f"--{key}", str(options[key]))]
        if options["json"]:
            arguments += ["--json", str(options["json"].resolve())]
        if house.inside(["faults", scenario, *arguments, "--here"]):
            raise CommandError("The fault run in its own house did not end well; what it said stands above.")
