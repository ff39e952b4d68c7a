"""The list of people, and acts on many."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm import paging
from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from crm.viewing import seen_by
from talent.models import Candidate, FencedCandidate, Tag
from talent.profile import Place
from talent.services import candidates, labels, lines, listing, search
from talent.services.listing import Asked
from talent.services.search import TooSlow
from tests.factories.talent import NOW, a_candidate
from tests.talent.pages import HTMX, PATH, names, trigger


@pytest.mark.usefixtures("zoe", "mia")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Mia", "Zoë"]),
        ("q=python", ["Zoë"]),
        ("skill=Go&skill=python", ["Mia", "Zoë"]),
        ("all_skills=Go&all_skills=python", []),
        ("country=FR", ["Mia"]),
        ("country=FR&q=python", []),
        ("quiet=30", ["Mia", "Zoë"]),
        ("added=1", ["Mia", "Zoë"]),
        ("sort=name", ["Mia", "Zoë"]),
        ("sort=-name", ["Zoë", "Mia"]),
        ("sort=replied", ["Mia", "Zoë"]),
        ("sort=nonsense", ["Mia", "Zoë"]),
        ("after=nonsense", ["Mia", "Zoë"]),
        ("tag=nonsense", ["Mia", "Zoë"]),
        ("quiet=x", ["Mia", "Zoë"]),
    ],
)
def test_list_filters_and_sorts(recruiter_client: Client, query: str, found: list[str]) -> None:
    assert names(recruiter_client, query) == found


def test_list_says_what_it_could_not_read(recruiter_client: Client, zoe: Candidate) -> None:
    page = recruiter_client.get(f"{PATH}?tag=nonsense")

    assert [one.said for one in page.context["chosen"].problems] == [
        "Tag: “nonsense” is not one of the choices of “Tag”."
    ]


def test_chips_are_in_words_and_can_be_dropped(recruiter_client: Client, zoe: Candidate) -> None:
    chips = recruiter_client.get(f"{PATH}?country=SE&skill=Python&q=x").context["chosen"].chips

    assert [(c.field, c.operator, c.value, c.without) for c in chips] == [
        ("Skill", "is any of", "Python", "country=SE&q=x"),
        ("Country", "is any of", "Sweden", "skill=Python&q=x"),
    ]


def test_list_pages_show_everybody_once(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        Candidate.objects.bulk_create([Candidate(name=f"Person {n:03}", search_text="person") for n in range(120)])
    seen: list[str] = []
    for sort in ("name", "-name", "replied", "-contacted"):
        url = f"{PATH}?sort={sort}"
        while url:
            shown = recruiter_client.get(url).context
            seen += [row.name for row in shown["listing"].rows]
            url = PATH + shown["next_url"] if shown["next_url"] else ""

    assert sorted(seen) == sorted([f"Person {n:03}" for n in range(120)] * 4)


@pytest.mark.parametrize("most", [10_000, 4])
@pytest.mark.parametrize("query", ["q=python", "q=python&sort=name", "country=SE&sort=-replied", "country=SE&q=pyth"])
def test_what_is_counted_and_read_at_once_is_what_indexes_give(
    inside: UUID, monkeypatch: pytest.MonkeyPatch, query: str, most: int
) -> None:
    for n in range(5):
        a_candidate(f"Python {n}" if n % 2 else f"P{n}", f"p{n}@example.com")
        Candidate.objects.filter(name=f"P{n}").update(last_replied_at=NOW - timedelta(days=n))
    monkeypatch.setattr(listing, "RANKED", most)
    monkeypatch.setattr(paging, "COUNTED", most)
    asked, _ = listing.asked_in(QueryDict(query), "UTC")

    for limit in (2, 5):
        people = listing.matching(asked, NOW)
        by_index = listing.counted(asked, people, listing.Cut(limit=limit))
        at_once = listing.page(asked, now=NOW, limit=limit)
        assert (at_once.total, at_once.sort, at_once.page.after) == (5, by_index.sort, by_index.page.after)
        assert [one["pk"] for one in at_once.page.rows] == [one["pk"] for one in by_index.page.rows]


@contextmanager
def _never_in_time(seconds: float = 0) -> Iterator[None]:
    yield
    raise TooSlow


@pytest.mark.parametrize("is_slow", [False, True])
def test_many_are_read_along_the_order_or_else_by_the_index(
    inside: UUID, monkeypatch: pytest.MonkeyPatch, is_slow: bool
) -> None:
    people = [a_candidate(f"Python {n}", f"p{n}@example.com").pk for n in range(5)]
    monkeypatch.setattr(listing, "RANKED", 3)
    monkeypatch.setattr(paging, "COUNTED", 3)
    if is_slow:
        monkeypatch.setattr(search, "in_time", _never_in_time)
    asked, _ = listing.asked_in(QueryDict("q=python"), "UTC")

    first = listing.page(asked, now=NOW, limit=2)
    second = listing.page(asked, now=NOW, limit=2, after=first.page.after)
    assert (first.total, first.sort) == (4, "created")
    assert [one["pk"] for one in (*first.page.rows, *second.page.rows)] == people[:0:-1]


@pytest.mark.parametrize("sort", ["", "nonsense", *listing.ORDERS])
def test_everybody_is_read_as_whoever_is_asked_for(owner: Member, inside: UUID, sort: str) -> None:
    for n in range(5):
        person = a_candidate(f"P {n}", f"p{n}@example.com", place=Place("Lyon, France"))
        labels.tag(candidates=[person], name=f"Tag {n}", by=SYSTEM, now=NOW)
        times = {"last_replied_at": NOW - timedelta(days=n, microseconds=n), "last_contacted_at": NOW}
        Candidate.objects.filter(pk=person.pk).update(owner=owner, **(times if n % 2 else {}))
    asked, columns = Asked(sort=sort), listing.LINE
    after = ["", ""]

    for _ in range(3):
        usual = listing.page(asked, now=NOW, after=after[0], limit=2, columns=columns)
        shown = lines.show(asked, now=NOW, after=after[1], limit=2)
        assert (shown.rows, shown.total, shown.sort) == (lines.rows(usual.page.rows), usual.total, usual.sort)
        after = [usual.page.after, shown.after]
    assert after == ["", ""]


def counted(country: str) -> tuple[int, int]:
    """How many a filtered list says there are, and by how many statements that count."""
    asked, _ = listing.asked_in(QueryDict(f"country={country}"), "UTC")
    with CaptureQueriesContext(connection) as queries:
        total = listing.page(asked, now=NOW, limit=2).total
    return total, sum("COUNT(*)" in query["sql"] for query in queries.captured_queries)


@pytest.mark.parametrize("collects", [True, False])
def test_more_than_is_counted_is_kept_for_whoever_looked(
    inside: UUID, monkeypatch: pytest.MonkeyPatch, collects: bool
) -> None:
    a_candidate("Ada", "ada@example.com", place=Place("Lyon, France"))
    for n in range(4):
        a_candidate(f"P {n}", f"p{n}@example.com")
    monkeypatch.setattr(paging, "COUNTED", 3)
    monkeypatch.setattr(paging.Counting, "guess", lambda _: paging.Guess(1000, collects))

    assert [counted("SE"), counted("SE"), counted("FR"), counted("FR")] == [(4, 1), (4, 0), (1, 1), (1, 1)]
    with seen_by(inside):
        assert counted("SE") == (4, 1)


def test_a_count_is_guessed_before_it_is_made(inside: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    counting = paging.counting(FencedCandidate.objects.filter(skill_keys__overlap=["python"]))

    assert counting is not None
    guess = counting.guess()
    assert (guess.rows > 0, guess.collects, guess.are_everywhere) == (True, True, False)
    assert paging.counting(FencedCandidate.objects.none()) is None


def test_list_answers_htmx_with_rows_only(recruiter_client: Client, zoe: Candidate) -> None:
    page = recruiter_client.get(f"{PATH}?q=zo&sort=", headers=HTMX)

    assert (b"<html" in page.content, page.headers["HX-Replace-Url"]) == (False, f"{PATH}?q=zo")


def test_nearly_right_names_are_offered(recruiter_client: Client, zoe: Candidate) -> None:
    listing = recruiter_client.get(f"{PATH}?q=angstrm").context["listing"]

    assert (listing.nearly, [row.name for row in listing.rows]) == (True, ["Zoë Ångström"])


@pytest.mark.parametrize("people", [1, 3])
def test_list_costs_the_same_for_any_number(recruiter_client: Client, tenant: Tenant, people: int) -> None:
    with open_tenant(tenant):
        for n in range(people):
            labels.tag(candidates=[a_candidate(f"P {n}", f"p{n}@example.com")], name=f"t{n}", by=SYSTEM, now=NOW)
    recruiter_client.get(PATH)

    with CaptureQueriesContext(connection) as queries:
        recruiter_client.get(PATH)

    assert len(queries) == LIST_QUERIES


LIST_QUERIES = 9  # log-in and door 6, shell 1; count and page, names


def test_filter_dialog_keeps_what_is_chosen(recruiter_client: Client, zoe: Candidate) -> None:
    page = recruiter_client.get(f"{PATH}filter/?skill=Python&q=abc")

    assert (page.context["choosers"][0]["chosen"], page.context["kept"]) == (
        [{"value": "Python", "label": "Python"}],
        [("q", "abc")],
    )


def test_pick_finds_people(recruiter_client: Client, zoe: Candidate, mia: Candidate) -> None:
    found = recruiter_client.get(f"{PATH}pick/?q=zo").json()

    assert found == [{"value": str(zoe.pk), "label": "Zoë Ångström", "detail": "Data engineer · Nordlicht · Stockholm"}]


def bulk(client: Client, act: str, people: list[Candidate], **fields: object) -> dict[str, dict[str, str]]:
    sent = {"ids": ",".join(str(p.pk) for p in people), **fields}
    return trigger(client.post(f"{PATH}bulk/{act}/", sent, headers=HTMX))


def tag_key(tenant: Tenant) -> UUID:
    with open_tenant(tenant):
        return Tag.objects.get().pk


def test_bulk_tag_and_its_undo(recruiter_client: Client, tenant: Tenant, zoe: Candidate, mia: Candidate) -> None:
    with open_tenant(tenant):
        labels.tag(candidates=[zoe], name="speaker", by=SYSTEM, now=NOW)

    toast = bulk(recruiter_client, "tag", [zoe, mia], tag="speaker")["crm:toast"]
    undone = trigger(recruiter_client.post(toast["undo"], headers=HTMX))["crm:toast"]

    assert (toast["text"], undone["text"]) == (
        "Tag “speaker”: 1 person changed (1 so already)",
        "Taken back for 1 person",
    )
    assert names(recruiter_client, f"tag={tag_key(tenant)}") == ["Zoë"]
    again = trigger(recruiter_client.post(toast["undo"], headers=HTMX))["crm:toast"]
    assert again == {"text": "This can no longer be undone.", "tone": "error"}


def test_bulk_owner_and_its_undo(
    recruiter_client: Client, tenant: Tenant, recruiter: Member, owner: Member, zoe: Candidate, mia: Candidate
) -> None:
    with open_tenant(tenant):
        candidates.assign(candidates=[zoe], owner=owner, by=SYSTEM, now=NOW)

    toast = bulk(recruiter_client, "owner", [zoe, mia], owner=recruiter.pk)["crm:toast"]
    mine = names(recruiter_client, f"owner={recruiter.pk}")
    recruiter_client.post(toast["undo"], headers=HTMX)

    assert (mine, names(recruiter_client, f"owner={recruiter.pk}")) == (["Mia", "Zoë"], [])
    assert names(recruiter_client, f"owner={owner.pk}") == ["Zoë"]


def test_bulk_for_all_that_match_obeys_the_filter(
    recruiter_client: Client, tenant: Tenant, zoe: Candidate, mia: Candidate
) -> None:
    toast = bulk(recruiter_client, "tag", [], tag="lyon", all_matching="1", query="country=FR")["crm:toast"]

    assert toast["text"] == "Tag “lyon”: 1 person changed"


@pytest.mark.parametrize("ids", ["nonsense", "0190a5e0-0000-7000-8000-000000000000", ""])
def test_bulk_of_nobody_changes_nothing(recruiter_client: Client, zoe: Candidate, ids: str) -> None:
    answer = recruiter_client.post(f"{PATH}bulk/tag/", {"ids": ids, "tag": "x"}, headers=HTMX)

    assert trigger(answer)["crm:toast"] == {"text": "Tag “x”: 0 people changed"}


def test_palette_finds_people(recruiter_client: Client, zoe: Candidate) -> None:
    groups = recruiter_client.get("/o/acme/palette/?q=angs").json()["groups"]

    found = [(g["label"], [i["title"] for i in g["items"]]) for g in groups]
    assert found == [("People", ["Zoë Ångström", "All results for “angs”"])]


def test_list_says_where_the_words_could_not_be_read(recruiter_client: Client, zoe: Candidate) -> None:
    page = recruiter_client.get(f"{PATH}", {"q": "(python"})

    assert [row.name for row in page.context["listing"].rows] == ["Zoë Ångström"]
    assert "At character 1, this bracket is never closed." in page.content.decode()


def test_list_gives_up_a_search_that_takes_too_long(
    recruiter_client: Client, zoe: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    asleep = RawSQL("(SELECT true FROM pg_sleep(2))", [], output_field=BooleanField())
    monkeypatch.setattr(search, "where", lambda _: Q(asleep))
    monkeypatch.setattr(search, "SECONDS", 0.05)

    page = recruiter_client.get(f"{PATH}", {"q": "python"})

    assert (page.status_code, page.context["listing"].problems) == (200, (search.TOO_SLOW,))
