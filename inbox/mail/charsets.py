"""Turning bytes of mails into text, whatever their label says."""

import binascii
import codecs
import re
from urllib.parse import unquote_to_bytes

# What senders write, and the superset that reads it (WHATWG Encoding, section 4.2).
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_ALIASES = {"ks_c_5601-1987": "cp949", "iso-8859-8-i": "iso8859-8", "x-sjis": "cp932", "windows-31j": "cp932"}
# Codecs that are no charsets, or that take quadratic time.
_REFUSED = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "palmos"}
_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def codec_name(charset: str) -> str | None:
    """Python's codec for a charset label; None where the label means nothing to us."""
    label = charset.strip(" \t\r\n\"'").lower()
    try:
        info = codecs.lookup(_ALIASES.get(label, label))
    except (LookupError, ValueError, UnicodeError):
        return None
    if info.name in _REFUSED or not getattr(info, "_is_text_encoding", True):
        return None
    return _SUPERSETS.get(info.name, info.name)


def decode(data: bytes, charset: str | None) -> tuple[str, bool]:
    """Text of `data`, and whether the label (or UTF-8, when there is none) was true to it. Never raises."""
    wanted = codec_name(charset) if charset else "utf-8"
    for name in dict.fromkeys(filter(None, (wanted if wanted != "cp1252" else None, "utf-8"))):
        try:
            return data.decode(name), name == wanted or data.isascii()
        except (UnicodeError, ValueError):
            continue
    fallback = wanted or "cp1252"
    try:
        return data.decode(fallback), wanted == "cp1252" and bool(charset)
    except (UnicodeError, ValueError):
        pass
    try:
        return data.decode(fallback, "replace"), False
    except Exception:  # a codec with a fault of its own must not lose the mail
        return data.decode("latin-1"), False


def base64_bytes(data: bytes) -> bytes:
    """RFC 4648 base64 as found in mails: stray characters skipped, a torn end cut off."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    clean = _NOT_BASE64.sub(b"", data)
    clean = clean[: len(clean) - (len(clean) % 4 == 1)]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def header_text(value: str) -> str:
    """A header value with its encoded words decoded (RFC 2047), unfolded, without control characters."""
    if "=?" in value:
        value = _decode_words(_BETWEEN_WORDS.sub(r"\1", value))
    value = re.sub(r"\r?\n[ \t]*", " ", value)
    return "".join(" " if ch in "\t\r\n" else ch for ch in value if ch.isprintable() or ch in "\t\r\n").strip()


def _decode_words(value: str) -> str:
    out: list[str] = []
    waiting, waiting_charset, end = b"", "", 0
    for word in _ENCODED_WORD.finditer(value):
        charset, payload = word[1].lower(), _word_bytes(word[2], word[3])
        if word.start() > end or charset != waiting_charset:
            out += [decode(waiting, waiting_charset)[0], value[end : word.start()]]
            waiting = b""
        # Neighbours of one charset are joined first: senders cut in the middle of a character.
        waiting, waiting_charset, end = waiting + payload, charset, word.end()
    out += [decode(waiting, waiting_charset)[0] if waiting else "", value[end:]]
    return "".join(out)


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "surrogateescape")
    return base64_bytes(data) if encoding in "bB" else binascii.a2b_qp(data, header=True)


def percent_text(value: str, charset: str) -> str:
    """A percent-encoded parameter value (RFC 2231 section 4) as text."""
    return decode(unquote_to_bytes(value), charset or "utf-8")[0]
