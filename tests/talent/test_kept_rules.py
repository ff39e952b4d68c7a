"""Rules too long for an address: the list, its pages, views, segments and exports work by a short key."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from crm.viewing import seen_by
from talent.models import BulkOperation, Candidate, Export, KeptRule, SavedView, Segment
from talent.services import kept_rules, saved_views
from tests.conftest import logged_in
from tests.ground import shared

LIST, ADVANCED = "/o/acme/candidates/", "/o/acme/candidates/advanced/"
PEOPLE = 55  # more than a page
# Long, but each of one word: a condition looks for every word of its value, thousands of them here.
MEMBERS = [{"field": "title", "op": "contains", "value": f"{'very-senior-' * 15}engineer-{n}"} for n in range(59)]
RULE: dict[str, Any] = {"any": [*MEMBERS, {"field": "city", "op": "is", "value": "Malmö"}]}
HTMX = {"HX-Request": "true"}


@shared
def people(tenant: Tenant) -> list[Candidate]:
    """Those whom the long rule means, and one whom it does not."""
    with open_tenant(tenant):
        found = [Candidate.objects.create(name=f"Person {n:03}", city="Malmö") for n in range(PEOPLE)]
        Candidate.objects.create(name="Outside", city="Lund")
    return found


def send(client: Client, rule: Any = RULE, **more: str) -> str:
    """The address that the list has for a rule."""
    answer = client.post(ADVANCED, {"filter": json.dumps(rule), **more})
    assert answer.status_code == 302, answer.context["problems"]
    return str(answer.headers["Location"])


def key_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["filter"][0]


def names(answer: Any) -> list[str]:
    return [row.name for row in answer.context["listing"].rows]


def test_long_rule_has_a_short_address_and_works(recruiter_client: Client, people: list[Candidate]) -> None:
    address = send(recruiter_client, sort="name", columns="city")
    shown = recruiter_client.get(address)

    assert (len(json.dumps(RULE)) > 10_000, len(address) < 200) == (True, True)
    assert key_in(address).startswith("kept:")
    assert (shown.context["listing"].total, names(shown)[0]) == (PEOPLE, "Person 000")
    longest = max(len(link) for link in shown.content.decode().split('"') if link.startswith(("?", "/o/acme/")))
    assert longest < 1000


def test_pages_go_on_by_the_same_key(recruiter_client: Client, people: list[Candidate]) -> None:
    first = recruiter_client.get(send(recruiter_client, sort="name"))
    second = recruiter_client.get(LIST + first.context["next_url"], headers=HTMX).content.decode()

    assert len(names(first)) == 50
    assert [n for n in range(PEOPLE) if f"Person {n:03}" in second] == list(range(50, PEOPLE))


def test_address_with_a_long_rule_leads_to_the_short_one(recruiter_client: Client, people: list[Candidate]) -> None:
    answer = recruiter_client.get(LIST, {"filter": json.dumps(RULE), "sort": "name"})

    assert (answer.status_code, len(answer.headers["Location"]) < 200) == (302, True)
    assert recruiter_client.get(answer.headers["Location"]).context["listing"].total == PEOPLE


def test_short_rule_stays_in_the_address(recruiter_client: Client, tenant: Tenant) -> None:
    rule = {"all": [{"field": "city", "op": "is", "value": "Lund"}]}

    assert json.loads(key_in(send(recruiter_client, rule, q="lund"))) == rule
    assert send(recruiter_client, {"all": []}) == f"{LIST}?"
    with open_tenant(tenant):
        assert not KeptRule.objects.exists()


def test_same_rule_is_kept_once(recruiter_client: Client, tenant: Tenant) -> None:
    assert send(recruiter_client) == send(recruiter_client)
    with open_tenant(tenant):
        assert KeptRule.objects.count() == 1


def test_editor_begins_with_the_kept_rule(recruiter_client: Client) -> None:
    shown = recruiter_client.get(ADVANCED, {"filter": key_in(send(recruiter_client))})

    assert json.loads(shown.context["rule"]) == {"all": [RULE]}


def test_becomes_a_segment(recruiter_client: Client, tenant: Tenant, people: list[Candidate]) -> None:
    editor = recruiter_client.get(ADVANCED, {"filter": key_in(send(recruiter_client))})
    builder = recruiter_client.get("/o/acme/segments/new/", {"rule": editor.context["rule_in_address"]})
    rule = builder.context["form"].rule_text
    recruiter_client.post("/o/acme/segments/new/", {"name": "Many", "rule": rule})

    with open_tenant(tenant):
        assert (Segment.objects.get().rule, Segment.objects.get().size) == ({"all": [RULE]}, PEOPLE)


def test_becomes_a_view_that_outlasts_the_key(
    recruiter_client: Client, tenant: Tenant, people: list[Candidate]
) -> None:
    query = recruiter_client.get(send(recruiter_client, sort="name")).context["query"]
    opened = recruiter_client.post("/o/acme/views/new/", {"name": "Many", "query": query})
    with open_tenant(tenant):
        view = SavedView.objects.get()
        KeptRule.objects.all().delete()

    assert opened.headers["Location"] == f"{LIST}?view={view.pk}"
    shown = recruiter_client.get(opened.headers["Location"], follow=True)
    assert len(shown.redirect_chain[0][0]) < 200
    assert (shown.context["listing"].total, shown.context["is_modified"]) == (PEOPLE, False)
    changed = recruiter_client.get(shown.redirect_chain[0][0] + "&q=Person")
    assert changed.context["is_modified"]


def test_view_with_a_long_rule_is_counted(
    recruiter: Member, recruiter_client: Client, tenant: Tenant, people: list[Candidate]
) -> None:
    with open_tenant(tenant):
        query = recruiter_client.get(send(recruiter_client)).context["query"]
        view = saved_views.create(name="Many", query=query, is_shared=False, owner=recruiter)
        assert saved_views.count(view, now=timezone.now(), zone="UTC") == PEOPLE


def test_is_exported_whole(owner_client: Client, tenant: Tenant, people: list[Candidate]) -> None:
    query = owner_client.get(send(owner_client)).context["query"]
    form = owner_client.get("/o/acme/exports/new/", {"query": query})
    owner_client.post("/o/acme/exports/new/", {"query": form.context["query"], "format": "csv"})

    with open_tenant(tenant):
        assert (Export.objects.get().written, "engineer" in Export.objects.get().query) == (PEOPLE, True)


def test_everybody_who_matches_is_acted_on(recruiter_client: Client, tenant: Tenant, people: list[Candidate]) -> None:
    query = recruiter_client.get(send(recruiter_client)).context["query"]
    recruiter_client.post("/o/acme/candidates/bulk/tag/", {"all_matching": "1", "query": query, "tag": "warm"})

    with open_tenant(tenant):
        done = BulkOperation.objects.get()
        assert (done.total, "engineer" in done.selection["query"]) == (PEOPLE, True)


def test_gone_key_means_nobody_and_says_so(recruiter_client: Client, tenant: Tenant, people: list[Candidate]) -> None:
    address = send(recruiter_client)
    with open_tenant(tenant):
        now = timezone.now()
        assert [kept_rules.forget_old(now=now + timedelta(days=days)) for days in (364, 366)] == [0, 1]

    shown = recruiter_client.get(address)
    editor = recruiter_client.get(ADVANCED, {"filter": key_in(address), "country": "SE"})
    begun = recruiter_client.get("/o/acme/segments/new/", {"rule": key_in(address)})
    assert (names(shown), "is gone" in shown.content.decode()) == ([], True)
    assert ("is gone" in begun.content.decode(), "is gone" in editor.content.decode()) == (True, True)
    assert json.loads(editor.context["rule"])["all"][0]["field"] == "country"
    refused = recruiter_client.post(
        "/o/acme/candidates/bulk/tag/", {"all_matching": "1", "query": shown.context["query"]}
    )
    with open_tenant(tenant):
        assert (refused.status_code < 500, BulkOperation.objects.exists()) == (True, False)


def test_rule_of_another_workspace_is_not_found(
    recruiter_client: Client, outsider: Member, people: list[Candidate]
) -> None:
    shown = logged_in(outsider).get("/o/other/candidates/", {"filter": key_in(send(recruiter_client))})

    assert (names(shown), "is gone" in shown.context["chosen"].gone) == ([], True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "The rule is not valid JSON."),
        (json.dumps({"any": [RULE["any"][0]] * 61}), "This rule has 61 conditions; 60 are the most."),
        (json.dumps({"all": [{"field": "shoe_size", "op": "is", "value": 44}]}), "At 1: There is no field"),
    ],
)
def test_bad_rule_is_told_where_it_is_written(recruiter_client: Client, text: str, said: str) -> None:
    answer = recruiter_client.post(ADVANCED, {"filter": text, "q": "go"})

    assert (answer.status_code, said in answer.content.decode(), answer.context["kept"]) == (422, True, [("q", "go")])


def test_api_keeps_rules_and_filters_by_their_keys(owner_client: Client, people: list[Candidate]) -> None:
    kept = owner_client.post("/o/acme/api/v1/candidates/rules/", {"rule": RULE}, content_type="application/json").json()
    found = owner_client.get("/o/acme/api/v1/candidates/", {"filter": kept["filter"], "limit": "200"}).json()
    gone = owner_client.get("/o/acme/api/v1/candidates/", {"filter": "kept:\0nothing"})
    bad = owner_client.post("/o/acme/api/v1/candidates/rules/", {"rule": {"any": 1}}, content_type="application/json")

    assert (kept["filter"][:5], len(found["results"])) == ("kept:", PEOPLE)
    assert (gone.status_code, bad.status_code) == (400, 400)


def longer(number: int) -> str:
    """A rule that is kept, unlike all others."""
    return json.dumps({"any": [*MEMBERS, {"field": "city", "op": "is", "value": f"Town {number}"}]})


def test_who_keeps_too_many_loses_what_was_needed_longest_ago(
    inside: UUID, recruiter: Member, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_rules, "MOST_RULES", 3)
    begin = timezone.now()
    with seen_by(owner.pk):
        colleagues = kept_rules.short(longer(99), now=begin - timedelta(days=1))
    with seen_by(recruiter.pk):
        keys = [kept_rules.short(longer(n), now=begin + timedelta(seconds=n)) for n in range(3)]
        kept_rules.short(longer(0), now=begin + timedelta(seconds=10))
        keys.append(kept_rules.short(longer(3), now=begin + timedelta(seconds=11)))

    gone = [number for number, key in enumerate(keys) if not kept(key)]
    assert (gone, kept(colleagues)) == ([1], True)


def test_letters_of_one_member_are_counted_together(
    inside: UUID, recruiter: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_rules, "MOST_TOGETHER", 2 * len(longer(1)))
    begin = timezone.now()
    with seen_by(recruiter.pk):
        keys = [kept_rules.short(longer(n), now=begin + timedelta(seconds=n)) for n in range(3)]

    assert [kept(key) for key in keys] == [False, True, True]


def kept(key: str) -> bool:
    try:
        return bool(kept_rules.whole(key))
    except kept_rules.RuleGone:
        return False
