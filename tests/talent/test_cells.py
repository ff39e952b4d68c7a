"""Cells of the list that are edited where they stand."""

from __future__ import annotations

import html
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from crm import paging
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Tag
from talent.services import inline, labels, listing
from tests.conftest import logged_in
from tests.factories.talent import NOW

HTMX = {"HX-Request": "true"}


def cell(person: Candidate, field: str) -> str:
    return f"/o/acme/candidates/{person.pk}/cells/{field}/"


def held(tenant: Tenant, person: Candidate, field: str) -> Any:
    with open_tenant(tenant):
        return inline.value_of(Candidate.objects.get(pk=person.pk), field)


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        ("tags", [" night owl ", "Berlin", ""], ["Berlin", "night owl"]),
        ("state", "dormant", "dormant"),
        ("seniority", "", None),
        ("current_company", "Gamma Ltd", "Gamma Ltd"),
    ],
)
def test_cell_is_saved_and_taken_back(
    recruiter_client: Client, tenant: Tenant, zoe: Candidate, field: str, sent: Any, kept: Any
) -> None:
    before = held(tenant, zoe, field)

    answer = recruiter_client.post(cell(zoe, field), {"value": sent}, headers=HTMX)

    assert (answer.status_code, held(tenant, zoe, field)) == (200, kept)
    if before != kept:
        recruiter_client.post(json.loads(answer.headers["HX-Trigger"])["crm:toast"]["undo"], headers=HTMX)
    assert held(tenant, zoe, field) == before


@pytest.mark.parametrize(
    ("field", "mine", "theirs", "said"),
    [
        ("current_title", "Nurse", "Chief nurse", "It says “Chief nurse” now"),
        ("state", "dormant", "prospect", "now"),
    ],
)
def test_what_a_colleague_saved_meanwhile_is_asked_about(
    recruiter_client: Client,
    tenant: Tenant,
    zoe: Candidate,
    recruiter: Member,
    field: str,
    mine: str,
    theirs: Any,
    said: str,
) -> None:
    shown = recruiter_client.get(cell(zoe, field), headers=HTMX).content.decode()
    begun = shown.partition('name="begun" value="')[2].partition('"')[0]
    sent = {"value": mine, "begun": html.unescape(begun)}
    with open_tenant(tenant):
        one = Candidate.objects.get(pk=zoe.pk)
        inline.put(candidate=one, field=field, value=theirs, by=recruiter.actor, now=NOW)

    answer = recruiter_client.post(cell(zoe, field), sent, headers=HTMX)

    assert (answer.status_code, said in answer.content.decode(), held(tenant, zoe, field)) == (422, True, theirs)


def test_tags_of_a_colleague_and_mine_are_both_kept(
    recruiter_client: Client, tenant: Tenant, zoe: Candidate, recruiter: Member
) -> None:
    shown = recruiter_client.get(cell(zoe, "tags"), headers=HTMX).content.decode()
    begun = shown.partition('name="begun" value="')[2].partition('"')[0]
    with open_tenant(tenant):
        one = Candidate.objects.get(pk=zoe.pk)
        inline.put(candidate=one, field="tags", value=["theirs"], by=recruiter.actor, now=NOW)

    recruiter_client.post(cell(zoe, "tags"), {"value": "mine", "begun": html.unescape(begun)}, headers=HTMX)

    assert held(tenant, zoe, "tags") == ["mine", "theirs"]


def test_new_tag_is_said_and_goes_with_the_undo(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    with open_tenant(tenant):
        Tag.objects.create(name="Berlin")

    answer = recruiter_client.post(cell(zoe, "tags"), {"value": ["berlin", "nihgt owl"]}, headers=HTMX)

    toast = json.loads(answer.headers["HX-Trigger"])["crm:toast"]
    assert (toast["text"], held(tenant, zoe, "tags")) == (
        f"{zoe.name}: tags saved. New in this workspace: “nihgt owl”.",
        ["Berlin", "nihgt owl"],
    )
    recruiter_client.post(toast["undo"], headers=HTMX)
    with open_tenant(tenant):
        assert [tag.name for tag in Tag.objects.all()] == ["Berlin"]


def test_cell_that_is_left_takes_the_focus_back(recruiter_client: Client, zoe: Candidate) -> None:
    assert b"data-fresh" in recruiter_client.get(f"{cell(zoe, 'state')}?show=1", headers=HTMX).content


def test_usual_list_leads_to_the_columns_that_can_be_edited(recruiter_client: Client, zoe: Candidate) -> None:
    shown = recruiter_client.get("/o/acme/candidates/?q=zoe").context["edit_here"]

    page = recruiter_client.get(f"/o/acme/candidates/{shown}").content.decode()

    assert ("q=zoe" in shown, f"{zoe.pk}/cells/current_title/" in page, "Edit in the list" in page) == (
        True,
        True,
        False,
    )


def test_owner_of_another_workspace_is_refused_in_the_cell(
    recruiter_client: Client, tenant: Tenant, zoe: Candidate, outsider: Member
) -> None:
    answer = recruiter_client.post(cell(zoe, "owner"), {"value": str(outsider.pk)}, headers=HTMX)

    assert (answer.status_code, "Select a valid choice" in answer.content.decode()) == (422, True)


def test_what_somebody_changed_since_is_not_overwritten(
    recruiter_client: Client, tenant: Tenant, zoe: Candidate, recruiter: Member
) -> None:
    answer = recruiter_client.post(cell(zoe, "tags"), {"value": "mine"}, headers=HTMX)
    with open_tenant(tenant):
        labels.set_tags(candidate=zoe, names=["theirs"], by=recruiter.actor, now=NOW)

    recruiter_client.post(json.loads(answer.headers["HX-Trigger"])["crm:toast"]["undo"], headers=HTMX)

    assert held(tenant, zoe, "tags") == ["theirs"]


def test_list_shows_warmth_and_cells_only_to_who_may_edit(
    recruiter_client: Client, viewer: Member, zoe: Candidate
) -> None:
    path = "/o/acme/candidates/?columns=warmth,owner&sort=engagement"

    shown = [client.get(path).content.decode() for client in (recruiter_client, logged_in(viewer))]

    assert [("Dormant" in page, "cells/owner/" in page) for page in shown] == [(True, True), (True, False)]


def test_edit_in_the_list_is_offered_as_each_address_has_it(recruiter_client: Client, zoe: Candidate) -> None:
    end = paging.cursor({"created_at": NOW - timedelta(days=9999), "pk": zoe.pk}, listing.ORDERS["created"])
    queries = ("", "?campaign=x", f"?after={end}")  # the same list to whatever else stands in its line of filters
    pages = [recruiter_client.get(f"/o/acme/candidates/{query}").content.decode() for query in queries]

    assert ['href="?columns=' in pages[0], 'href="?campaign=x&amp;columns=' in pages[1]] == [True, True]
    assert "Edit in the list" not in pages[2]


def test_many_tags_of_one_person_are_saved_at_once(
    tenant: Tenant, zoe: Candidate, recruiter: Member, django_assert_max_num_queries: Any
) -> None:
    names = [f"tag {n:03}" for n in range(200)]
    with open_tenant(tenant), django_assert_max_num_queries(30):
        labels.set_tags(candidate=zoe, names=names, by=recruiter.actor, now=NOW)
        labels.set_tags(candidate=zoe, names=names[1:], by=recruiter.actor, now=NOW)

    assert held(tenant, zoe, "tags") == names[1:]


def test_person_with_very_many_tags_can_be_edited_and_is_shown_folded(
    recruiter_client: Client, tenant: Tenant, zoe: Candidate, recruiter: Member
) -> None:
    names = [f"tag {n:03}" for n in range(200)]
    with open_tenant(tenant):
        labels.set_tags(candidate=zoe, names=names, by=recruiter.actor, now=NOW)

    recruiter_client.post(f"/o/acme/candidates/{zoe.pk}/edit/", {"name": zoe.name, "tags": names[1:]})
    page = recruiter_client.get(f"/o/acme/candidates/{zoe.pk}/").content.decode()

    assert (len(held(tenant, zoe, "tags")), "159 more tags" in page) == (199, True)
