"""Photos that are none, though their first bytes say so."""

import struct
import zlib
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.actors import SYSTEM
from crm.models import StoredFile, Tenant
from crm.services import files
from crm.services.files import FileRefused
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate
from talent.services import photos
from tests.factories.files import a_picture
from tests.factories.talent import a_candidate

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
CUT = "“me.{}” is broken or was cut off. Save the picture anew and try again."
KINDS = pytest.mark.parametrize(("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])


def put(person: Candidate, content: bytes, ending: str = "png") -> None:
    photos.put(candidate=person, upload=SimpleUploadedFile(f"me.{ending}", content), by=SYSTEM, now=NOW)


@KINDS
def test_whole_picture_is_kept_as_it_is(inside: UUID, kind: str, ending: str) -> None:
    person, content = a_candidate(), a_picture(kind)
    put(person, content, ending)

    assert person.photo is not None
    assert (person.photo.name, files.read(person.photo)) == (f"photo.{ending}", content)


@KINDS
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_picture_that_was_cut_off_is_refused(inside: UUID, kind: str, ending: str, share: float) -> None:
    content = a_picture(kind, (120, 90))
    with pytest.raises(FileRefused) as told:
        put(a_candidate(), content[: max(int(len(content) * share), 16)], ending)

    assert (str(told.value), StoredFile.objects.count()) == (CUT.format(ending), 0)


def _without_checksum(content: bytes) -> bytes:
    at = content.index(b"IDAT") + 12
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 20,
        b"\xff\xd8\xff" + b"not a picture at all" * 9,
        b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 24,
        _without_checksum(a_picture()),
    ],
)
def test_content_that_is_no_picture_is_refused(inside: UUID, content: bytes) -> None:
    with pytest.raises(FileRefused) as told:
        put(a_candidate(), content)

    assert str(told.value) == CUT.format("png")


@pytest.mark.parametrize("side", [9_000, 12_000, 60_000])
def test_picture_of_too_many_pixels_is_refused(inside: UUID, side: int) -> None:
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    with pytest.raises(FileRefused) as told:
        put(
            a_candidate(),
            b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IDAT" + struct.pack(">I", zlib.crc32(b"IDAT")),
        )

    assert str(told.value) == "“me.png” has too many pixels. A photo may have 50 million of them."


def test_older_photo_stays_when_the_new_one_is_broken(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person = a_candidate()
        put(person, a_picture())
        kept = person.photo_id
    answer = recruiter_client.post(
        f"/o/acme/candidates/{person.pk}/photo/put/",
        {"file": SimpleUploadedFile("me.png", a_picture()[:60])},
        follow=True,
    )

    with open_tenant(tenant):
        assert Candidate.objects.get(pk=person.pk).photo_id == kept
    assert CUT.format("png") in answer.content.decode()
