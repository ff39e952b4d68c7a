"""Owns the small résumé files of the tests: an invented person in every format, and files made to do harm."""

import io
import zipfile
import zlib

from fpdf import FPDF
from fpdf.enums import AccessPermission

TEXT = """Nora Testmann
Backend Engineer
Hamburg, Germany | nora.testmann@example.com | +49 40 3456789 | github.com/noratest

EXPERIENCE
Backend Engineer | Elbe Software GmbH | Jan 2019 - Present
- Built the billing service
Junior Developer | Alster Labs | 03/2016 - 12/2018
- Wrote tests

EDUCATION
Universität Hamburg
Bachelor of Science in Computer Science, 2012 - 2016

SKILLS
Languages: Python, Go, SQL
Tools: Docker, Kubernetes
"""
HEAD = ("Nora Testmann", "Backend Engineer", "Hamburg, Germany | nora.testmann@example.com")
SIDE = ("SKILLS", "Python", "Docker", "Kubernetes", "PostgreSQL", "LANGUAGES", "German", "English", "Danish", "French")
MAIN = (
    "EXPERIENCE",
    "Backend Engineer, Elbe Software GmbH",
    "Jan 2019 - Present",
    "Built and ran the billing service of a shipping company with nine engineers.",
    "Moved the ledger to PostgreSQL and halved the time of the monthly close.",
    "Junior Developer, Alster Labs",
    "Mar 2016 - Dec 2018",
    "Wrote the tests for the tracking of containers in three harbours.",
    "EDUCATION",
    "Universität Hamburg",
    "Bachelor of Science in Computer Science",
    "2012 - 2016",
)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(text: str = TEXT) -> bytes:
    document = _blank()
    for line in text.splitlines():
        document.cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())


def two_column_pdf() -> bytes:
    document = _blank()
    document.set_font("Helvetica", "B", 22)
    document.cell(0, 10, HEAD[0], new_x="LMARGIN", new_y="NEXT")
    document.set_font("Helvetica", size=10)
    for line in HEAD[1:]:
        document.cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
    for x, pitch, lines in ((10, 7.5, SIDE), (70, 6.2, MAIN)):
        for number, line in enumerate(lines):
            document.set_xy(x, 50 + number * pitch)
            document.cell(0, 5, line)
    return bytes(document.output())


def many_pages_pdf(pages: int) -> bytes:
    document = _blank()
    for number in range(pages):
        if number:
            document.add_page()
        document.cell(0, 6, "Nora Testmann" if number == 0 else f"Sheet {number}")
    return bytes(document.output())


def linked_pdf() -> bytes:
    document = _blank()
    document.cell(0, 6, "Nora Testmann", new_x="LMARGIN", new_y="NEXT")
    document.cell(0, 6, "LinkedIn", link="https://www.linkedin.com/in/noratest")
    return bytes(document.output())


def protected_pdf() -> bytes:
    document = _blank()
    document.set_encryption(owner_password="owner", user_password="secret", permissions=AccessPermission.none())
    document.cell(0, 6, "Nora Testmann")
    return bytes(document.output())


def picture_pdf() -> bytes:
    document = _blank()
    document.rect(20, 20, 100, 100, style="F")
    return bytes(document.output())


def _blank() -> FPDF:
    document = FPDF()
    document.set_font("Helvetica", size=10)
    document.add_page()
    return document


def raw_pdf(stream: bytes, *, resources: str = "<< >>", more: tuple[bytes, ...] = ()) -> bytes:
    """A PDF of one page with this Flate-coded content; objects 5, 6, ... are `more`."""
    return _of_packed(zlib.compress(stream, 9), resources, more)


def flate_bomb(mebibytes: int) -> bytes:
    """A PDF of one page that grows to so many spaces: one piece is packed, and repeated (a full flush parts them)."""
    piece, check = b" " * 2**20, 1
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = (packing.compress(piece) + packing.flush(zlib.Z_FULL_FLUSH)) * mebibytes + packing.flush()
    for _ in range(mebibytes):
        check = zlib.adler32(piece, check)
    return _of_packed(b"\x78\xda" + packed + check.to_bytes(4, "big"), "<< >>", ())


def _of_packed(packed: bytes, resources: str, more: tuple[bytes, ...]) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources {resources} >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        *more,
    ]
    body, offsets = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def endless_pdf() -> bytes:
    """A form that draws itself twice, which draws itself twice ..."""
    form = b"/F Do /F Do"
    dictionary = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>"
    stream = b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(form), form)
    return raw_pdf(b"/F Do", resources="<< /XObject << /F 5 0 R >> >>", more=(stream,))


def docx(text: str = TEXT, *, extra: tuple[tuple[str, bytes], ...] = (), document: bytes | None = None) -> bytes:
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())
    body = document or f"<w:document {_W}><w:body>{paragraphs}</w:body></w:document>".encode()
    return packed(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", body), *extra)


def docx_table() -> bytes:
    """A layout table, and a text box with its copy for old programs."""
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    row = f"<w:tr>{cell.format('Elbe Software GmbH')}{cell.format('2019 - 2021')}</w:tr>"
    box = "<w:txbxContent><w:p><w:r><w:t>nora.testmann@example.com</w:t></w:r></w:p></w:txbxContent>"
    choice = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    body = f"<w:p><w:r><w:t>Nora Testmann</w:t></w:r><w:r>{choice}</w:r></w:p><w:tbl>{row}</w:tbl>"
    return docx(document=f'<w:document {_W} xmlns:mc="urn:mc"><w:body>{body}</w:body></w:document>'.encode())


def packed(*entries: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def odt(text: str = TEXT) -> bytes:
    paragraphs = "".join(f"<t:p>{line}</t:p>" for line in text.splitlines())
    content = f'<o:doc xmlns:o="urn:o" xmlns:t="urn:t">{paragraphs}</o:doc>'.encode()
    return packed(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content))


def rtf(text: str = TEXT) -> bytes:
    lines = "".join(
        "".join(c if c < "\x80" else f"\\u{ord(c)}?" for c in line) + "\\par\n" for line in text.splitlines()
    )
    return ("{\\rtf1\\ansi " + lines + "}").encode()


def html(text: str = TEXT) -> bytes:
    lines = "".join(f"<p>{line}</p>" for line in text.splitlines())
    hidden = '<script>var a = "evil@example.org"</script><p style="display: none">evil@example.org</p>'
    return f"<!doctype html><html><head><meta charset=utf-8></head><body>{hidden}{lines}</body></html>".encode()


def wordml(text: str = TEXT) -> bytes:
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())
    space = "http://schemas.microsoft.com/office/word/2003/wordml"
    start = f'<?xml version="1.0"?><w:wordDocument xmlns:w="{space}"><w:body>'
    return f"{start}{paragraphs}</w:body></w:wordDocument>".encode()
