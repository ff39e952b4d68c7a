"""Owns opening packed documents (DOCX, ODT) without trusting what they say about themselves."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element  # the type alone; parsing is defusedxml's

from defusedxml.ElementTree import iterparse

from sourcing.resumes import errors

MAX_ENTRIES = 2_000
MAX_UNPACKED = 60 * 1024 * 1024
MAX_DEPTH = 300


class Package:
    """A ZIP archive whose directory was checked; parts are read with a count of the bytes really unpacked."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except Exception as error:
            raise errors.Damaged from error
        self._left = MAX_UNPACKED
        self._check()

    def _check(self) -> None:
        entries = self._archive.infolist()
        names = [entry.filename for entry in entries]
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise errors.Unsafe
        if len(set(names)) < len(names):
            raise errors.Unsafe
        if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
            raise errors.Unsafe
        if any(entry.flag_bits & 1 for entry in entries):
            raise errors.Protected

    def names(self) -> list[str]:
        return sorted(self._archive.namelist())

    def part(self, name: str) -> bytes:
        """One part; raises `Unsafe` when it unpacks to more than it said."""
        try:
            with self._archive.open(name) as file:
                data = file.read(self._left + 1)
        except (KeyError, EOFError, zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise errors.Damaged from error
        except Exception as error:  # zlib.error and whatever else an unpacker raises
            raise errors.Damaged from error
        self._left -= len(data)
        if self._left < 0:
            raise errors.Unsafe
        return data

    def tree(self, name: str) -> Element:
        return parse_xml(self.part(name))


def parse_xml(data: bytes) -> Element:
    """An XML tree without document type, entities or absurd depth."""
    depth = 0
    root: Element | None = None
    try:
        events: Iterator[tuple[str, Any]] = iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True)
        for event, element in events:
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise errors.Unsafe
    except (errors.ResumeError, MemoryError):
        raise
    except Exception as error:
        raise errors.Damaged from error
    if root is None:
        raise errors.Damaged
    return root
