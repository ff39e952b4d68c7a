"""Owns the way from the bytes of any accepted file to a document."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from sourcing.resumes import errors
from sourcing.resumes.extract.kinds import Kind, sniff
from sourcing.resumes.extract.lines import Document

_READERS: dict[Kind, tuple[str, str]] = {
    "pdf": ("pdf", "read_pdf"),
    "docx": ("word", "read_docx"),
    "odt": ("word", "read_odt"),
    "wordml": ("word", "read_wordml"),
    "rtf": ("plain", "read_rtf"),
    "html": ("plain", "read_html"),
    "text": ("plain", "read_text"),
}


def extract(content: bytes) -> Document:
    """The document in the file; raises a `ResumeError`. Only the libraries of its kind are loaded."""
    module, function = _READERS[sniff(content)]
    read = cast("Callable[[bytes], Document]", getattr(import_module(f"sourcing.resumes.extract.{module}"), function))
    document = read(content)
    if not any(character.isalnum() for line in document.lines for character in line.text):
        raise errors.NoText
    return document
