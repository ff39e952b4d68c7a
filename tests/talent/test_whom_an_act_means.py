"""A filter that cannot be read is left out of a list to look at; nothing is done to the people whom that adds."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import BulkOperation, Candidate, CandidateTag, Export, FieldDefinition, FieldValue
from talent.services import bulk, exports
from talent.services.bulk import Chosen
from talent.services.bulk_acts import ActRefused
from tests.factories.people import a_tenant
from tests.factories.talent import a_candidate
from tests.ground import shared

API, PAGES = "/o/acme/api/v1", "/o/acme/candidates/bulk/tag"
OF_A_FIELD = 'filter={"field":"custom:team","op":"is_not_empty"}'
UNREADABLE = ["segment=nordics", "added=soon", "filter=nonsense", 'filter={"field":"shoe_size"}', OF_A_FIELD]


@shared
def people(tenant: Tenant) -> list[Candidate]:
    with open_tenant(tenant):
        return [a_candidate(f"Person {n}", f"p{n}@example.com") for n in range(2)]


def nothing_done(tenant: Tenant) -> bool:
    with open_tenant(tenant):
        return not any(model.objects.exists() for model in (BulkOperation, CandidateTag, Export))


def sent(client: Client, path: str, **body: Any) -> HttpResponse:
    return client.post(f"{API}/{path}/", body, content_type="application/json")


@pytest.mark.parametrize("query", UNREADABLE)
def test_machine_that_misspells_a_filter_does_not_mean_everybody(
    owner_client: Client, tenant: Tenant, people: list[Candidate], query: str
) -> None:
    act = {"act": "tag", "parameters": {"tag": "Speaker"}, "query": query}

    answers = [sent(owner_client, path, **act) for path in ("bulk-operations", "bulk-operations/preview")]
    answers.append(sent(owner_client, "exports", query=query))

    assert [answer.status_code for answer in answers] == [400] * 3
    assert nothing_done(tenant)


@pytest.mark.parametrize("query", UNREADABLE)
def test_page_says_what_cannot_be_read(
    owner_client: Client, tenant: Tenant, people: list[Candidate], query: str
) -> None:
    form = {"all_matching": "1", "query": query, "tag": "Speaker"}

    answers = [owner_client.post(f"{PAGES}/{path}", form, follow=True) for path in ("", "choose/", "check/")]
    answers.append(owner_client.post("/o/acme/exports/new/", {"query": query, "format": "csv"}, follow=True))

    with open_tenant(tenant), pytest.raises(ActRefused) as refused:
        bulk.people(Chosen(query=query), now=timezone.now())
    said = str(refused.value).split("“")[0]
    assert [said in unescape(answer.content.decode()) for answer in answers] == [True] * 4
    assert nothing_done(tenant)


@pytest.mark.parametrize("path", ["bulk-operations", "bulk-operations/preview", "exports"])
def test_name_that_the_list_does_not_know_is_refused(
    owner_client: Client, tenant: Tenant, people: list[Candidate], path: str
) -> None:
    body = {} if path == "exports" else {"act": "tag", "parameters": {"tag": "Speaker"}}

    answer = sent(owner_client, path, query="contry=SE", **body)

    assert (answer.status_code, answer.json()["error"]["fields"]) == (
        400,
        {"query": ["“contry” is nothing that the list can be asked for."]},
    )
    assert nothing_done(tenant)


def test_column_that_is_not_there_is_refused(owner_client: Client, tenant: Tenant, people: list[Candidate]) -> None:
    answer = sent(owner_client, "exports", columns=["state", "currenttitle"])

    assert answer.json()["error"]["fields"] == {"columns": ["There is no column “currenttitle”. See /columns/."]}
    assert nothing_done(tenant)


def test_parts_of_the_page_are_no_misspellings(owner_client: Client, people: list[Candidate]) -> None:
    query = "q=person&sort=name&columns=title&density=dense&view=&after="

    assert sent(owner_client, "exports", query=query).json()["total"] == 2


def test_file_does_not_become_everybodys_when_its_field_goes(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "wake_on_commit", lambda *args: None)
    monkeypatch.setattr(exports, "BATCH", 0)
    tenant, now = a_tenant(), timezone.now()
    with open_tenant(tenant):
        person = a_candidate()
        field = FieldDefinition.objects.create(name="Team", key="team", type="text")
        FieldValue.objects.create(candidate=person, definition=field, text="Search")
        export = exports.start(query=OF_A_FIELD, wanted=[], role="owner", format="csv", by=SYSTEM, now=now, zone="UTC")
        field.delete()

    exports.write(tenant=tenant, export_id=export.pk)

    with open_tenant(tenant):
        export.refresh_from_db()
        assert (export.total, export.state, export.file) == (1, "failed", None)
        assert export.problem == "There is no field “custom:team”."
