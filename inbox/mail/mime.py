"""The MIME tree of a mail: headers, parts and their bytes, within fixed limits.

The standard library's parser follows nested parts by recursion and asks every open boundary about every line: 200
nested parts before 25 MB of short lines keep it busy for three minutes. Here each level is one search for its
boundary, with caps on depth, parts and work.
"""

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from inbox.mail.charsets import base64_bytes, decode, header_text, percent_text

MAX_BYTES = 25 * 1024 * 1024
MAX_PARTS = 1_000
MAX_DEPTH = 50
MAX_HEADERS = 1_000
MAX_HEADER_CHARS = 65_536
_MAX_HEADER_BLOCK = 4 * 1024 * 1024
_MAX_WORK = 8 * MAX_BYTES
_MAX_UU_LINES = 600_000  # 25 MB of full lines

NoteProblem = Callable[[str], None]

_ANY_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_HEADER_LINE = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*")
_PARAMETER_LINE = re.compile(rb"(?:boundary|charset|name|filename|type|report-type|format)\*?\d?\*?=", re.IGNORECASE)
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)')
_MEDIA_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,80})/([\w!#$&^.+-]{1,80})")
_CONTINUED = re.compile(r"(.+?)\*(\d{1,3})(\*?)\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """One node of the tree. `body` is still in its transfer encoding; `data` decodes it."""

    headers: tuple[tuple[str, str], ...]
    content_type: str
    parameters: dict[str, str]
    disposition: str
    filename: str | None
    body: bytes
    children: tuple["Part", ...] = ()

    def header(self, name: str) -> str | None:
        """The first header of that name (any case), or None."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def data(self) -> bytes:
        """The bytes of the part with the transfer encoding undone (RFC 2045 section 6); damage is tolerated."""
        encoding = (self.header("content-transfer-encoding") or "").split(";")[0].strip().lower()
        if encoding == "base64":
            return base64_bytes(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
            return _uu_bytes(self.body)
        return self.body

    def text(self) -> tuple[str, bool]:
        """The part as text, and whether its charset label was right."""
        text, honest = decode(self.data(), self.parameters.get("charset"))
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""), honest


@dataclass(slots=True)
class _Reading:
    """What one run over a mail has used up and stumbled over."""

    parts: int = 0
    work: int = 0
    problems: list[str] = field(default_factory=list)

    def note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def read(raw: bytes) -> tuple[Part, list[str]]:
    """The tree of a mail and what was wrong with it, in words. Never raises.

    Limits: 25 MB, 1,000 parts, 50 levels, 1,000 headers of 64 KB. What lies beyond is left out and named in the
    problems.
    """
    reading = _Reading()
    if len(raw) > MAX_BYTES:
        reading.note("The mail is larger than 25 MB: only the first 25 MB were read.")
        raw = raw[:MAX_BYTES]
    return _part(raw.lstrip(b"\r\n"), "text/plain", 0, reading), reading.problems


def _part(raw: bytes, default_type: str, depth: int, reading: _Reading) -> Part:
    reading.parts += 1
    headers, body = split_headers(raw, reading.note)
    fields = {key.lower(): value for key, value in reversed(headers)}
    content_type, parameters = media_type(fields.get("content-type", ""), default_type)
    disposition, extra = _disposition(fields.get("content-disposition", ""))
    children: tuple[Part, ...] = ()
    if content_type.startswith("multipart/"):
        children = _children(body, content_type, parameters, depth, reading)
    return Part(
        headers=tuple(headers),
        content_type=content_type,
        parameters=parameters,
        disposition=disposition,
        filename=extra.get("filename") or parameters.get("name") or None,
        body=b"" if children else body,
        children=children,
    )


def _children(
    body: bytes, content_type: str, parameters: dict[str, str], depth: int, reading: _Reading
) -> tuple[Part, ...]:
    boundary = parameters.get("boundary", "").rstrip()
    pieces: list[bytes] = []
    reading.work += len(body)
    if depth >= MAX_DEPTH or reading.work > _MAX_WORK:
        reading.note(f"Parts are nested too deeply (limit {MAX_DEPTH} levels): the inner ones were left closed.")
        return ()
    if boundary:
        pieces = _pieces(body, boundary.encode("utf-8", "replace"), reading)
    else:
        reading.note("A multipart body names no boundary.")
    if not pieces:
        # Better one part too many than a mail without its text.
        reading.note("A multipart body has no parts.")
        pieces = [b"\r\n" + body] if body.strip() else []
    default = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
    parts: list[Part] = []
    for piece in pieces:
        if reading.parts >= MAX_PARTS:
            reading.note(f"The mail has more than {MAX_PARTS} parts: the rest was left out.")
            break
        parts.append(_part(piece, default, depth + 1, reading))
    return tuple(parts)


def _pieces(body: bytes, boundary: bytes, reading: _Reading) -> list[bytes]:
    """The bytes between the delimiter lines of a multipart body (RFC 2046 section 5.1.1)."""
    delimiter = re.compile(rb"(?:\A|\r\n|\n|\r)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r|\n|\Z)")
    pieces: list[bytes] = []
    start: int | None = None
    for found in delimiter.finditer(body):
        if start is not None:
            pieces.append(_without_first_break(body[start : found.start()]))
        start = None if found[1] else found.end()
        if found[1] or len(pieces) > MAX_PARTS:
            break
    if start is not None and len(pieces) <= MAX_PARTS:
        reading.note("A multipart body is not closed: the mail may be cut off.")
        pieces.append(_without_first_break(body[start:]))
    return pieces


def _without_first_break(piece: bytes) -> bytes:
    if piece.startswith(b"\r\n"):
        return piece[2:]
    return piece[1:] if piece[:1] in {b"\n", b"\r"} else piece


def split_headers(raw: bytes, note: NoteProblem | None = None) -> tuple[list[tuple[str, str]], bytes]:
    """Header names and raw values (folds kept as line breaks), and the body. A line that is no header ends them."""
    tell = note or (lambda problem: None)
    lines: list[list[bytes]] = []
    position = 0
    limit = min(len(raw), _MAX_HEADER_BLOCK)
    while position < limit:
        line = _ANY_LINE.match(raw, position, limit)[0]  # type: ignore[index]  # it matches anything
        end = position + len(line)
        if not line.strip(b"\r\n \t"):
            position = end
            break
        if lines and (line[:1] in b" \t" or _torn_parameter(lines[-1][-1], line)):
            lines[-1].append(line)
        elif _HEADER_LINE.match(line):
            lines.append([line])
        elif line.startswith((b"From ", b">From ")):
            pass
        else:
            if lines:
                tell("A line among the headers is none: the body starts there.")
            break
        position = end
    if len(lines) > MAX_HEADERS:
        tell(f"The mail has more than {MAX_HEADERS} headers: the rest was left out.")
    return [_header(line, tell) for line in lines[:MAX_HEADERS]], raw[position:]


def _torn_parameter(before: bytes, line: bytes) -> bool:
    """Some senders break a Content-Type without indenting the rest."""
    return before.rstrip().endswith(b";") and bool(_PARAMETER_LINE.match(line))


def _header(lines: list[bytes], tell: NoteProblem) -> tuple[str, str]:
    joined = b"".join(lines)
    found = _HEADER_LINE.match(joined)
    assert found is not None
    if not joined.isascii():
        tell("Headers hold unencoded 8-bit characters.")
    if len(joined) > MAX_HEADER_CHARS:
        tell("A header is longer than 64 KB: its end was left out.")
    value = decode(joined[found.end() : found.end() + MAX_HEADER_CHARS], None)[0]
    return found[1].decode("ascii"), value.rstrip("\r\n").replace("\0", "")


def media_type(value: str, default: str) -> tuple[str, dict[str, str]]:
    """`type/subtype` in small letters and the parameters of a Content-Type value (RFC 2045 section 5.1, RFC 2231)."""
    found = _MEDIA_TYPE.match(value)
    kind = f"{found[1]}/{found[2]}".lower() if found else default
    return kind, _parameters(value[found.end() if found else 0 :])


def _disposition(value: str) -> tuple[str, dict[str, str]]:
    return value.split(";", 1)[0].strip().lower(), _parameters(value)


def _parameters(value: str) -> dict[str, str]:
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for found in _PARAMETER.finditer(value[:16_384]):
        name, text = found[1].lower(), _unquote(found[2])
        numbered = _CONTINUED.match(name)
        if numbered:
            pieces.setdefault(numbered[1], {})[int(numbered[2])] = (text, bool(numbered[3]))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], {})[0] = (text, True)
        else:
            plain.setdefault(name, header_text(text))
    return plain | {name: _joined(chunks) for name, chunks in pieces.items()}


def _joined(chunks: dict[int, tuple[str, bool]]) -> str:
    texts = [chunks[number] for number in sorted(chunks)]
    charset = ""
    if texts and texts[0][1] and texts[0][0].count("'") >= 2:
        charset, _language, rest = texts[0][0].split("'", 2)
        texts[0] = (rest, True)
    if all(encoded for _text, encoded in texts):
        return percent_text("".join(text for text, _encoded in texts), charset)
    return "".join(percent_text(text, charset) if encoded else text for text, encoded in texts)


def _unquote(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        return re.sub(r"\\(.)", r"\1", value[1:-1] if value.endswith('"') and len(value) > 1 else value[1:])
    return value


def _uu_bytes(data: bytes) -> bytes:
    out = []
    for line in data.splitlines()[:_MAX_UU_LINES]:
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(out)
