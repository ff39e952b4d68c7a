"""Owns deciding what a file is, from its content alone."""

import io
import re
import zipfile
from typing import Literal

from sourcing.resumes import errors

Kind = Literal["pdf", "docx", "odt", "wordml", "rtf", "html", "text"]
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|p|table|h1)[\s>]", re.IGNORECASE)


def sniff(content: bytes) -> Kind:
    """The kind of file; raises a `ResumeError` for what is not accepted."""
    head = content[:4096]
    if not content.strip(b"\x00 \r\n\t"):
        raise errors.Empty
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if content.startswith(b"PK"):
        return _packed(content)
    if content.startswith(_OLE):
        raise errors.Protected if "EncryptedPackage".encode("utf-16-le") in content else errors.OldWord
    if content.startswith(_PICTURES) or content[8:12] in (b"WEBP", b"AVIF") or content[4:8] == b"ftyp":
        raise errors.NoText
    return _textual(content, head)


def _packed(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except Exception as error:
        raise errors.Damaged from error
    if any(name.rpartition("/")[2].lower() == "vbaproject.bin" for name in names):
        raise errors.HasMacros
    if "word/document.xml" in names:
        return "docx"
    if "content.xml" in names and "mimetype" in names:
        return "odt"
    raise errors.NotWord


def _textual(content: bytes, head: bytes) -> Kind:
    start = head.lstrip(b"\xef\xbb\xbf\r\n\t ")
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if start.startswith(b"<?xml") and (b"wordml" in head or b"2006/xmlPackage" in head):
        return "wordml"
    if start.startswith(b"<") and _HTML.search(content[:65536]):
        return "html"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    controls = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    if controls > len(head) // 100:
        raise errors.UnsupportedType
    return "text"
