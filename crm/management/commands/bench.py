"""`manage.py bench`: measured speed, each figure against a reference of the same run."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import autodiscover_modules

from crm.bench.rows import BENCHES, Options, Row, attempted, table


class Command(BaseCommand):
    """Runs the benches named, or all; ends with an error when a goal is missed."""

    help = "Measures; prints a table. The installation's own database is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="which benches; all when none is named")
        parser.add_argument("--candidates", type=int, default=400_000, help="how many people to measure with")
        parser.add_argument("--fresh", action="store_true", help="fill databases anew that are kept between runs")
        parser.add_argument("--long", action="store_true", help="take what lasts long as well")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there as well")
        parser.add_argument("--details", action="store_true", help="print query plans")

    def handle(self, *args: Any, **options: Any) -> None:
        autodiscover_modules("bench")
        names = options["names"] or sorted(BENCHES)
        if unknown := sorted(set(names) - set(BENCHES)):
            raise CommandError(f"No bench is called {', '.join(unknown)}. There are: {', '.join(sorted(BENCHES))}.")
        told = {name: options[name] for name in ("candidates", "fresh", "long")}
        asked, rows = Options(say=self._say, **told), list[Row]()
        try:
            for name in names:
                for row in attempted(name, partial(BENCHES[name], asked), self._say):
                    rows.append(row)
                    self._write(rows, options["json"])
        finally:  # what was measured before somebody lost patience is worth telling
            self._report(rows, details=options["details"])
        if missed := [row.name.strip() for row in rows if row.met is False]:
            raise CommandError(f"Goals missed: {', '.join(missed)}")

    def _say(self, words: str) -> None:
        self.stderr.write(words)

    def _write(self, rows: list[Row], path: Path | None) -> None:
        if path is not None:
            path.write_text(json.dumps([row.as_json() for row in rows], indent=2) + "\n", encoding="utf-8")

    def _report(self, rows: list[Row], *, details: bool) -> None:
        self.stdout.write(table(rows))
        self.stdout.write(f"load average {' '.join(f'{load:.1f}' for load in os.getloadavg())}")
        for row in rows if details else []:
            self.stdout.write(f"\n{row.name}\n{row.detail}")
