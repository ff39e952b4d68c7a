"""Takes in and gives out uploaded files: keys of our own making, limits stated, never a user's path."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ProtectedError
from django.http import FileResponse

from crm.models import StoredFile
from crm.tenancy.context import current_tenant_id
from crm.tenancy.models import uuid7

MEGABYTE = 1024 * 1024


class FileRefused(ValueError):
    """The file cannot be taken; the message says why and what would do."""


@dataclass(frozen=True)
class Limits:
    """What one kind of upload accepts: bytes at most, and the endings people know the types by."""

    max_bytes: int
    endings: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{', '.join(e.lstrip('.').upper() for e in self.endings)}, up to {self.max_bytes // MEGABYTE} MB"


ASSETS = Limits(15 * MEGABYTE, (".pdf", ".docx", ".odt", ".pptx", ".odp", ".epub", ".txt"))
RESUMES = Limits(15 * MEGABYTE, (".pdf", ".docx", ".doc", ".odt", ".rtf", ".html", ".htm", ".txt"))
TABLES = Limits(50 * MEGABYTE, (".csv", ".tsv", ".txt", ".xlsx"))
MAIL_ATTACHMENTS = Limits(25 * MEGABYTE, ())


def check(*, name: str, size: int, limits: Limits) -> None:
    """Refuse by size and ending before a byte is read; FileRefused says it in the user's words."""
    if size > limits.max_bytes:
        raise FileRefused(f"“{name}” is {size / MEGABYTE:.0f} MB. The limit is {limits.max_bytes // MEGABYTE} MB.")
    if size == 0:
        raise FileRefused(f"“{name}” is empty.")
    if limits.endings and not name.lower().endswith(limits.endings):
        raise FileRefused(f"“{name}” is not a type that can be read here. Accepted: {limits.sentence}.")


def store(*, content: bytes, name: str, content_type: str) -> StoredFile:
    """Keep bytes under a key of our own, `<tenant>/<uuid>`; `name` is kept as data only.

    The row belongs to the caller's transaction; when that rolls back, the bytes are removed.
    """
    key = f"{current_tenant_id()}/{uuid7()}"
    default_storage.save(key, ContentFile(content))
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                key=key,
                name=name.replace("\x00", "")[-255:] or "unnamed",
                content_type=content_type[:100],
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
    except Exception:
        default_storage.delete(key)
        raise


def store_stream(*, stream: BinaryIO, name: str, content_type: str) -> StoredFile:
    """Keep a large file under a key of our own, read in pieces; the row belongs to the caller's transaction."""
    key, digest, size = f"{current_tenant_id()}/{uuid7()}", hashlib.sha256(), 0
    while piece := stream.read(MEGABYTE):
        digest.update(piece)
        size += len(piece)
    stream.seek(0)
    default_storage.save(key, File(stream))
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                key=key, name=name, content_type=content_type, size=size, sha256=digest.hexdigest()
            )
    except Exception:
        default_storage.delete(key)
        raise


def store_upload(*, upload: UploadedFile, limits: Limits) -> StoredFile:
    """The same for a file of a form, checked against its limits. Raises FileRefused."""
    name = upload.name or "unnamed"
    check(name=name, size=upload.size or 0, limits=limits)
    return store(content=upload.read(), name=name, content_type=upload.content_type or "application/octet-stream")


def read(file: StoredFile) -> bytes:
    with default_storage.open(file.key) as stream:
        return stream.read()


def delete(*, file: StoredFile) -> bool:
    """Remove a file, its bytes once the transaction is committed; False (and nothing) when something refers to it."""
    try:
        with transaction.atomic():
            StoredFile.objects.filter(pk=file.pk).delete()
    except ProtectedError:
        return False
    transaction.on_commit(lambda: default_storage.delete(file.key))
    return True


def download(file: StoredFile, *, name: str = "") -> FileResponse:
    """The file as an attachment that no browser runs (RFC 6266; sandboxed, not sniffed, not cached).

    `name` is what it is called on the other side; without one, as it was called when it came.
    """
    response = FileResponse(
        default_storage.open(file.key),
        as_attachment=True,
        filename=name or file.name,
        content_type="application/octet-stream",
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
