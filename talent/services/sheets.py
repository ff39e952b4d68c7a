"""Rows of texts as CSV (RFC 4180) or XLSX, written one by one into a file: no table is ever held in memory.

A cell that a spreadsheet would take for a formula begins with an apostrophe (CWE-1236).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import BinaryIO, Protocol

from openpyxl import Workbook

FORMULA = ("=", "+", "-", "@", "\t", "\r", *"＝＋－＠")  # the wide ones too, which some keyboards write
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
BOM = "\ufeff"


class Sheet(Protocol):
    """What takes rows and, at the end, is a file."""

    def add(self, cells: Sequence[str]) -> None: ...

    def close(self) -> None: ...


def safe(text: str) -> str:
    """A text as a cell: no formula, nothing that a file cannot hold."""
    cleaned = UNWRITABLE.sub("", text)
    return f"'{cleaned}" if cleaned.startswith(FORMULA) else cleaned


def meant(cell: str) -> str:
    """What `safe` made a cell of: the text without the apostrophe, so that a list comes back as it went out."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


class Csv:
    """Comma-separated, UTF-8; with `bom` Excel knows that it is."""

    def __init__(self, into: BinaryIO, *, bom: bool = False) -> None:
        self._text = io.TextIOWrapper(into, encoding="utf-8", newline="", write_through=True)
        if bom:
            self._text.write(BOM)
        self._rows = csv.writer(self._text)

    def add(self, cells: Sequence[str]) -> None:
        self._rows.writerow([safe(cell) for cell in cells])

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


class Xlsx:
    """One sheet; openpyxl writes the rows to a temporary file as they come."""

    def __init__(self, into: BinaryIO, title: str) -> None:
        self._into, self._book = into, Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title)

    def add(self, cells: Sequence[str]) -> None:
        self._sheet.append([safe(cell) for cell in cells])

    def close(self) -> None:
        self._book.save(self._into)
