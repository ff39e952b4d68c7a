"""The REST API of people and pools."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from rest_framework.exceptions import ValidationError

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from talent.api import shapes
from talent.choices import BanScope, Channel
from talent.models import Candidate
from talent.profile import Place
from talent.services import contact, custom_fields, everybody
from talent.services.contact import Reach
from talent.services.custom_fields import Rules
from tests.factories.machine import ROOT, Machine, fields_of
from tests.factories.people import a_member
from tests.factories.talent import NOW, a_candidate


def test_create_makes_a_whole_person(machine: Machine) -> None:
    body = {
        "name": "Ada Sørensen",
        "emails": ["ada@example.com"],
        "location": "Lyon, France",
        "skills": ["Rust"],
        "tags": ["speaker"],
        "jobs": [{"title": "Lead", "company": "Fjordlab", "start": "2021", "is_current": True}],
        "source": "Our careers page",
    }
    status, person = machine.call("post", "candidates/", body)

    facts = (person["name"], person["country"], person["current_title"], person["skills"], person["tags"])
    assert (status, facts) == (201, ("Ada Sørensen", "FR", "Lead", ["Rust"], ["speaker"]))
    assert [p["value"] for p in person["contact_points"]] == ["ada@example.com"]


def test_create_asks_a_few_times_whatever_it_writes(machine: Machine, zoe: Candidate) -> None:
    body = {"name": "Ada", "emails": ["ada@example.com"], "phones": ["+33 612 345 678"], "skills": ["Python"]}
    machine.call("post", "candidates/", body | {"emails": ["eve@example.com"]})

    with CaptureQueriesContext(connection) as asked:
        status, _ = machine.call("post", "candidates/", body)

    assert (status, len(asked) <= 11) == (201, True), "\n".join(q["sql"][:200] for q in asked.captured_queries)


def test_create_of_a_known_address_adds_to_the_person(machine: Machine, zoe: Candidate) -> None:
    status, person = machine.call("post", "candidates/", {"name": "Z", "emails": ["ZOE@example.com"], "skills": ["Go"]})

    assert (status, person["id"], person["name"]) == (200, str(zoe.pk), "Zoë Ångström")
    assert person["skills"] == ["Go", "PostgreSQL", "Python"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "A", "tenant": str(uuid4())}, ["tenant"]),
        ({"name": "A", "owner_id": str(uuid4()), "skill_keys": []}, ["owner_id", "skill_keys"]),
        ({"name": "x" * 201}, ["name"]),
        ({"jobs": [{"start": "yesterday"}], "name": "A"}, ["jobs"]),
        ({"emails": "a@example.com", "name": "A"}, ["emails"]),
        ({}, ["name"]),
        ({"name": "A", "emails": ["no address"]}, []),
    ],
)
def test_create_refuses_what_it_cannot_use(
    machine: Machine, tenant: Tenant, body: dict[str, Any], fields: list[str]
) -> None:
    assert fields_of(machine.call("post", "candidates/", body)) == (400, fields)
    with open_tenant(tenant):
        assert Candidate.objects.count() == 0


def test_patch_changes_what_is_named(machine: Machine, recruiter: Member, zoe: Candidate) -> None:
    body = {"headline": "Data person", "owner_id": str(recruiter.pk), "skills": ["Go"], "location": "Lyon, France"}
    status, person = machine.call("patch", f"candidates/{zoe.pk}/", body)

    facts = (person["name"], person["headline"], person["owner_id"], person["skills"], person["country"])
    assert (status, facts) == (200, ("Zoë Ångström", "Data person", str(recruiter.pk), ["Go"], "FR"))


@pytest.mark.parametrize("body", [{"tenant_id": "x"}, {"id": "x"}, {"search_text": "x"}, {"state": "hired"}])
def test_patch_refuses_unknown_fields(machine: Machine, zoe: Candidate, body: dict[str, str]) -> None:
    assert fields_of(machine.call("patch", f"candidates/{zoe.pk}/", body)) == (400, sorted(body))


def test_patch_refuses_owners_of_other_tenants(machine: Machine, outsider: Member, zoe: Candidate) -> None:
    answer = machine.call("patch", f"candidates/{zoe.pk}/", {"owner_id": str(outsider.pk)})

    assert fields_of(answer) == (400, ["owner_id"])


def test_people_of_other_tenants_do_not_exist(machine: Machine, outsider: Member) -> None:
    with open_tenant(outsider.tenant):
        stranger = a_candidate()
    paths = [f"candidates/{stranger.pk}/", f"candidates/{stranger.pk}/notes/"]

    assert [machine.call("get", path)[0] for path in paths] == [404, 404]
    assert machine.call("get", "candidates/?q=zoe")[1]["total"] == 0


def test_key_of_another_tenant_is_refused(outsider: Member, tenant: Tenant) -> None:
    assert Machine(outsider.tenant, Role.ADMIN).call("get", "candidates/")[0] == 401


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("?q=python lyon", 1),
        ("?country=FR", 1),
        ('?filter={"field":"country","op":"is_any_of","value":["SE"]}', 1),
        ('?country=FR&filter={"field":"country","op":"is_any_of","value":["SE"]}', 0),
    ],
)
def test_list_filters(machine: Machine, tenant: Tenant, zoe: Candidate, query: str, found: int) -> None:
    with open_tenant(tenant):
        a_candidate("Ada", "ada@example.com", place=Place("Lyon, France"))

    status, page = machine.call("get", f"candidates/{query}")

    assert (status, len(page["results"]), page["total"]) == (200, found, found)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=x", "sort=x", "filter={", "tag=x"])
def test_list_refuses_what_it_cannot_read(machine: Machine, zoe: Candidate, query: str) -> None:
    status, answer = machine.call("get", f"candidates/?{query}")

    assert (status, list(answer)) == (400, ["error"])


@pytest.mark.parametrize("query", ["", "sort=name&", "sort=-contacted&", "sort=engagement&", "q=person&"])
def test_pages_show_everybody_once(machine: Machine, tenant: Tenant, query: str) -> None:
    with open_tenant(tenant):
        Candidate.objects.bulk_create([Candidate(name=f"Person {n}", search_text=f"person {n}") for n in range(25)])
    seen, after = [], ""
    while after is not None:
        _, page = machine.call("get", f"candidates/?{query}limit=10&after={after}")
        seen += [row["name"] for row in page["results"]]
        after = page["next"]

    assert sorted(seen) == sorted(f"Person {n}" for n in range(25))


@pytest.mark.parametrize("sort", ["created", "-changed", "name", "-replied"])
def test_both_ways_to_read_everybody_say_the_same(
    machine: Machine, tenant: Tenant, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n, micro in enumerate((7, 0, 120_000, 500_000)):
        at = datetime(2026, 3, 29 + n % 2, 1, 59, n, micro, tzinfo=UTC)
        with open_tenant(tenant):
            person = a_candidate(f"Zoë “{n}”\n", f"p{n}@example.com")
            Candidate.objects.filter(pk=person.pk).update(created_at=at, updated_at=at, last_replied_at=at)
    path = f"candidates/?sort={sort}&limit=3"
    fast = machine.call("get", path)
    monkeypatch.setattr(everybody, "page", lambda *args, **options: None)

    assert json.dumps(fast) == json.dumps(machine.call("get", path))
    assert (len(fast[1]["results"]), bool(fast[1]["next"]), fast[1]["total"]) == (3, True, 4)


@pytest.mark.parametrize("people", [1, 3])
def test_list_costs_the_same_for_any_number(machine: Machine, tenant: Tenant, people: int) -> None:
    with open_tenant(tenant):
        for n in range(people):
            a_candidate(f"P {n}", f"p{n}@example.com")
    machine.call("get", "candidates/")

    with CaptureQueriesContext(connection) as queries:
        machine.call("get", "candidates/")

    assert len(queries) == 6


def test_contact_points_and_notes(machine: Machine, zoe: Candidate) -> None:
    path = f"candidates/{zoe.pk}/contact-points/"
    status, point = machine.call("post", path, {"kind": "phone", "value": "+33 1 09 75 83 51"})
    bad = machine.call("post", path, {"kind": "email", "value": "nobody"})
    gone, _ = machine.call("delete", f"contact-points/{point['id']}/")
    noted, note = machine.call("post", f"candidates/{zoe.pk}/notes/", {"text": "Called"})

    assert (status, point["normal"], fields_of(bad), gone) == (201, "+33109758351", (400, ["value"]), 204)
    assert (noted, note["text"], len(machine.call("get", f"candidates/{zoe.pk}/notes/")[1])) == (201, "Called", 1)


def test_do_not_contact_is_told(machine: Machine, tenant: Tenant, zoe: Candidate) -> None:
    told = []
    for reach in (Reach(BanScope.CHANNEL, Channel.TEXT), Reach(BanScope.MARKETING), Reach()):
        with open_tenant(tenant):
            contact.ban(candidate=zoe, reason="manual", evidence="", by=SYSTEM, now=NOW, reach=reach)
        told.append(machine.call("get", f"candidates/{zoe.pk}/")[1]["do_not_contact"])

    assert told == [False, False, True]


def test_pools_and_their_people(machine: Machine, zoe: Candidate) -> None:
    _, pool = machine.call("post", "pools/", {"name": "Speakers"})
    members = f"pools/{pool['id']}/members/"
    added = machine.call("post", members, {"candidates": [str(zoe.pk)], "reason": "Met"})
    twice = machine.call("post", members, {"candidates": [str(zoe.pk)]})
    strange = machine.call("post", members, {"candidates": [str(uuid4())]})
    place = machine.call("get", members)[1]["results"][0]
    ready = machine.call("get", f"pools/{pool['id']}/stages/")[1][-1]
    moved = machine.call("patch", f"pool-members/{place['id']}/", {"stage_id": ready["id"]})

    assert (added, twice, strange[0]) == ((200, {"added": 1}), (200, {"added": 0}), 400)
    assert (place["name"], moved[1]["stage"]) == ("Zoë Ångström", ready["name"])
    assert machine.call("delete", f"pools/{pool['id']}/")[0] == 204


def test_viewers_key_may_only_read(tenant: Tenant, zoe: Candidate) -> None:
    machine = Machine(tenant, Role.VIEWER)

    tried = [machine.call("get", "candidates/"), machine.call("post", "candidates/", {"name": "A"})]
    assert [status for status, _ in tried] == [200, 403]


def test_delete_needs_the_right(tenant: Tenant, machine: Machine, zoe: Candidate) -> None:
    weak = Machine(tenant, Role.RECRUITER).call("delete", f"candidates/{zoe.pk}/")[0]

    assert (weak, machine.call("delete", f"candidates/{zoe.pk}/")[0]) == (403, 204)


def test_session_of_a_member_works_too(recruiter_client: Client, zoe: Candidate) -> None:
    assert recruiter_client.get(f"{ROOT}candidates/").json()["total"] == 1


def test_member_of_another_tenant_sees_no_api(tenant: Tenant, db: None) -> None:
    client = Client()
    client.force_login(a_member(tenant, email="r@acme.example.com").user)

    assert client.get("/o/other/api/v1/candidates/").status_code == 404


def test_description_has_no_warnings_about_people() -> None:
    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)

    told = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    assert [text for text in told if any(word in text for word in ("talent", "candidates", "pools"))] == []


def test_answer_to_a_new_person_is_that_of_asking_for_them(machine: Machine, tenant: Tenant) -> None:
    with open_tenant(tenant):
        custom_fields.create(rules=Rules("Notice"), type="text", by=SYSTEM)
    body = {
        "name": "Zoë “Ångström”",
        "headline": "x\n'y'",
        "emails": ["zoe.a@example.com", "a.zoe@example.com"],
        "phones": ["+33 612 345 678"],
        "links": ["https://github.com/zoe"],
        "location": "Lyon, France",
        "skills": ["typing", "Rust", "éclairs", "Ada", "c++"],
        "jobs": [
            {"title": "Trainee", "company": "Fjordlab", "start": "2018", "end": "2018-09"},
            {"title": "Lead", "company": "Fjordlab", "start": "2021", "is_current": True},
            {"title": "Engineer", "company": "Nordlicht", "start": "2018-11", "end": "2021"},
        ],
        "education": [
            {"institution": "Lund", "end": "2016"},
            {"institution": "Lyon", "degree": "MSc", "end": "2018-06"},
        ],
    }
    for again in (body, body | {"emails": ["eve@example.com"], "links": [], "skills": ["Ada", "Rust", "typing"]}):
        status, person = machine.call("post", "candidates/", again)

        assert (status, person["education"][0]["degree"], person["custom"]) == (201, "MSc", {"notice": None})
        assert machine.call("get", f"candidates/{person['id']}/") == (200, person)
        assert list(person) == list(machine.call("get", f"candidates/{person['id']}/")[1])


@pytest.mark.parametrize("sent", ["[]", '"x"', '{"name": null}', '{"jobs": [{"tenant": 1}]}', '{"name": 1, "jobs": 2}'])
def test_create_refuses_in_the_same_words_each_time(machine: Machine, sent: str) -> None:
    said = [machine.call("post", "candidates/", json.loads(sent)) for _ in range(2)]

    with pytest.raises(ValidationError) as refused:
        shapes.CandidateIn(data=json.loads(sent)).sent()
    assert said[0] == said[1]
    assert (said[0][0], said[0][1]["error"]["fields"]) == (400, json.loads(json.dumps(refused.value.detail)))
