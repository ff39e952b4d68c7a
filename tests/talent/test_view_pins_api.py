"""The saved views in a member's rail, and those put away, through the API."""

from __future__ import annotations

from django.test import Client

from talent.models import Candidate
from tests.factories.machine import ROOT, Machine

VIEWS = f"{ROOT}views/"


def a_view(client: Client, name: str, **said: object) -> str:
    view: str = client.post(VIEWS, {"name": name, "query": "q=go", **said}, "application/json").json()["id"]
    return view


def pinned(client: Client) -> list[str]:
    return [view["name"] for view in client.get(f"{VIEWS}pinned/").json()]


def test_views_are_pinned_moved_and_unpinned(recruiter_client: Client) -> None:
    one, two = a_view(recruiter_client, "One"), a_view(recruiter_client, "Two")
    for view in (one, two):
        assert recruiter_client.put(f"{VIEWS}{view}/pin/").status_code == 204
    recruiter_client.patch(f"{VIEWS}{two}/pin/", {"shift": "earlier"}, "application/json")
    assert pinned(recruiter_client) == ["Two", "One"]

    recruiter_client.delete(f"{VIEWS}{two}/pin/")
    assert pinned(recruiter_client) == ["One"]


def test_rail_has_an_end(recruiter_client: Client) -> None:
    views = [a_view(recruiter_client, f"View {n}") for n in range(8)]

    assert [recruiter_client.put(f"{VIEWS}{view}/pin/").status_code for view in views] == [204] * 7 + [400]


def test_archived_view_leaves_the_rail(recruiter_client: Client) -> None:
    view = a_view(recruiter_client, "One")
    recruiter_client.put(f"{VIEWS}{view}/pin/")
    gone = recruiter_client.patch(f"{VIEWS}{view}/", {"archived": True}, "application/json").json()
    assert (gone["archived_at"] is not None, pinned(recruiter_client)) == (True, [])

    back = recruiter_client.patch(f"{VIEWS}{view}/", {"archived": False}, "application/json").json()
    assert back["archived_at"] is None


def test_rail_is_a_members_own(recruiter_client: Client, owner_client: Client, machine: Machine) -> None:
    private, shared = a_view(recruiter_client, "Mine"), a_view(recruiter_client, "Ours", is_shared=True)

    assert owner_client.put(f"{VIEWS}{private}/pin/").status_code == 404
    assert owner_client.patch(f"{VIEWS}{shared}/", {"archived": True}, "application/json").status_code == 403
    assert owner_client.put(f"{VIEWS}{shared}/pin/").status_code == 204
    assert (pinned(owner_client), pinned(recruiter_client)) == (["Ours"], [])
    assert machine.call("put", f"views/{shared}/pin/")[0] == 403


def test_view_shows_the_same_people_as_its_list(recruiter_client: Client, zoe: Candidate, mia: Candidate) -> None:
    made = {"name": "Swedes", "query": "country=SE&columns=skills"}
    query = recruiter_client.post(VIEWS, made, "application/json").json()["query"]
    shown = recruiter_client.get(f"{ROOT}candidates/?{query}").json()

    assert [one["id"] for one in shown["results"]] == [str(zoe.pk)]
