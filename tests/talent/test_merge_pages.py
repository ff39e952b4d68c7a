"""Merging on pages and through the API: compare, merge, find the way from an old address, take back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm import together
from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from talent.identity import email
from talent.models import (
    Candidate,
    CandidateLabel,
    CandidateSkill,
    ContactPoint,
    ContactPointChange,
    FieldDefinition,
    FieldValue,
    MergeOperation,
    Note,
)
from talent.profile import Claim
from talent.services import (
    candidates,
    contact,
    documents,
    duplicates,
    labels,
    merge_compare,
    merges,
    notes,
    preferences,
    private_labels,
    telling_apart,
    unmerge,
)
from talent.services.preferences import Wishes
from tests.factories.surroundings import a_file
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared

PATH = "/o/acme/candidates/"
API = "/o/acme/api/v1/"
HTMX = {"HX-Request": "true"}
Pair = tuple[Candidate, Candidate]


@shared
def pair(tenant: Tenant) -> Pair:
    with open_tenant(tenant):
        zoe, other = a_candidate(), a_candidate("Zoe Angstrom", "z.angstrom@example.com", summary=Claim("Likes trains"))
        contact.ban(candidate=other, reason="manual", evidence="", by=SYSTEM, now=NOW)
    return zoe, other


@shared
def operation(tenant: Tenant, pair: Pair) -> MergeOperation:
    with open_tenant(tenant):
        return merges.merge(survivor=pair[0], merged=pair[1], by=SYSTEM, now=timezone.now())


def between(pair: Pair) -> str:
    return f"{PATH}{pair[0].pk}/merge/{pair[1].pk}/"


def test_comparison_presets_and_warns(recruiter_client: Client, pair: Pair) -> None:
    found = recruiter_client.get(between(pair)).context["comparison"]

    preset = {one.name: next(s.record for s in one.sides if s.is_preset) for one in found.fields}
    assert preset == {"name": "survivor", "summary": "merged"}
    assert [sentence.partition(":")[0] for sentence in found.warnings] == [
        "One record, Zoe Angstrom, may not be contacted"
    ]
    assert dict(found.moves)["Bans on contact"] == 1


def test_merge_by_page_takes_the_decisions_and_offers_undo(
    recruiter_client: Client, tenant: Tenant, pair: Pair
) -> None:
    answer = recruiter_client.post(between(pair), {"field.name": "merged", "field.summary": "survivor"}, follow=True)

    with open_tenant(tenant):
        operation, one = MergeOperation.objects.get(), Candidate.objects.get()
    assert (one.name, one.summary) == ("Zoe Angstrom", "")
    assert f"/o/acme/merges/{operation.pk}/undo/" in answer.content.decode()


def test_unknown_field_is_refused(recruiter_client: Client, pair: Pair) -> None:
    answer = recruiter_client.post(between(pair), {"field.tenant": "merged"})

    assert (answer.status_code, "Choose one of the two values" in answer.content.decode()) == (422, True)


def test_old_address_leads_on_with_a_sentence(recruiter_client: Client, pair: Pair, operation: MergeOperation) -> None:
    answer = recruiter_client.get(f"{PATH}{pair[1].pk}/", follow=True)

    assert answer.redirect_chain == [(f"{PATH}{pair[0].pk}/", 302)]
    assert "The record of Zoe Angstrom that you asked for is part of this one now." in answer.content.decode()


def test_undo_from_the_toast_is_done_at_once(
    recruiter_client: Client, tenant: Tenant, operation: MergeOperation
) -> None:
    answer = recruiter_client.post(f"/o/acme/merges/{operation.pk}/undo/", headers=HTMX)

    told = json.loads(answer.headers["HX-Trigger"])["crm:toast"]["text"]
    assert told == "Zoe Angstrom is a record of its own again."
    with open_tenant(tenant):
        assert Candidate.objects.count() == 2


def test_undo_asks_about_what_came_after(
    recruiter_client: Client, tenant: Tenant, pair: Pair, operation: MergeOperation
) -> None:
    path = f"/o/acme/merges/{operation.pk}/undo/"
    with open_tenant(tenant):
        note = notes.add(candidate=pair[0], text="Called", by=SYSTEM, author_id=None, now=timezone.now())

    assert recruiter_client.post(path, headers=HTMX).headers["HX-Redirect"] == path
    assert [one.id for one in recruiter_client.get(path).context["later"]] == [note.pk]
    recruiter_client.post(path, {"decided": "1", "to_merged": str(note.pk)})
    with open_tenant(tenant):
        assert Note.objects.get().candidate_id == pair[1].pk


def test_undo_asks_once_about_what_belongs_together(
    recruiter_client: Client, tenant: Tenant, pair: Pair, operation: MergeOperation
) -> None:
    path, now = f"/o/acme/merges/{operation.pk}/undo/", timezone.now()
    with open_tenant(tenant):
        for address in ("wrong@example.com", "right@example.com"):
            contact.give_point(candidate=pair[0], point=email(address), by=SYSTEM, now=now)
        document = documents.add(candidate=pair[0], file=a_file(), text="Welds", by=SYSTEM, now=now)
        labels.add_skills(candidate=pair[0], claims=[Claim("Welding"), Claim("Sailing")], document=document)
    later = recruiter_client.get(path).context["later"]
    asked = {one.label: one for one in later}

    chosen = [asked["Contact point: right@example.com"].id, document.pk]
    recruiter_client.post(path, {"decided": "1", "to_merged": chosen})

    assert [(one.label, one.others) for one in later] == [
        ("Contact point: wrong@example.com", 0),
        ("Contact point: right@example.com", 0),
        (f"Document: {document}", 2),
    ]
    with open_tenant(tenant):
        back = {"candidate_id": pair[1].pk}
        assert ContactPointChange.objects.get(**back).value == "right@example.com"
        assert ContactPoint.objects.filter(**back, value="right@example.com").exists()
        assert CandidateSkill.objects.filter(**back, document=document).count() == 2


def test_merge_tells_of_others_only_what_one_may_read(
    recruiter_client: Client, tenant: Tenant, owner: Member, recruiter: Member, pair: Pair
) -> None:
    with open_tenant(tenant):
        for name, roles in (("Salary", ["owner"]), ("Notice", [])):
            field = FieldDefinition.objects.create(name=name, key=name.lower(), type="number", view_roles=roles)
            FieldValue.objects.create(candidate=pair[1], definition=field, number=7)
        private_labels.set_labels(candidate=pair[1], member=owner, names=["difficult"])
        private_labels.set_labels(candidate=pair[1], member=recruiter, names=["ask Bo"])
    moves = dict(recruiter_client.get(between(pair)).context["comparison"].moves)
    with open_tenant(tenant):
        operation = merges.merge(survivor=pair[0], merged=pair[1], by=SYSTEM, now=timezone.now())
        for model in (FieldValue, CandidateLabel):
            model.objects.update(created_at=timezone.now())
    later = recruiter_client.get(f"/o/acme/merges/{operation.pk}/undo/").context["later"]

    assert (moves["Private labels"], moves["Values of your own fields"]) == (1, 1)
    assert sorted(one.label for one in later) == ["Candidate label: ask Bo", "Field value: Notice: 7"]


def test_what_was_edited_since_stays_edited(tenant: Tenant, pair: Pair, operation: MergeOperation) -> None:
    with open_tenant(tenant):
        changes: dict[str, Any] = {"headline": "Leads a team now"}
        candidates.edit(candidate=Candidate.objects.get(), changes=changes, by=SYSTEM, now=timezone.now())
        unmerge.undo(operation=operation, by=SYSTEM, now=timezone.now() + timedelta(seconds=1))

        assert Candidate.objects.get(pk=pair[0].pk).headline == "Leads a team now"


def test_history_and_panel_name_the_merge(recruiter_client: Client, pair: Pair, operation: MergeOperation) -> None:
    profile, history = (recruiter_client.get(f"{PATH}{pair[0].pk}/{rest}") for rest in ("", "merges/"))

    assert "Merged records" in profile.content.decode()
    assert [(row.merged_name, obstacle) for row, obstacle in history.context["rows"]] == [("Zoe Angstrom", "")]


@pytest.mark.parametrize(("count", "leads"), [(2, True), (1, False)])
def test_two_ticked_people_lead_to_their_comparison(
    recruiter_client: Client, pair: Pair, count: int, leads: bool
) -> None:
    ids = ",".join(str(one.pk) for one in pair[:count])
    answer = recruiter_client.post(f"{PATH}merge/", {"ids": ids}, headers=HTMX)

    assert (answer.headers.get("HX-Redirect") == between(pair)) is leads


def test_search_finds_whom_to_merge_with(recruiter_client: Client, pair: Pair) -> None:
    answer = recruiter_client.get(f"{PATH}{pair[0].pk}/merge/?q=z.angstrom@example.com", headers=HTMX)

    assert answer.content.decode().count(between(pair)) == 1


def test_hints_say_why_and_take_one_statement(tenant: Tenant, django_assert_num_queries: Any) -> None:
    with open_tenant(tenant):
        zoe = a_candidate(email="zoe@nordlicht.example.com", phones=[Claim("+46 8 111 111 11")])
        twin = a_candidate(email="z@nordlicht.example.com", phones=[Claim("+46 8 222 222 22")])
        a_candidate("Mia Laurent", "mia@example.com", phones=[Claim("+46 8 333 333 33")])

        with django_assert_num_queries(1), together.reading(vars(duplicates.asks(zoe)).values()):
            found = duplicates.hints(zoe)

    reasons = ["same name and employer, Nordlicht", "same name, mail at nordlicht.example.com"]
    assert [(hint.id, hint.reasons) for hint in found] == [(twin.pk, reasons)]


def test_preview_shows_wishes_on_page_and_in_api(
    client: Client, recruiter_client: Client, tenant: Tenant, pair: Pair
) -> None:
    with open_tenant(tenant):
        _, secret = api_keys.create(name="Sync", by=SYSTEM)
        preferences.put(candidate=pair[1], wishes=Wishes(language="sv", weekdays=(2,)), by=SYSTEM, now=NOW)
    key: dict[str, Any] = {"headers": {"authorization": f"Bearer {secret}"}}
    told = client.get(f"{API}candidates/{pair[0].pk}/merge/{pair[1].pk}/", **key).json()["preferences"]

    assert (told["language"], told["weekdays"], told["paused_until"]) == ("sv", [2], None)
    shown = recruiter_client.get(between(pair)).content.decode()
    assert ("on Tue, their time" in shown, "Swedish" in shown) == (True, True)


def test_api_looks_merges_and_takes_back(client: Client, tenant: Tenant, pair: Pair) -> None:
    with open_tenant(tenant):
        _, secret = api_keys.create(name="Sync", by=SYSTEM)
    key: dict[str, Any] = {"headers": {"authorization": f"Bearer {secret}"}, "content_type": "application/json"}
    path = f"{API}candidates/{pair[0].pk}/merge/{pair[1].pk}/"

    assert [one["field"] for one in client.get(path, **key).json()["differences"]] == ["name", "summary"]
    made = client.post(path, {"decisions": {"name": "merged"}}, **key).json()
    gone = client.get(f"{API}candidates/{pair[1].pk}/", **key)
    assert (gone.status_code, gone.json()["error"]["merged_into"]) == (410, str(pair[0].pk))
    assert client.get(f"{API}candidates/{pair[0].pk}/merges/", **key).json()[0]["id"] == made["id"]
    assert client.get(f"{API}merges/{made['id']}/", **key).json()["later"] == []
    back = client.post(f"{API}merges/{made['id']}/undo/", {}, **key)
    assert (back.status_code, back.json()["id"]) == (200, str(pair[1].pk))


@shared
def twins(tenant: Tenant) -> Pair:
    """Two records with one telephone number."""
    with open_tenant(tenant):
        pair = a_candidate(), a_candidate("Zoe A.", "z.a@example.com")
        assert [hint.id for hint in duplicates.hints(pair[0])] == [pair[1].pk]
    return pair


def test_told_apart_is_remembered_both_ways_and_taken_back(
    recruiter_client: Client, tenant: Tenant, twins: Pair
) -> None:
    told = recruiter_client.post(f"{PATH}{twins[0].pk}/not-same/{twins[1].pk}/", headers=HTMX)

    with open_tenant(tenant):
        assert [duplicates.hints(one) for one in twins] == [[], []]
        assert [one.said_by for one in telling_apart.of(twins[1].pk)] == ["Recruiter"]
    recruiter_client.post(json.loads(told.headers["HX-Trigger"])["crm:toast"]["undo"], headers=HTMX)
    with open_tenant(tenant):
        assert [len(duplicates.hints(one)) for one in twins] == [1, 1]


def test_pair_that_was_told_apart_warns_and_may_be_merged_and_parted(tenant: Tenant, twins: Pair) -> None:
    with open_tenant(tenant):
        telling_apart.say(one=twins[1], other=twins[0], by=SYSTEM, now=NOW)
        warned = merge_compare.warnings(survivor=twins[0], merged=twins[1], now=NOW)
        operation = merges.merge(survivor=twins[0], merged=twins[1], by=SYSTEM, now=NOW)
        alone = (duplicates.hints(twins[0]), telling_apart.of(twins[0].pk))
        unmerge.undo(operation=operation, by=SYSTEM, now=NOW)

        assert ("two people" in warned[0], alone) == (True, ([], []))
        assert telling_apart.between(twins[0].pk, twins[1].pk) is not None
