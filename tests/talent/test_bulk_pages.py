"""The pages and the API of acts on many people."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import BulkOperation, Candidate, ContactBan
from talent.services import bulk
from tests.conftest import logged_in
from tests.factories.outreach import a_person, a_sequence
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared

ROOT = "/o/acme/candidates/bulk/"
HTMX = {"HX-Request": "true"}
EVERYBODY = {"all_matching": "1", "query": ""}


@shared
def people(tenant: Tenant) -> list[Candidate]:
    with open_tenant(tenant):
        return [a_candidate(f"Person {n}", f"p{n}@example.com") for n in range(3)]


def operation(tenant: Tenant) -> BulkOperation:
    with open_tenant(tenant):
        return BulkOperation.objects.latest("created_at")


def test_dialog_says_for_how_many(recruiter_client: Client, people: list[Candidate]) -> None:
    html = recruiter_client.post(f"{ROOT}tag/choose/", EVERYBODY, headers=HTMX).content.decode()

    assert ("For 3 people." in html, "<html" in html, f"{ROOT}tag/check/" in html) == (True, False, True)


def test_check_counts_before(recruiter_client: Client, people: list[Candidate]) -> None:
    html = recruiter_client.post(f"{ROOT}tag/check/", {**EVERYBODY, "tag": "x"}, headers=HTMX).content.decode()

    assert "Will change 3 people; “x” becomes a new tag." in html


def test_check_says_what_is_missing(recruiter_client: Client, people: list[Candidate]) -> None:
    html = recruiter_client.post(f"{ROOT}tag/check/", {**EVERYBODY, "tag": ""}, headers=HTMX).content.decode()

    assert "Write the tag to put on." in html


def test_it_works_without_javascript(recruiter_client: Client, tenant: Tenant, people: list[Candidate]) -> None:
    asked = recruiter_client.post(f"{ROOT}tag/check/", {**EVERYBODY, "tag": "x"}).content.decode()
    answer = recruiter_client.post(f"{ROOT}tag/", {**EVERYBODY, "tag": "x"}, follow=True).content.decode()

    assert ("Do it" in asked, "Tag “x”: 3 people changed" in answer) == (True, True)


def test_delete_is_for_those_who_may(recruiter_client: Client, owner: Member, people: list[Candidate]) -> None:
    asked = [
        client.post(f"{ROOT}delete/choose/", EVERYBODY, headers=HTMX) for client in (recruiter_client, logged_in(owner))
    ]

    assert [answer.status_code for answer in asked] == [403, 200]
    assert "Delete 3 people" in asked[1].content.decode()


def test_large_one_is_watched(
    recruiter_client: Client, tenant: Tenant, people: list[Candidate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "wake_on_commit", lambda *args: None)
    toast = recruiter_client.post(f"{ROOT}tag/", {**EVERYBODY, "tag": "x"}, headers=HTMX).headers["HX-Trigger"]
    watch = f"/o/acme/bulk-operations/{operation(tenant).pk}/progress/"
    going = recruiter_client.get(watch, headers=HTMX)
    bulk.run(tenant=tenant, operation_id=operation(tenant).pk)
    done = recruiter_client.get(watch, headers=HTMX)

    assert (watch in toast, "every 1s" in going.content.decode()) == (True, True)
    assert ("every 1s" in done.content.decode(), "crm:people" in done.headers["HX-Trigger"]) == (False, True)


def test_recently_done_and_its_page(recruiter_client: Client, tenant: Tenant, people: list[Candidate]) -> None:
    recruiter_client.post(f"{ROOT}tag/", {**EVERYBODY, "tag": "x"})
    listed = recruiter_client.get("/o/acme/bulk-operations/").content.decode()
    page = recruiter_client.get(f"/o/acme/bulk-operations/{operation(tenant).pk}/").content.decode()

    assert ("Tag “x”: 3 people changed" in listed, "/undo/" in page) == (True, True)


def test_enrol_counts_bans_and_leaves_them_out(owner_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        people = [a_person(f"Person {n}", f"p{n}@example.com") for n in range(3)]
        ContactBan.objects.create(candidate=people[0], reason="manual", banned_at=NOW)
        by_text = {"scope": "channel", "channel": "text"}  # mails may go all the same
        ContactBan.objects.create(candidate=people[1], reason="asked_to_stop", banned_at=NOW, **by_text)
        sent = {**EVERYBODY, "sequence": str(a_sequence().pk)}
    counted = owner_client.post(f"{ROOT}enrol/check/", sent, headers=HTMX).content.decode()
    owner_client.post(f"{ROOT}enrol/", sent, headers=HTMX)
    done = operation(tenant)
    owner_client.post(f"/o/acme/bulk-operations/{done.pk}/undo/")

    assert "Will change 2 people; 1 is left out." in counted
    assert (done.changed, done.skipped, operation(tenant).undone) == (2, 1, 2)


# --- API


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/o/acme/api/v1/bulk-operations/{path}", body, content_type="application/json")


def test_api_previews_starts_and_undoes(recruiter_client: Client, people: list[Candidate]) -> None:
    asked = {"act": "state", "parameters": {"state": "dormant"}, "query": ""}
    preview = post(recruiter_client, "preview/", **asked).json()
    started = post(recruiter_client, "", **asked)
    undone = post(recruiter_client, f"{started.json()['id']}/undo/").json()

    assert preview == {"title": "Set the state to “Dormant”", "total": 3, "already": 0, "left_out": {}}
    assert (started.status_code, started.json()["changed"], undone["state"]) == (201, 3, "undone")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"act": "fly", "query": ""}, "act"),
        ({"act": "state", "parameters": {"state": "friend"}, "query": ""}, "parameters"),
        ({"act": "state", "parameters": {"state": "lead"}}, "non_field_errors"),
    ],
)
def test_api_says_what_is_wrong(
    recruiter_client: Client, people: list[Candidate], body: dict[str, Any], field: str
) -> None:
    answer = post(recruiter_client, "", **body)

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [field])


def test_api_refuses_weak_roles(recruiter_client: Client, viewer: Member, people: list[Candidate]) -> None:
    viewers = post(logged_in(viewer), "", act="tag", parameters={"tag": "x"}, query="")

    assert (viewers.status_code, post(recruiter_client, "", act="delete", query="").status_code) == (403, 403)
