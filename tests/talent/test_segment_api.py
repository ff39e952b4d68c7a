"""The API of segments."""

from uuid import UUID

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Segment
from talent.services import off_limits
from tests.conftest import logged_in
from tests.factories.talent import NOW, a_candidate
from tests.talent.test_membership import country
from tests.talent.test_segment_pages import many, swedes

PATH = "/o/acme/api/v1/segments/"
JSON = "application/json"


@pytest.fixture
def person(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate()


@pytest.fixture
def key(tenant: Tenant, owner: Member) -> Client:
    with open_tenant(tenant):
        _, secret = api_keys.create(name="Script", by=owner.actor, role=Role.RECRUITER)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_create_and_list(key: Client, person: Candidate) -> None:
    made = key.post(PATH, {"name": "Swedes", "rule": country("SE")}, content_type=JSON)

    assert (made.status_code, made.json()["size"]) == (201, 1)
    assert [(s["name"], s["rule"]) for s in key.get(PATH).json()] == [("Swedes", country("SE"))]


def test_create_says_where_the_rule_is_wrong(key: Client) -> None:
    answer = key.post(PATH, {"name": "Bad", "rule": {"all": [country()]}}, content_type=JSON)

    problem = {"path": "all[0]", "message": "Country: Choose at least one value."}
    assert (answer.status_code, answer.json()["error"]["fields"]) == (400, {"rule": [problem]})


def test_create_refuses_a_name_twice(key: Client, tenant: Tenant) -> None:
    swedes(tenant)

    answer = key.post(PATH, {"name": "Swedes", "rule": country("SE")}, content_type=JSON)

    assert answer.json()["error"]["fields"] == {"name": ["There is already a segment called “Swedes”."]}


def test_put_and_get(key: Client, tenant: Tenant, person: Candidate) -> None:
    path = f"{PATH}{swedes(tenant).pk}/"

    key.put(path, {"name": "Germans", "rule": country("DE")}, content_type=JSON)

    answer = key.get(path).json()
    assert (answer["name"], answer["rule"], answer["size"]) == ("Germans", country("DE"), 0)


def test_patch_leaves_the_rest(key: Client, tenant: Tenant, person: Candidate) -> None:
    path = f"{PATH}{swedes(tenant).pk}/"

    said = [
        key.patch(path, {"description": "Those up north"}, content_type=JSON).json(),
        key.patch(path, {"rule": country("DE")}, content_type=JSON).json(),
    ]
    bad = key.patch(path, {"rule": {"all": [country()]}}, content_type=JSON)

    assert [(one["name"], one["description"]) for one in said] == [("Swedes", "Those up north")] * 2
    assert [one["rule"] for one in said] == [country("SE"), country("DE")]
    assert (bad.status_code, key.get(path).json()["rule"]) == (400, country("DE"))


def test_delete(key: Client, tenant: Tenant) -> None:
    answer = key.delete(f"{PATH}{swedes(tenant).pk}/")

    assert (answer.status_code, key.get(PATH).json()) == (204, [])


def test_delete_refuses_what_is_used(key: Client, tenant: Tenant) -> None:
    segment = swedes(tenant)
    rule = {"field": "segment", "op": "is_any_of", "value": [str(segment.pk)]}
    key.post(PATH, {"name": "Users", "rule": rule}, content_type=JSON)

    answer = key.delete(f"{PATH}{segment.pk}/")

    assert (answer.status_code, "is used in the rule of “Users”" in answer.json()["error"]["message"]) == (400, True)


def test_members_come_in_pages(key: Client, tenant: Tenant) -> None:
    people = many(tenant, 101)
    path = f"{PATH}{swedes(tenant).pk}/members/"

    first = key.get(path).json()
    second = key.get(path, {"after": first["next"]}).json()

    got = [UUID(m["candidate"]["id"]) for page in (first, second) for m in page["results"]]
    assert (got, second["next"]) == (people[::-1], None)


def test_preview(key: Client, tenant: Tenant, person: Candidate) -> None:
    answer = key.post(PATH + "preview/", {"rule": country("SE")}, content_type=JSON).json()

    assert (answer["count"], answer["capped"], answer["sentence"]) == (1, False, "People in Sweden")
    assert [one["id"] for one in answer["samples"]] == [str(person.pk)]
    with open_tenant(tenant):
        assert Segment.objects.count() == 0


@pytest.mark.parametrize(("op", "size"), [("is_true", 1), ("is_false", 0)])
def test_companies_off_limits(key: Client, tenant: Tenant, person: Candidate, op: str, size: int) -> None:
    with open_tenant(tenant):
        off_limits.add(kind="company", value="Nordlicht", reason="R", until=None, by=SYSTEM, now=NOW)
    rule = {"field": "off_limits", "op": op, "value": None}

    seen = key.post(PATH + "preview/", {"rule": rule}, content_type=JSON).json()
    made = key.post(PATH, {"name": "Off limits", "rule": rule}, content_type=JSON).json()
    why = key.get(f"{PATH}{made['id']}/explain/", {"candidate": str(person.pk)}).json()

    assert (seen["count"], made["size"], why["matches"]) == (size, size, bool(size))


def test_explain(key: Client, tenant: Tenant, person: Candidate) -> None:
    answer = key.get(f"{PATH}{swedes(tenant).pk}/explain/", {"candidate": str(person.pk)}).json()

    assert answer == {"text": "in Sweden", "matches": True, "actual": "Sweden", "nodes": []}


@pytest.mark.parametrize("text", ["", "x"])
def test_explain_needs_a_person(key: Client, tenant: Tenant, text: str) -> None:
    answer = key.get(f"{PATH}{swedes(tenant).pk}/explain/", {"candidate": text})

    assert answer.status_code == (400 if text else 404)


def test_weak_role_may_preview_but_not_save(viewer: Member) -> None:
    client = logged_in(viewer)

    assert client.post(PATH + "preview/", {"rule": country("SE")}, content_type=JSON).status_code == 200
    assert client.post(PATH, {"name": "Mine", "rule": country("SE")}, content_type=JSON).status_code == 403


def test_outsider_finds_nothing(outsider: Member, tenant: Tenant) -> None:
    client, segment = logged_in(outsider), swedes(tenant)

    assert [client.get(PATH).status_code, client.get(f"{PATH}{segment.pk}/").status_code] == [404, 404]
