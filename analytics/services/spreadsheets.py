"""Tables as CSV (RFC 4180) that a spreadsheet program opens without running anything in them."""

from __future__ import annotations

import csv
import io

from analytics.services.tables import Table

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(text: str) -> str:
    """A text that would be a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_csv(table: Table) -> str:
    """The table with its head; UTF-8 with a byte order mark, because spreadsheet programs ask for it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([safe(table.head), *(safe(column.label) for column in table.columns)])
    for row in table.rows:
        writer.writerow([safe(row.label), *(cell.value for cell in row.cells)])
    return "\ufeff" + stream.getvalue()
