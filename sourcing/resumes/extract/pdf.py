"""Owns reading PDF files: characters with their places from pdfminer.six, lines from the layout module."""

import io
import time
from collections.abc import Iterator
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

from sourcing.resumes import errors
from sourcing.resumes.extract.layout import Glyph, page_lines
from sourcing.resumes.extract.lines import Document

MAX_PAGES = 60
MAX_SECONDS = 4.5  # of this process; well below the limit of the sandbox, so that what was read by then is kept
MAX_GLYPHS = 600_000
TINY = 1.6  # points; nobody prints that, so it is text for machines


def read_pdf(content: bytes) -> Document:
    """Lines of up to `MAX_PAGES` pages; column by column where there are columns."""
    document = Document()
    try:
        pdf = PDFDocument(PDFParser(io.BytesIO(content)))
        _read_pages(pdf, document)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise errors.Protected from error
    except (errors.ResumeError, MemoryError):
        raise
    except Exception as error:
        if not document.lines:
            raise errors.Damaged from error
        document.warn("The file is damaged: only a part of it could be read.")
    if not document.lines:
        raise errors.NoText
    return document


def _read_pages(pdf: PDFDocument, document: Document) -> None:
    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=None)
    interpreter = PDFPageInterpreter(manager, device)
    count = 0
    for number, page in enumerate(PDFPage.create_pages(pdf)):
        if number >= MAX_PAGES or count > MAX_GLYPHS or time.process_time() > MAX_SECONDS:
            document.warn(f"The file is very long: only its first {number} pages were read.")
            return
        interpreter.process_page(page)
        glyphs = list(_glyphs(device.get_result()))
        count += len(glyphs)
        visible = [glyph for glyph in glyphs if glyph.size > TINY]
        if len(visible) < len(glyphs):
            document.warn("The file contains text too small to be seen. It was left out.")
        for line in page_lines(visible, number):
            document.add(line)
        document.hyperlinks += _hyperlinks(page)


def _glyphs(container: LTContainer[Any]) -> Iterator[Glyph]:
    stack: list[Any] = [container]
    while stack:
        item = stack.pop()
        if isinstance(item, LTChar):
            a, b, _, _, _, baseline = item.matrix
            text = item.get_text()
            if abs(b) > abs(a) * 0.2 or a <= 0 or text.startswith("(cid:"):
                continue  # turned text; glyphs without a meaning
            bold = any(word in item.fontname.lower() for word in ("bold", "black", "heavy", "-semi", "demi"))
            yield Glyph(text, item.x0, item.x1, baseline, item.size, bold)
        elif isinstance(item, LTContainer):
            stack.extend(reversed(list(item)))


def _hyperlinks(page: PDFPage) -> list[str]:
    found = []
    for reference in resolve1(page.annots) or []:
        annotation = resolve1(reference)
        action = resolve1(annotation.get("A")) if isinstance(annotation, dict) else None
        uri = resolve1(action.get("URI")) if isinstance(action, dict) else None
        if isinstance(uri, bytes):
            uri = uri.decode("utf-8", "replace")
        if isinstance(uri, str) and uri.startswith(("http://", "https://", "mailto:", "tel:")):
            found.append(uri[:500])
    return found[:200]
