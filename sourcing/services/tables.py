"""Reads tables that people bring: CSV in any usual encoding and dialect, and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from zipfile import BadZipFile

import charset_normalizer
import openpyxl

from talent.services import sheets

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 20_000
DELIMITERS = ",;\t|"


class TableRefused(ValueError):
    """The table cannot be read; the message says why and what would do."""


@dataclass(frozen=True)
class Table:
    """A table in memory: every row as wide as the headings, cells stripped of white space around them."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    encoding: str
    delimiter: str


def read(content: bytes, name: str) -> Table:
    """A table from the bytes of a file. Raises TableRefused with a sentence for the one who brought it.

    At most 200,000 rows and 200 columns; the first row holds the headings. Empty rows are left out. CSV follows
    RFC 4180, with the delimiters `,` `;` tab and `|`.
    """
    if not content.strip():
        raise TableRefused(f"“{name}” is empty. Export the list again and choose the new file.")
    if content[:4] == b"PK\x03\x04":
        return _table(_xlsx_rows(content, name), name, "xlsx", "")
    text, encoding = _decode(content, name)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return _table(_csv_rows(reader, name), name, encoding, delimiter)


def _decode(content: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), encoding
    if b"\x00" in content[:4096]:
        raise TableRefused(f"“{name}” is not a table. Choose a CSV or XLSX file.")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    encoding = _guess_encoding(content[:200_000])
    return content.decode(encoding, errors="replace"), encoding


def _guess_encoding(content: bytes) -> str:
    """The likeliest encoding; among equals Western European, by far the commonest in exports of office programs."""
    matches = list(charset_normalizer.from_bytes(content))
    if not matches:
        return "cp1252"
    least = min(match.chaos for match in matches)
    equals = [match.encoding for match in matches if match.chaos == least]
    return "cp1252" if "cp1252" in equals else equals[0]


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into the same number of cells, the most cells winning."""
    lines = text.splitlines()[:30]
    best, most = ",", 1
    for delimiter in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            continue
        usual = max(set(widths), key=widths.count) if widths else 0
        if usual > most and widths.count(usual) * 2 > len(widths):
            best, most = delimiter, usual
    return best


def _csv_rows(reader: Iterator[list[str]], name: str) -> Iterator[list[str]]:
    csv.field_size_limit(10 * MAX_CELL)
    try:
        yield from reader
    except csv.Error as error:
        raise TableRefused(
            f"“{name}” cannot be read as a table near line {getattr(reader, 'line_num', '?')}: a quotation mark or a "
            "cell does not end. Export it again as CSV."
        ) from error


def _xlsx_rows(content: bytes, name: str) -> Iterator[list[str]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise TableRefused(f"“{name}” is no Excel table. Save the list as CSV or XLSX and choose it again.") from error
    for row in book.worksheets[0].iter_rows(values_only=True):
        yield ["" if cell is None else str(cell) for cell in row]


def _table(rows: Iterator[list[str]], name: str, encoding: str, delimiter: str) -> Table:
    filled = ([sheets.meant(cell.replace("\x00", "").strip())[:MAX_CELL] for cell in row] for row in rows)
    filled = (row for row in filled if any(row))
    heading = next(filled, None)
    if heading is None:
        raise TableRefused(f"“{name}” has no rows. Export the list again and choose the new file.")
    if len(heading) > MAX_COLUMNS:
        raise TableRefused(f"“{name}” has {len(heading)} columns. The limit is {MAX_COLUMNS}.")
    body = list(islice(filled, MAX_ROWS + 1))
    if not body:
        raise TableRefused(f"“{name}” has headings but no rows below them.")
    if len(body) > MAX_ROWS:
        raise TableRefused(f"“{name}” has more than {MAX_ROWS:,} rows. Split it and bring the parts one by one.")
    width = max(len(heading), max(len(row) for row in body[:1000]))
    columns = [heading[i] if i < len(heading) and heading[i] else f"Column {i + 1}" for i in range(width)]
    return Table(columns, [_as_wide(row, width) for row in body], encoding, delimiter)


def _as_wide(row: list[str], width: int) -> list[str]:
    return row[:width] + [""] * (width - len(row))
