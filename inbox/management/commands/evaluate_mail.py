"""`manage.py evaluate_mail FOLDER`: how well the reader of mails reads a labelled folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inbox.mail.evaluate import evaluate


class Command(BaseCommand):
    """Prints the score of each measure; needs no database."""

    help = "Read a folder of labelled mails and print how often reply, kind, bounce and parts were right."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        evaluate(folder, self.stdout.write)
