"""Saved views, columns, and the rule on the list."""

from __future__ import annotations

import json
from html import unescape
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, SavedView, Tag
from talent.services import columns, saved_views
from talent.services.saved_views import NameTaken, NotYours, TooManyPins, TooManyViews
from tests.conftest import logged_in
from tests.factories.talent import a_candidate

LIST = "/o/acme/candidates/"
SWEDES = json.dumps({"all": [{"field": "country", "op": "is_any_of", "value": ["SE"]}]})


def a_view(owner: Member, name: str = "Swedes", query: str = "country=SE", is_shared: bool = False) -> SavedView:
    return saved_views.create(name=name, query=query, is_shared=is_shared, owner=owner)


@pytest.fixture
def view(tenant: Tenant, recruiter: Member) -> SavedView:
    with open_tenant(tenant):
        return a_view(recruiter)


def test_queries_are_compared_whatever_their_order() -> None:
    assert saved_views.canonical("b=2&a=1&after=x&view=y&c=") == saved_views.canonical("a=1&b=2&own=1")


def test_name_is_taken_once(inside: UUID, recruiter: Member) -> None:
    a_view(recruiter)

    with pytest.raises(NameTaken):
        a_view(recruiter)


def test_key_alone_leads_to_the_whole_address(recruiter_client: Client, view: SavedView) -> None:
    answer = recruiter_client.get(f"{LIST}?view={view.pk}")

    assert answer.headers["Location"] == f"{LIST}?view={view.pk}&country=SE"


def test_list_says_whether_the_view_is_modified(recruiter_client: Client, view: SavedView) -> None:
    asked = [recruiter_client.get(f"{LIST}?view={view.pk}&country={code}") for code in ("SE", "DE")]

    assert [answer.context["is_modified"] for answer in asked] == [False, True]
    assert f"/views/{view.pk}/save/" in asked[1].content.decode()


def test_saving_changes_what_the_view_shows(recruiter_client: Client, tenant: Tenant, view: SavedView) -> None:
    recruiter_client.post(f"/o/acme/views/{view.pk}/save/", {"query": f"view={view.pk}&country=DE"})

    with open_tenant(tenant):
        assert SavedView.objects.get().query == "country=DE"


def test_save_as_makes_one_from_the_list(recruiter_client: Client, tenant: Tenant) -> None:
    sent = {"name": "Germans", "query": "country=DE&sort=name", "is_shared": "on"}
    to = recruiter_client.post("/o/acme/views/new/", sent).headers["Location"]

    with open_tenant(tenant):
        made = SavedView.objects.get()
    assert (to, made.is_shared) == (f"{LIST}?view={made.pk}&country=DE&sort=name", True)


def test_private_views_are_private(viewer: Member, view: SavedView) -> None:
    assert logged_in(viewer).post(f"/o/acme/views/{view.pk}/pin/").status_code == 404


def test_shared_views_are_changed_by_their_owner_only(inside: UUID, recruiter: Member, viewer: Member) -> None:
    shared = a_view(recruiter, is_shared=True)

    with pytest.raises(NotYours):
        saved_views.change(view=shared, by=viewer, query="")


def test_pins_stand_in_the_rail_in_their_order(inside: UUID, recruiter: Member) -> None:
    views = [a_view(recruiter, f"View {n}") for n in range(3)]
    for one in views:
        saved_views.pin(view=one, member=recruiter, is_pinned=True)
    saved_views.move(view=views[2], member=recruiter, by=-1)

    assert [one.name for one in saved_views.pinned(recruiter)] == ["View 0", "View 2", "View 1"]


def test_rail_has_room_for_seven(inside: UUID, recruiter: Member) -> None:
    views = [a_view(recruiter, f"View {n}") for n in range(8)]
    for one in views[:7]:
        saved_views.pin(view=one, member=recruiter, is_pinned=True)

    with pytest.raises(TooManyPins):
        saved_views.pin(view=views[7], member=recruiter, is_pinned=True)


def test_pinned_view_is_on_every_page_and_counted_on_today(
    recruiter_client: Client, tenant: Tenant, view: SavedView
) -> None:
    with open_tenant(tenant):
        a_candidate()
    recruiter_client.post(f"/o/acme/views/{view.pk}/pin/")
    pages = [recruiter_client.get(path).content.decode() for path in (LIST, "/o/acme/")]

    assert [f"?view={view.pk}" in page for page in pages] == [True, True]
    assert "Your views" in pages[1]


def test_page_of_views_can_be_read(recruiter_client: Client, view: SavedView) -> None:
    recruiter_client.post(f"/o/acme/views/{view.pk}/archive/")
    answer = recruiter_client.get("/o/acme/views/")

    assert [row["view"].name for row in answer.context["archived"]] == ["Swedes"]


# --- columns and rule


def test_chosen_columns_are_shown(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_candidate()
    html = recruiter_client.get(f"{LIST}?columns=email&columns=company").content.decode()

    assert ("zoe@example.com" in html, "Nordlicht" in html, "Owner, source" in html) == (True, True, False)


def test_columns_cost_the_same_queries_for_any_number_of_rows(inside: UUID, recruiter: Member) -> None:
    people = [a_candidate(f"Person {n}", f"p{n}@example.com").pk for n in range(3)]
    Candidate.objects.update(owner=recruiter, tag_ids=[Tag.objects.create(name="speaker").pk])
    every, now = list(columns.COLUMNS.values()), Candidate.objects.latest("created_at").created_at
    counted = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as queries:
            assert len(columns.cells(some, every, now)) == len(some)
        counted.append(len(queries))

    assert counted == [7, 7]


def test_rule_filters_the_list_and_is_told(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_candidate()
        Candidate.objects.create(name="Elsewhere", country="DE")
    answer = recruiter_client.get(LIST, {"filter": SWEDES})

    assert [row.name for row in answer.context["listing"].rows] == ["Zoë Ångström"]
    assert "Sweden" in answer.context["rule"]


@pytest.mark.parametrize("rule", ["{", '{"field": "nope", "op": "is", "value": 1}', "[]"])
def test_broken_rule_is_told_and_left_out(recruiter_client: Client, tenant: Tenant, rule: str) -> None:
    answer = recruiter_client.get(LIST, {"filter": rule})

    assert (answer.status_code, len(answer.context["chosen"].problems)) == (200, 1)


def test_advanced_begins_with_the_chips(recruiter_client: Client) -> None:
    answer = recruiter_client.get(f"{LIST}advanced/?country=SE&sort=name")

    assert json.loads(answer.context["rule"]) == json.loads(SWEDES)
    assert answer.context["kept"] == [("sort", "name")]


@pytest.mark.parametrize("sort", ["two-way", "engagement", "seniority"])
def test_every_sort_can_be_paged(recruiter_client: Client, tenant: Tenant, sort: str) -> None:
    with open_tenant(tenant):
        Candidate.objects.bulk_create([Candidate(name=f"P {n}", seniority=n % 7 or None) for n in range(60)])
    first = recruiter_client.get(LIST, {"sort": sort}).context["listing"]
    second = recruiter_client.get(LIST, {"sort": sort, "after": first.after}).context["listing"]

    assert len({row.id for row in (*first.rows, *second.rows)}) == 60


def test_api_keeps_views(recruiter_client: Client, tenant: Tenant, recruiter: Member) -> None:
    root = "/o/acme/api/v1/views/"
    made = recruiter_client.post(
        root, {"name": "Swedes", "query": "country=SE"}, content_type="application/json"
    ).json()
    changed = recruiter_client.patch(f"{root}{made['id']}/", {"name": "All"}, content_type="application/json").json()
    gone = recruiter_client.delete(f"{root}{made['id']}/")

    assert (made["owner"], changed["name"], gone.status_code) == (str(recruiter.pk), "All", 204)


def test_member_has_so_many_views(
    recruiter_client: Client, tenant: Tenant, view: SavedView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    more = {"name": "Germans", "query": "country=DE"}

    by_page = recruiter_client.post("/o/acme/views/new/", more)
    by_api = recruiter_client.post("/o/acme/api/v1/views/", more, content_type="application/json")
    renamed = recruiter_client.patch(f"/o/acme/api/v1/views/{view.pk}/", {"name": "Svear"}, "application/json")

    assert (by_page.status_code, "You have 1 views" in by_page.content.decode()) == (422, True)
    assert (by_api.status_code, "Delete one first" in by_api.content.decode()) == (400, True)
    assert renamed.json()["name"] == "Svear"


def test_long_views_of_one_member_are_counted_together(
    inside: UUID, recruiter: Member, owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_views, "MOST_LETTERS", 25)
    mine = a_view(recruiter)

    with pytest.raises(TooManyViews, match="25 letters"):
        a_view(recruiter, "Danes", "country=DK&city=Aarhus")
    saved_views.change(view=mine, by=recruiter, query="country=DK&city=Aarhus")
    assert a_view(owner, "Danes", "country=DK&city=Aarhus").query == "city=Aarhus&country=DK"


NESTED = '{"all": [{"field": "name", "op": "contains", "value": "a"}, {"any": [{"field": "nothing", "op": "is"}]}]}'
UNREADABLE = [
    ({"filter": NESTED}, "filter.all[1].any[0]", "“nothing”"),
    ({"filter": '{"all": ['}, "filter", "The rule is not JSON: "),
    ({"filter": "kept:gone"}, "filter", "This rule is gone"),
    ({"tag": "nonsense", "country": "SE"}, "tag", "Tag: “nonsense” is not one of the choices of “Tag”."),
]


@pytest.mark.parametrize(("asked", "path", "words"), UNREADABLE)
def test_what_the_list_would_leave_out_is_no_view(
    recruiter_client: Client, tenant: Tenant, view: SavedView, asked: dict[str, str], path: str, words: str
) -> None:
    query, root = urlencode(asked), "/o/acme/api/v1/views/"
    made = recruiter_client.post(root, {"name": "Odd", "query": query}, "application/json")
    changed = recruiter_client.patch(f"{root}{view.pk}/", {"query": query}, "application/json")
    page = recruiter_client.post("/o/acme/views/new/", {"name": "Odd", "query": query})
    saved = recruiter_client.post(f"/o/acme/views/{view.pk}/save/", {"query": query}, follow=True)

    (problem,) = made.json()["error"]["fields"]["query"]
    assert (made.status_code, changed.status_code, page.status_code) == (400, 400, 422)
    assert (problem["path"], words in problem["message"]) == (path, True)
    assert [words in unescape(one.content.decode()) for one in (page, saved)] == [True, True]
    with open_tenant(tenant):
        assert list(SavedView.objects.values_list("name", "query")) == [("Swedes", "country=SE")]


def test_name_that_the_list_does_not_know_is_no_part_of_a_view(recruiter_client: Client) -> None:
    sent = {"name": "Odd", "query": "contry=SE"}
    answer = recruiter_client.post("/o/acme/api/v1/views/", sent, "application/json")

    assert (answer.status_code, "“contry” is nothing that the list" in answer.content.decode()) == (400, True)
