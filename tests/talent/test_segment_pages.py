"""The pages of segments."""

import json
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Segment
from talent.services import segments, skills
from tests.conftest import logged_in
from tests.factories.talent import a_candidate
from tests.ground import shared
from tests.talent.test_membership import country

PATH = "/o/acme/segments/"
HTMX = {"HX-Request": "true"}


def swedes(tenant: Tenant, name: str = "Swedes") -> Segment:
    with open_tenant(tenant):
        return segments.create(name=name, rule=country("SE"), by=SYSTEM, now=timezone.now())


@shared
def person(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate()


def saved(tenant: Tenant) -> list[tuple[str, object, int]]:
    with open_tenant(tenant):
        return list(Segment.objects.values_list("name", "rule", "size"))


def text(client: Client, path: str) -> str:
    response = client.get(PATH + path)
    assert response.status_code == 200
    return response.content.decode()


def test_list_says_the_rule_in_words(recruiter_client: Client, tenant: Tenant, person: Candidate) -> None:
    swedes(tenant)

    page = text(recruiter_client, "")

    assert ("People in Sweden" in page, "1 came, 0 left" in page) == (True, True)


def test_list_invites_to_make_the_first(recruiter_client: Client) -> None:
    assert "No segments yet" in text(recruiter_client, "")


def test_list_costs_the_same_for_one_and_three(recruiter_client: Client, tenant: Tenant) -> None:
    counts = []
    for names in (["One"], ["Two", "Three"]):
        for name in names:
            swedes(tenant, name)
        text(recruiter_client, "")
        with CaptureQueriesContext(connection) as queries:
            text(recruiter_client, "")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_new_saves_and_fills(recruiter_client: Client, tenant: Tenant, person: Candidate) -> None:
    response = recruiter_client.post(PATH + "new/", {"name": "Swedes", "rule": json.dumps(country("SE"))})

    assert response.status_code == 302
    assert saved(tenant) == [("Swedes", country("SE"), 1)]


def test_new_takes_a_rule_written_by_hand(recruiter_client: Client, tenant: Tenant) -> None:
    hidden, written = json.dumps({"all": []}), json.dumps(country("SE"))

    recruiter_client.post(PATH + "new/", {"name": "Swedes", "rule": hidden, "rule_by_hand": written})

    assert [rule for _, rule, _ in saved(tenant)] == [country("SE")]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("{", "The rule is not valid JSON."),
        ("[" * 100000, "The rule is not valid JSON."),
        (json.dumps({"field": "skill", "op": "is_any_of", "value": []}), "Skill: Choose at least one value."),
    ],
    ids=["broken", "deep", "unfinished"],
)
def test_new_keeps_what_was_typed(recruiter_client: Client, tenant: Tenant, rule: str, sentence: str) -> None:
    response = recruiter_client.post(PATH + "new/", {"name": "My segment", "rule": rule})

    page = response.content.decode()
    assert (response.status_code, sentence in page, 'value="My segment"' in page) == (422, True, True)
    assert saved(tenant) == []


def test_new_refuses_a_name_twice(recruiter_client: Client, tenant: Tenant) -> None:
    swedes(tenant)

    response = recruiter_client.post(PATH + "new/", {"name": "Swedes", "rule": json.dumps(country("DE"))})

    assert (response.status_code, "already a segment called" in response.content.decode()) == (422, True)


def test_new_begins_with_a_filter(recruiter_client: Client) -> None:
    response = recruiter_client.get(PATH + "new/", {"rule": json.dumps(country("SE"))})

    assert "People in Sweden" in response.content.decode()


def test_preview_counts_and_shows_people(recruiter_client: Client, person: Candidate) -> None:
    response = recruiter_client.post(PATH + "preview/", {"rule": json.dumps(country("SE"))}, headers=HTMX)

    page = response.content.decode()
    assert (response.status_code, "<html" in page) == (200, False)
    assert ("People in Sweden" in page, "Zoë Ångström" in page) == (True, True)


def test_preview_says_what_is_missing(recruiter_client: Client) -> None:
    unfinished = json.dumps({"all": [{"field": "title", "op": "contains", "value": ""}]})

    response = recruiter_client.post(PATH + "preview/", {"rule": unfinished}, headers=HTMX)

    assert (response.status_code, "Current title: Write what to look for." in response.content.decode()) == (422, True)


def test_edit_changes_the_rule(recruiter_client: Client, tenant: Tenant, person: Candidate) -> None:
    segment = swedes(tenant)

    recruiter_client.post(f"{PATH}{segment.pk}/edit/", {"name": "Germans", "rule": json.dumps(country("DE"))})

    assert saved(tenant) == [("Germans", country("DE"), 0)]


def test_edit_refuses_a_circle(recruiter_client: Client, tenant: Tenant) -> None:
    segment = swedes(tenant)
    rule = {"field": "segment", "op": "is_any_of", "value": [str(segment.pk)]}

    response = recruiter_client.post(f"{PATH}{segment.pk}/edit/", {"name": "Swedes", "rule": json.dumps(rule)})

    assert (response.status_code, "cannot go round in a circle" in response.content.decode()) == (422, True)


def test_detail_shows_members_and_moves(recruiter_client: Client, tenant: Tenant, person: Candidate) -> None:
    page = text(recruiter_client, f"{swedes(tenant).pk}/")

    assert ("Zoë Ångström" in page, "1 came and 0 went" in page) == (True, True)


def many(tenant: Tenant, count: int) -> list[UUID]:
    with open_tenant(tenant):
        rows = Candidate.objects.bulk_create([Candidate(name=f"Person {n:03}", country="SE") for n in range(count)])
    return [row.pk for row in rows]


def test_detail_pages_by_fifty(recruiter_client: Client, tenant: Tenant) -> None:
    many(tenant, 51)
    segment = swedes(tenant)
    first = text(recruiter_client, f"{segment.pk}/")
    key = first.split("?after=")[1].split('"')[0]

    more = recruiter_client.get(f"{PATH}{segment.pk}/", {"after": key}, headers=HTMX).content.decode()

    assert (first.count("<tr data-row>"), more.count("<tr data-row>")) == (50, 1)
    assert ("<hx-partial" in more, "Load 50 more" in more, "Person 000" in more) == (True, False, True)


def test_detail_costs_the_same_for_one_and_many(recruiter_client: Client, tenant: Tenant) -> None:
    many(tenant, 1)
    small = swedes(tenant, "Small")
    many(tenant, 20)
    large = swedes(tenant, "Large")
    text(recruiter_client, "")

    counts = []
    for segment in (small, large):
        with CaptureQueriesContext(connection) as queries:
            text(recruiter_client, f"{segment.pk}/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_detail_of_an_unreadable_rule_says_so(recruiter_client: Client, tenant: Tenant) -> None:
    segment = swedes(tenant)
    with open_tenant(tenant):
        Segment.objects.update(rule={"field": "gone", "op": "is"})

    assert "no longer there" in text(recruiter_client, f"{segment.pk}/")


def test_explain_finds_people_and_gives_reasons(recruiter_client: Client, tenant: Tenant, person: Candidate) -> None:
    segment = swedes(tenant)

    found = text(recruiter_client, f"{segment.pk}/explain/?q=angstrom")
    why = text(recruiter_client, f"{segment.pk}/explain/?candidate={person.pk}")

    assert (f"?candidate={person.pk}" in found, "· Stockholm" in found, "zoe@example.com" in found) == (True,) * 3
    assert ("belongs here" in why, "in Sweden" in why, "Is: Sweden" in why) == (True, True, True)


def test_delete_asks_and_deletes(recruiter_client: Client, tenant: Tenant) -> None:
    path = f"{swedes(tenant).pk}/delete/"
    asked = text(recruiter_client, path)

    recruiter_client.post(PATH + path)

    assert ("Delete “Swedes”?" in asked, saved(tenant)) == (True, [])


@pytest.mark.parametrize("path", ["new/", "{pk}/edit/", "{pk}/delete/"])
def test_viewer_may_look_but_not_change(viewer: Member, tenant: Tenant, path: str) -> None:
    client, segment = logged_in(viewer), swedes(tenant)

    assert client.get(f"{PATH}{segment.pk}/").status_code == 200
    assert client.get(PATH + path.format(pk=segment.pk)).status_code == 403


@pytest.mark.parametrize("path", ["", "{pk}/", "{pk}/edit/", "{pk}/explain/"])
def test_outsider_finds_nothing(outsider: Member, tenant: Tenant, path: str) -> None:
    segment = swedes(tenant)

    assert logged_in(outsider).get(PATH + path.format(pk=segment.pk)).status_code == 404


@pytest.mark.parametrize(
    ("what", "words", "labels"), [("skills", "PYT", ["Python"]), ("countries", "swed", ["Sweden"])]
)
def test_suggestions(recruiter_client: Client, person: Candidate, what: str, words: str, labels: list[str]) -> None:
    response = recruiter_client.get(f"/o/acme/suggestions/{what}/", {"q": words})

    assert [one["label"] for one in response.json()] == labels


def test_unknown_suggestions_are_not_found(recruiter_client: Client) -> None:
    assert recruiter_client.get("/o/acme/suggestions/secrets/").status_code == 404


@pytest.mark.usefixtures("person")
def test_builder_shows_skills_as_people_write_them(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        skills.named(["Cloud Security", "IAM"])
        rated = {"field": "skill", "op": "at_level", "value": {"values": ["iam"], "least": 2}}
        rule = {"all": [{"not": {"field": "skill", "op": "is_any_of", "value": ["cloud security", "gone"]}}, rated]}
        segment = segments.create(name="Cloud", rule=rule, by=SYSTEM, now=timezone.now())

    shown = recruiter_client.get(f"/o/acme/segments/{segment.pk}/edit/")
    with open_tenant(tenant):
        kept = json.loads(shown.context["form"].rule_in_words)
    recruiter_client.post(f"/o/acme/segments/{segment.pk}/edit/", {"name": "Cloud", "rule": json.dumps(kept)})

    assert kept["all"][0]["not"]["value"] == ["Cloud Security", "gone"]
    assert kept["all"][1]["value"]["values"] == ["IAM"]
    with open_tenant(tenant):
        assert Segment.objects.get(pk=segment.pk).rule == kept
