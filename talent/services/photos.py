"""Pictures of people: taken in by what their bytes are, handed out as nothing else."""

from __future__ import annotations

import struct
import zlib
from datetime import datetime
from io import BytesIO
from pathlib import PurePath

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from PIL import Image

from crm import events
from crm.actors import Actor
from crm.models import StoredFile
from crm.services import audit, files
from crm.services.files import MEGABYTE, FileRefused, Limits
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate

PHOTOS = Limits(5 * MEGABYTE, (".jpg", ".jpeg", ".png", ".webp"))
# The first bytes of each type (JPEG: ISO/IEC 10918-1 B.1.1.3; PNG: RFC 2083, 3.1; WebP: RFC 9649, 2.4).
_TYPES = (("image/jpeg", ".jpg", b"\xff\xd8\xff"), ("image/png", ".png", b"\x89PNG\r\n\x1a\n"))
MOST_PIXELS = 50_000_000  # those of a phone's camera; a small file can claim any number of them
_READ = ("JPEG", "PNG", "WEBP")
DRAWN = (64, 64)  # a JPEG can be read to its end and drawn small, which takes a fraction of the memory
# What a file that is not as its type has it makes the reader raise.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, struct.error, zlib.error)


def type_of(content: bytes) -> tuple[str, str]:
    """(media type, ending) by the bytes themselves; ("", "") for what is no picture that is taken here."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", ".webp"
    return next(((media, ending) for media, ending, first in _TYPES if content.startswith(first)), ("", ""))


def _require_drawable(content: bytes, name: str) -> None:
    """Raises FileRefused for a picture that no browser could draw whole."""
    too_large = f"“{name}” has too many pixels. A photo may have {MOST_PIXELS // 1_000_000} million of them."
    try:
        with Image.open(BytesIO(content), formats=_READ) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise FileRefused(too_large)
            picture.verify()
        with Image.open(BytesIO(content), formats=_READ) as picture:
            picture.draft("RGB", DRAWN)
            picture.load()
    except FileRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused(too_large) from error
    except _BROKEN as error:
        raise FileRefused(f"“{name}” is broken or was cut off. Save the picture anew and try again.") from error


@transaction.atomic
def put(*, candidate: Candidate, upload: UploadedFile, by: Actor, now: datetime) -> StoredFile:
    """Make this the person's photo, in place of an older one. Raises FileRefused."""
    name = PurePath(upload.name or "photo").name
    files.check(name=name, size=upload.size or 0, limits=PHOTOS)
    content = upload.read()
    media, ending = type_of(content)
    if not media:
        raise FileRefused(f"“{name}” is not a picture that can be shown here. Accepted: {PHOTOS.sentence}.")
    _require_drawable(content, name)
    old = candidate.photo
    candidate.photo = files.store(content=content, name=f"photo{ending}", content_type=media)
    candidate.save(update_fields=["photo", "updated_at"])
    if old is not None:
        files.delete(file=old)
    _tell(candidate, by, now)
    return candidate.photo


@transaction.atomic
def remove(*, candidate: Candidate, by: Actor, now: datetime) -> None:
    """Take the photo away."""
    old = candidate.photo
    if old is not None:
        candidate.photo = None
        candidate.save(update_fields=["photo", "updated_at"])
        files.delete(file=old)
        _tell(candidate, by, now)


def picture(candidate: Candidate) -> FileResponse | None:
    """The photo as an answer: of the type that its bytes have, under a name of ours, run by no browser."""
    file = candidate.photo
    if file is None:
        return None
    response = FileResponse(default_storage.open(file.key), content_type=file.content_type, filename=file.name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _tell(candidate: Candidate, by: Actor, now: datetime) -> None:
    events.publish(CANDIDATE_CHANGED, candidate=candidate.pk, occurred_at=now, actor=by, data={"fields": ["photo"]})
    audit.record(
        action="candidate.change", by=by, object_type="talent.candidate", object_id=candidate.pk, fields=["photo"]
    )
