"""Rules and searches that nobody should send: a sentence with the place of the mistake, and never more than 422."""

import json
from time import perf_counter
from typing import Any

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import ApplicationStage, Export, Job, PrivateLabel
from talent.services import segments
from tests.factories.talent import NOW, a_candidate
from tests.talent.test_membership import a_segment, country

GERMANY = country("DE")
FIVE_DEEP = {"all": [{"any": [{"all": [{"any": [{"all": [GERMANY]}]}]}]}]}
RULES: list[tuple[Any, str, str]] = [
    (FIVE_DEEP, "all[0].any[0].all[0].any[0]", "At 1.1.1.1: Groups can be nested 4 deep; this one lies deeper."),
    (
        {"all": [GERMANY, {"any": [GERMANY, {"field": "shoe_size", "op": "is", "value": 44}]}]},
        "all[1].any[1]",
        "At 2.2: There is no field “shoe_size”.",
    ),
    ({"any": [GERMANY] * 61}, "", "This rule has 61 conditions; 60 are the most."),
    ({"any": [GERMANY] * 20_000}, "any[999]", "At 1000: This rule is too large: it may hold 60 conditions."),
    ({"all": [{"field": "title", "op": "contains", "value": "x\x00"}]}, "all[0]", "At 1: Current title: This text"),
]
SEARCHES = {
    "ten thousand terms": " OR ".join(f"term{n}" for n in range(10_000)),
    "ten thousand brackets": "(" * 10_000,
    "only operators": "AND OR NOT NEAR/3 ) (",
    "quotes that never end": '"' * 501 + "python",
    "fields of nothing": "name: skill:: :: no_such_field:( NOT NOT NOT",
    "control characters": "pyth\x00on \x1b[31m \u202e ' ; DROP TABLE x --",
    "what must not be there alone": "NOT python",
    "two that must not": '-python -"data engineer"',
    "beginnings of everything": " OR ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"),
}


@pytest.mark.parametrize(("rule", "path", "said"), RULES, ids=["deep", "unknown", "many", "huge", "nul"])
def test_a_rule_is_refused_with_its_place(recruiter_client: Client, rule: Any, path: str, said: str) -> None:
    page = recruiter_client.post("/o/acme/segments/preview/", {"rule": _json(rule)})
    told = recruiter_client.post("/o/acme/api/v1/segments/preview/", {"rule": rule}, content_type="application/json")

    assert (page.status_code, said in page.content.decode()) == (422, True)
    assert (told.status_code, told.json()["error"]["fields"]["rule"][0]["path"]) == (400, path)


def _json(rule: Any) -> str:
    return json.dumps(rule)


def test_a_circle_is_refused_at_the_condition_that_closes_it(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        inner = a_segment(country("SE"), "Inner")
        rests = {"field": "segment", "op": "is_any_of", "value": [str(inner.pk)]}
        outer = segments.create(name="Outer", rule=rests, by=SYSTEM, now=NOW)
    circle = {"all": [country("SE"), rests | {"value": [str(outer.pk)]}]}
    sent = {"name": "Inner", "rule": circle}

    told = recruiter_client.put(f"/o/acme/api/v1/segments/{inner.pk}/", sent, content_type="application/json")
    page = recruiter_client.post(f"/o/acme/segments/{inner.pk}/edit/", {**sent, "rule": _json(circle)})

    assert (told.status_code, told.json()["error"]["fields"]["rule"][0]["path"]) == (400, "all[1]")
    assert (page.status_code, "At 2: “Outer” rests on this segment itself" in page.content.decode()) == (422, True)


@pytest.mark.parametrize("words", SEARCHES.values(), ids=SEARCHES)
def test_a_hostile_search_is_answered_in_time(recruiter_client: Client, tenant: Tenant, words: str) -> None:
    with open_tenant(tenant):
        a_candidate()
    begun = perf_counter()

    paths = ["/o/acme/candidates/", "/o/acme/search/", "/o/acme/api/v1/candidates/", "/o/acme/api/v1/search/"]
    answers = [recruiter_client.get(path, {"q": words, **by}) for path in paths for by in ({}, {"by": "meaning"})]

    assert [a.status_code < 500 for a in answers] == [True] * 8
    assert perf_counter() - begun < 40  # eight questions, each within the five seconds of a statement


def test_a_nul_is_left_out_of_what_no_form_checks(owner_client: Client, owner: Member, tenant: Tenant) -> None:
    with open_tenant(tenant):
        job = Job.objects.create(title="Engineer")
        stage = ApplicationStage.objects.create(job=job, name="Talk", position=0)
        label = PrivateLabel.objects.create(member=owner, name="Call")
    sent = {
        f"/o/acme/process/stage/{stage.pk}/change/": {"name": "Sc\0reen"},
        f"/o/acme/settings/labels/{label.pk}/rename/": {"name": "\0Call in May"},
        "/o/acme/exports/new/": {"query": "country=S\0E", "format": "csv"},
    }
    for path, said in sent.items():
        assert owner_client.post(path, said).status_code == 302, path

    with open_tenant(tenant):
        assert (ApplicationStage.objects.get().name, PrivateLabel.objects.get().name) == ("Screen", "Call in May")
        assert Export.objects.get().query == "country=SE"


MISSPELLED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a key for ever": ("api-keys/", {"name": "Nightly", "expires": "2026-12-01"}, "expires"),
    "an invitation": ("invitations/", {"email": "ann@example.com", "rol": "viewer"}, "rol"),
    "a segment": ("segments/", {"name": "Germany", "rule": GERMANY, "desc": "All"}, "desc"),
    "a preview": ("segments/preview/", {"rule": GERMANY, "segmnt": None}, "segmnt"),
    "weights": ("engagement/weights/preview/", {"half_life_days": 60, "points": {}, "level": [5, 20, 50]}, "level"),
}


@pytest.mark.parametrize(("path", "sent", "name"), MISSPELLED.values(), ids=MISSPELLED)
def test_field_that_is_misspelled_is_not_passed_over(
    owner_client: Client, path: str, sent: dict[str, Any], name: str
) -> None:
    answer = owner_client.post(f"/o/acme/api/v1/{path}", sent, content_type="application/json")

    assert (answer.status_code, answer.json()["error"]["fields"]) == (400, {name: ["There is no such field to set."]})


def test_class_of_evidence_that_is_misspelled_is_not_passed_over(owner_client: Client) -> None:
    sent = {"half_life_days": 60, "points": {"replyed": 90}, "levels": [5, 20, 50]}

    answer = owner_client.put("/o/acme/api/v1/engagement/weights/", sent, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["error"]["fields"]["points"][0].startswith("“replyed” is no class of evidence. There are: ")


@pytest.mark.parametrize("noun", ["candidates", "jobs", "notifications", "bulk-operations"])
@pytest.mark.parametrize("limit", ["0", "201", "x", "٣", "9" * 5000])
def test_size_of_a_page_is_a_small_number(owner_client: Client, noun: str, limit: str) -> None:
    assert owner_client.get(f"/o/acme/api/v1/{noun}/", {"limit": limit}).status_code == 400


@pytest.mark.parametrize("noun", ["candidates", "jobs", "tasks", "events", "search", "threads"])
def test_cursor_that_is_none_is_refused(owner_client: Client, noun: str) -> None:
    answer = owner_client.get(f"/o/acme/api/v1/{noun}/", {"after": "bm90IG9uZQ"})

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["after"])
