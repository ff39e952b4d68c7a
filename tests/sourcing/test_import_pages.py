"""The pages of the ways in, and their API."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.models import Member, Tenant
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from sourcing.models import ImportBatch, ParsedDocument
from sourcing.services import imports, resumes
from tests.conftest import logged_in
from tests.factories.files import CSV, RESUME


def a_file(content: bytes = CSV, name: str = "people.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def upload_table(client: Client, content: bytes = CSV) -> ImportBatch:
    client.post("/o/acme/imports/tables/new/", {"file": a_file(content)})
    with open_tenant(Tenant.objects.get(slug="acme")):
        return ImportBatch.objects.get()


def columns_of(batch: ImportBatch) -> dict[str, str]:
    return {f"column_{i}": target for i, target in enumerate(batch.mapping)} | {"tag": ""}


def test_table_is_led_from_upload_to_result(recruiter_client: Client, tenant: Tenant) -> None:
    batch = upload_table(recruiter_client)
    here = f"/o/acme/imports/{batch.pk}/"

    recruiter_client.post(f"{here}columns/", columns_of(batch))
    check = recruiter_client.get(f"{here}check/").content.decode()
    recruiter_client.post(f"{here}run/")
    imports.run(tenant=tenant, batch_id=batch.pk)
    result = recruiter_client.get(here).content.decode()

    assert "There is no name, e-mail address or profile link in this row." in check or "not an address" in check
    assert "Amara Okafor" in result


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Name,E-mail\n", "has headings but no rows below them."),
        (b"\x00\x01\x02", "is not a table. Choose a CSV or XLSX file."),
    ],
)
def test_unreadable_table_answers_with_a_sentence(
    recruiter_client: Client, tenant: Tenant, content: bytes, sentence: str
) -> None:
    answer = recruiter_client.post("/o/acme/imports/tables/new/", {"file": a_file(content)})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_empty_file_answers_with_a_sentence(recruiter_client: Client, tenant: Tenant) -> None:
    answer = recruiter_client.post("/o/acme/imports/tables/new/", {"file": a_file(b"")})

    assert answer.status_code == 422


def test_mapping_without_names_answers_with_a_sentence(recruiter_client: Client, tenant: Tenant) -> None:
    batch = upload_table(recruiter_client, b"Colour\nred\n")

    answer = recruiter_client.post(f"/o/acme/imports/{batch.pk}/columns/", {"column_0": "", "tag": ""})

    assert answer.status_code == 422
    assert "Say which column holds the name" in answer.content.decode()


def test_refused_rows_can_be_downloaded_without_formulas(recruiter_client: Client, tenant: Tenant) -> None:
    batch = upload_table(recruiter_client, b"Name,Note\nMei,ok\n,=cmd()\n")
    recruiter_client.post(f"/o/acme/imports/{batch.pk}/columns/", columns_of(batch))

    text = recruiter_client.get(f"/o/acme/imports/{batch.pk}/refused.csv").content.decode()

    assert text.splitlines()[1].startswith("2,")
    assert "'=cmd()" in text


def test_resume_is_uploaded_polled_and_shown(recruiter_client: Client, tenant: Tenant) -> None:
    answer = recruiter_client.post("/o/acme/resumes/upload/", {"file": a_file(RESUME.encode(), "mei.txt")}).json()
    with open_tenant(tenant):
        document = ParsedDocument.objects.get()
    resumes.read(tenant=tenant, document_id=document.pk)

    state = recruiter_client.get(answer["poll"]).json()
    page = recruiter_client.get(state["url"]).content.decode()

    assert (answer["state"], state["state"], state["detail"]) == ("waiting", "done", "Mei Tanaka")
    assert "mei.tanaka@example.com" in page


def test_resume_of_a_wrong_type_is_refused_at_once(recruiter_client: Client, tenant: Tenant) -> None:
    answer = recruiter_client.post("/o/acme/resumes/upload/", {"file": a_file(b"MZ", "cv.exe")})

    assert (answer.status_code, answer.json()["state"]) == (422, "failed")


def test_viewer_may_not_import(viewer: Member) -> None:
    assert logged_in(viewer).get("/o/acme/imports/").status_code == 403


def test_api_imports_a_table(tenant: Tenant, owner: Member) -> None:
    with open_tenant(tenant):
        _, secret = api_keys.create(name="Robot", by=owner.actor)
    headers = {"Authorization": f"Bearer {secret}"}

    made = Client().post("/o/acme/api/v1/imports/", {"file": a_file()}, headers=headers)
    run = Client().post(f"/o/acme/api/v1/imports/{made.json()['id']}/run/", headers=headers)
    imports.run(tenant=tenant, batch_id=made.json()["id"])
    after = Client().get(f"/o/acme/api/v1/imports/{made.json()['id']}/", headers=headers).json()

    assert (made.status_code, made.json()["expected"]) == (201, {"created": 2, "updated": 1, "refused": 1})
    assert (run.status_code, after["state"], after["results"]["created"]) == (202, "finished", 2)


def test_api_reads_a_resume(tenant: Tenant, owner: Member) -> None:
    with open_tenant(tenant):
        _, secret = api_keys.create(name="Robot", by=owner.actor)
    headers = {"Authorization": f"Bearer {secret}"}

    made = Client().post("/o/acme/api/v1/resumes/", {"file": a_file(RESUME.encode(), "mei.txt")}, headers=headers)
    resumes.read(tenant=tenant, document_id=made.json()["id"])
    after = Client().get(f"/o/acme/api/v1/resumes/{made.json()['id']}/", headers=headers).json()

    assert made.status_code == 202
    assert json.dumps(after["readings"]["E-mail"]) == json.dumps(
        [
            {
                "value": "mei.tanaka@example.com",
                "snippet": "mei.tanaka@example.com",
                "percent": after["readings"]["E-mail"][0]["percent"],
            }
        ]
    )
