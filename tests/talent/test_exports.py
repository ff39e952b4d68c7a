"""Lists as files."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import AuditEntry, Member, StoredFile, Tenant
from crm.services import files
from crm.tenancy.context import tenant as open_tenant
from crm.viewing import seen_by
from talent.models import Candidate, Export, FieldDefinition, FieldValue, Note
from talent.services import exports, sheets
from tests.factories.pools import a_pool, keep_confidential
from tests.factories.talent import a_candidate


def start(wanted: list[str] | None = None, format: str = "csv", query: str = "", role: str = "owner") -> Export:
    now = timezone.now()
    return exports.start(query=query, wanted=wanted or [], role=role, format=format, by=SYSTEM, now=now, zone="UTC")


def content(export: Export) -> bytes:
    assert export.file is not None
    return files.read(export.file)


def rows(export: Export) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(export).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＠SUM(A1)"])
def test_formulas_become_texts(text: str) -> None:
    assert sheets.safe(text) == f"'{text}"
    assert sheets.meant(sheets.safe(text)) == text


def test_csv_has_the_columns_of_the_list(inside: UUID) -> None:
    a_candidate()

    assert rows(start(["title", "email", "skills"])) == [
        ["Name", "Title", "Primary e-mail", "Skills"],
        ["Zoë Ångström", "Data engineer", "zoe@example.com", "PostgreSQL, Python"],
    ]


@pytest.mark.parametrize(("format", "begins"), [("csv", b"Name"), ("csv-bom", b"\xef\xbb\xbfName")])
def test_mark_is_a_choice(inside: UUID, format: str, begins: bytes) -> None:
    assert content(start(format=format)).startswith(begins)


def test_xlsx_holds_texts(inside: UUID) -> None:
    Candidate.objects.create(name="=cmd()", current_title="Nurse\x07")
    sheet = openpyxl.load_workbook(io.BytesIO(content(start(["title"], "xlsx")))).active

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["Name", "Title"], ["'=cmd()", "Nurse"]]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_filter_is_obeyed(inside: UUID) -> None:
    a_candidate()
    a_candidate("Mia", "mia@example.com")

    assert [row[0] for row in rows(start(query="q=mia"))] == ["Name", "Mia"]


def test_notes_are_never_part_of_it(inside: UUID, recruiter: Member) -> None:
    Note.objects.create(candidate=a_candidate(), author=recruiter, text="a private word")
    export = start(list(exports.columns.COLUMNS))

    assert b"a private word" not in content(export)


def test_custom_fields_have_their_readers(inside: UUID) -> None:
    field = FieldDefinition.objects.create(name="Salary", key="salary", type="text", view_roles=["owner"])
    FieldValue.objects.create(candidate=a_candidate(), definition=field, text="much")
    seen, unseen = start(["title", "field-salary"]), start(["title", "field-salary"], role="recruiter")

    assert (rows(seen)[1][2], rows(unseen)[0]) == ("much", ["Name", "Title"])


def test_large_one_is_written_by_a_worker(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "BATCH", 10)
    monkeypatch.setattr(exports, "wake_on_commit", lambda *args: None)
    tenant = Tenant.objects.create(slug="acme", name="Acme")
    with open_tenant(tenant):
        Candidate.objects.bulk_create([Candidate(name=f"P {n:02}") for n in range(25)])
        export = start()
    waiting = exports.waiting_work(timezone.now())
    exports.write(tenant=tenant, export_id=export.pk)

    with open_tenant(tenant):
        done = Export.objects.get()
        names = [row[0] for row in rows(done)[1:]]
    assert (waiting, done.state) == ([(tenant.pk, export.pk, "waiting")], "done")
    assert sorted(names) == [f"P {n:02}" for n in range(25)]


def test_worker_sees_what_who_asked_may_see(
    tenant: Tenant, owner: Member, committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "BATCH", 1)
    monkeypatch.setattr(exports, "wake_on_commit", lambda *args: None)
    with open_tenant(tenant), seen_by(owner.pk):
        pool = a_pool(people=[a_candidate("Ana", "a@example.com"), a_candidate("Bo", "b@example.com")])
        keep_confidential(pool, owner)
        rule = {"field": "pool", "op": "is_any_of", "value": [str(pool.pk)]}
        now, query = timezone.now(), urlencode({"filter": json.dumps(rule)})
        asked = {"wanted": ["title"], "role": "owner", "format": "csv", "by": owner.actor, "now": now, "zone": "UTC"}
        export = exports.start(query=query, **asked)
    exports.write(tenant=tenant, export_id=export.pk)

    with open_tenant(tenant):
        assert sorted(row[0] for row in rows(Export.objects.get())[1:]) == ["Ana", "Bo"]


def test_dead_worker_is_followed_by_another(inside: UUID, tenant: Tenant) -> None:
    export = start()
    now = timezone.now()
    Export.objects.update(state="running", lease_until=now + timedelta(minutes=1))
    held = exports._claim(export.pk, now)
    again = exports._claim(export.pk, now + timedelta(minutes=2))

    assert (held, again) == (None, export)


def test_file_goes_after_its_time(inside: UUID, tenant: Tenant) -> None:
    export = start()
    later = timezone.now() + timedelta(days=8)
    exports.expire(tenant=tenant, export_id=export.pk, now=later)

    export.refresh_from_db()
    assert (export.state, StoredFile.objects.count()) == ("expired", 0)
    with pytest.raises(exports.ExportRefused):
        exports.read(export=export, by=SYSTEM, now=later)


def test_download_is_audited(owner_client: Client, tenant: Tenant) -> None:
    owner_client.post("/o/acme/exports/new/", {"query": "columns=title", "format": "csv"})
    with open_tenant(tenant):
        export = Export.objects.get()
    page = owner_client.get("/o/acme/exports/").content.decode()
    file = owner_client.get(f"/o/acme/exports/{export.pk}/download/")

    assert (f"{export.pk}/download/" in page, b"".join(file.streaming_content)) == (True, b"Name,Title\r\n")
    with open_tenant(tenant):
        assert AuditEntry.objects.filter(action="export.read", object_id=export.pk).count() == 1


def test_recruiters_may_not_export(recruiter_client: Client) -> None:
    answers = [recruiter_client.get(f"/o/acme/{path}") for path in ("exports/", "exports/new/", "api/v1/exports/")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_api_starts_and_fetches(owner_client: Client, tenant: Tenant) -> None:
    body = {"columns": ["state"], "format": "csv"}
    made = owner_client.post("/o/acme/api/v1/exports/", body, content_type="application/json").json()
    file = owner_client.get(f"/o/acme/api/v1/exports/{made['id']}/file/")

    assert (made["state"], b"".join(file.streaming_content)) == ("done", b"Name,State\r\n")
