"""The text of documents that came without one."""

from uuid import UUID

import pytest

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.services import files
from sourcing.services import papers
from talent.models import Candidate, Document
from talent.services import documents
from tests.factories.talent import NOW, a_candidate

CV = b"Zoe Angstrom\nzoe@example.com\n\nExperience\nPython developer at Fjord Labs, 2019 to 2021, wrote windmills.\n"


def a_document(content: bytes, name: str = "cv.txt") -> Document:
    file = files.store(content=content, name=name, content_type="text/plain")
    return documents.add(candidate=a_candidate(), file=file, text="", by=SYSTEM, now=NOW)


def test_text_is_read_and_found(inside: UUID, tenant: Tenant) -> None:
    document = a_document(CV)
    papers.read(tenant=tenant, document_id=str(document.pk))

    assert "windmills" in Candidate.objects.values_list("search_text", flat=True).get()


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\x00" * 50])
def test_file_without_text_stays(inside: UUID, tenant: Tenant, content: bytes) -> None:
    document = a_document(content)
    papers.read(tenant=tenant, document_id=str(document.pk))

    document.refresh_from_db()
    assert document.text == ""


def test_document_that_is_gone_is_no_error(inside: UUID, tenant: Tenant) -> None:
    document = a_document(CV)
    key = str(document.pk)
    document.delete()
    papers.read(tenant=tenant, document_id=key)

    assert Document.objects.count() == 0
