"""Résumés become people."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection

from crm.models import Member, Tenant
from crm.services.files import FileRefused
from crm.tenancy.context import tenant as open_tenant
from sourcing.models import ImportBatch, ParsedDocument
from sourcing.services import resumes
from talent.models import Candidate, Provenance
from tests.factories.files import RESUME
from tests.factories.people import a_member, a_tenant
from tests.factories.talent import NOW, a_candidate


def take_in(tenant: Tenant, member: Member, content: bytes, name: str = "mei.txt") -> ParsedDocument:
    document = resumes.upload(content=content, name=name, content_type="text/plain", by=member.actor, now=NOW)
    resumes.read(tenant=tenant, document_id=document.pk)
    document.refresh_from_db()
    return document


def test_resume_becomes_a_person(tenant: Tenant, inside: UUID, recruiter: Member) -> None:
    document = take_in(tenant, recruiter, RESUME.encode())

    person = document.candidate
    assert person is not None
    assert (document.state, person.name, person.country) == ("created", "Mei Tanaka", "JP")
    assert person.skill_keys == ["django", "postgresql", "python"]


def test_values_keep_the_words_they_were_read_from(tenant: Tenant, inside: UUID, recruiter: Member) -> None:
    take_in(tenant, recruiter, RESUME.encode())

    emails = Provenance.objects.filter(field="email").values_list("value", "snippet", "origin")
    assert list(emails) == [("mei.tanaka@example.com", "mei.tanaka@example.com", "mei.txt")]


def test_known_address_is_added_to_its_person(tenant: Tenant, inside: UUID, recruiter: Member) -> None:
    known = a_candidate("M. Tanaka", "mei.tanaka@example.com")

    document = take_in(tenant, recruiter, RESUME.encode())

    assert (document.state, document.candidate) == ("updated", known)
    assert Candidate.objects.count() == 1


def test_reading_twice_changes_nothing(tenant: Tenant, inside: UUID, recruiter: Member) -> None:
    document = take_in(tenant, recruiter, RESUME.encode())

    resumes.read(tenant=tenant, document_id=document.pk)

    assert (Candidate.objects.count(), document.candidate and document.candidate.documents.count()) == (1, 1)


def test_archive_named_docx_is_refused_with_a_sentence(tenant: Tenant, inside: UUID, recruiter: Member) -> None:
    document = take_in(tenant, recruiter, b"PK\x03\x04" + b"\0" * 60, "cv.docx")

    assert document.state == "refused"
    assert document.problem != ""
    assert Candidate.objects.count() == 0


def test_huge_file_is_refused_before_it_is_kept(inside: UUID, recruiter: Member) -> None:
    with pytest.raises(FileRefused, match=r"“cv.pdf” is 16 MB. The limit is 15 MB."):
        resumes.upload(
            content=b"%PDF" + b"0" * 16 * 1024 * 1024,
            name="cv.pdf",
            content_type="application/pdf",
            by=recruiter.actor,
            now=NOW,
        )
    assert ParsedDocument.objects.count() == 0


def test_files_of_one_stack_land_in_one_batch(committed: None) -> None:
    tenant = a_tenant("acme")
    with open_tenant(tenant):
        by = a_member(tenant).actor

    def arrive(number: int) -> None:
        with open_tenant(tenant):
            resumes.upload(content=RESUME.encode(), name=f"{number}.txt", content_type="text/plain", by=by, now=NOW)
        connection.close()

    with ThreadPoolExecutor(4) as together:
        list(together.map(arrive, range(8)))

    with open_tenant(tenant):
        assert (ImportBatch.objects.count(), ParsedDocument.objects.count()) == (1, 8)
