"""The page of a search: hits with reasons, facets, corrections, meaning."""

from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate
from talent.profile import Claim, Job, Place
from talent.search import embedding, grammar, rules
from talent.search.marking import marked
from talent.services import corrections, meanings, notes, passages, results, search
from talent.services.listing import Asked
from talent.services.results import Results, fuse
from tests.factories.talent import a_candidate
from tests.ground import shared

NOW = timezone.now()
PATH = "/o/acme/search/"


def people() -> None:
    """Zoë the data engineer, Mia the nurse, Kim who sells cars; passages of all of them."""
    zoe = a_candidate()
    note = "Talked about <b>Kafka</b> streams & pipelines; she would move to Ångermanland."
    notes.add(candidate=zoe, text=note, by=SYSTEM, author_id=None, now=NOW)
    nurse = Job("Nurse in intensive care", "Clinic Nord", "2019", "", True)
    a_candidate("Mia Laurent", "mia@example.com", phones=[], skills=[Claim("Triage")], jobs=[nurse])
    seller = Job("Car salesman", "Autohaus", "2019", "", True)
    place = Place("Lyon, France")
    a_candidate("Kim Salmon", "kim@example.com", phones=[], place=place, skills=[Claim("Negotiation")], jobs=[seller])
    while passages.keep(now=timezone.now()):
        pass


@shared
def known(inside: UUID) -> None:
    people()


def found(words: str, by: results.By = "words") -> Results:
    return results.show(Asked(words=words), by=by, now=NOW)


def names(hits: Results) -> list[str]:
    return [hit.row.name.split()[0] for hit in hits.hits]


def test_a_hit_shows_the_passage_with_its_words_marked_and_escaped(known: None) -> None:
    hit = found("kafka angermanland").hits[0]

    assert hit.snippet
    assert (hit.snippet.source, str(hit.snippet.html)) == (
        "Note",
        "Talked about &lt;b&gt;<mark>Kafka</mark>&lt;/b&gt; streams &amp; pipelines; "
        "she would move to <mark>Ångermanland</mark>.",
    )


@pytest.mark.parametrize(
    ("words", "who"),
    [("note:kafka", ["Zoë"]), ("note:python", []), ("resume:kafka", []), ("-note:kafka skill:triage", ["Mia"])],
)
def test_notes_and_documents_are_asked_by_their_passages(known: None, words: str, who: list[str]) -> None:
    assert names(found(words)) == who


def test_facets_count_the_people_found(known: None) -> None:
    counted = found("engineer OR nurse OR salesman").facets

    assert counted
    assert (counted.of, counted.is_part) == (3, False)
    countries = next(facet for facet in counted.facets if facet.label == "Countries")
    assert [(c.label, c.count, c.value) for c in countries.counts] == [("Sweden", 2, "SE"), ("France", 1, "FR")]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("negociation", "Negotiation"),
        ("skill:triagee", "skill:Triage"),
        ("lauront nurse", "Laurent nurse"),
        ("python", ""),
        ("qqqqqq", ""),
        ("lauront python", ""),
    ],
)
def test_did_you_mean(known: None, typed: str, meant: str) -> None:
    assert corrections.better(typed) == meant


def test_meaning_finds_who_says_it_differently(known: None) -> None:
    hits = found("hospital patients", by="meaning").hits

    assert (hits[0].row.name, hits[0].by) == ("Mia Laurent", "meaning")
    assert hits[0].snippet
    assert "Nurse in intensive care" in str(hits[0].snippet.html)


def test_few_hits_are_followed_by_people_near_in_meaning(known: None) -> None:
    nobody = found("hospital patients")

    assert (nobody.hits, nobody.close[0].row.name) == ([], "Mia Laurent")


def test_hard_conditions_hold_in_a_search_by_meaning(known: None) -> None:
    assert "Mia" not in names(found("hospital patients country:france", by="meaning"))
    assert "Mia" not in names(found("hospital patients -triage", by="meaning"))


def test_a_search_by_meaning_says_what_it_does_not_look_at(known: None) -> None:
    assert found("young female hospital nurse", by="meaning").left_out == ("age", "gender")


def test_the_scan_is_the_same_without_the_extension(known: None, monkeypatch: pytest.MonkeyPatch) -> None:
    vector, _ = meanings.query("hospital patients")
    assert vector
    with_it = meanings.passages(vector)

    monkeypatch.setattr(meanings, "has_extension", lambda: False)

    assert with_it
    assert meanings.passages(vector) == with_it


def test_of_many_people_a_filter_is_asked_after_the_scan(known: None, monkeypatch: pytest.MonkeyPatch) -> None:
    one = found("hospital patients country:sweden", by="meaning")
    monkeypatch.setattr(meanings, "FEW", 0)

    assert names(found("hospital patients country:sweden", by="meaning")) == names(one)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_sample_leaves_nobody_out_who_is_near(known: None, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(meanings, "SAMPLED", most)

    for words in ("hospital patients", "data pipelines", "sells cars"):
        vector, _ = meanings.query(words)
        assert vector
        everybody = meanings._of_some(vector, "", ())
        assert len(everybody) > most
        assert meanings._of_all(vector, most) == everybody[:most]


def test_meanings_of_other_tenants_are_not_found(known: None, db: None) -> None:
    vector, _ = meanings.query("hospital patients")
    assert vector
    assert meanings.passages(vector, Candidate.objects.none()) == []  # type: ignore[arg-type]


def test_without_the_model_words_are_searched_and_the_page_says_so(
    owner_client: Client, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "_model", lambda: None)
    with open_tenant(tenant):
        people()

    page = owner_client.get(PATH, {"q": "python", "by": "meaning"}).content.decode()

    assert "Search by meaning is not available on this server" in page
    assert "Zoë Ångström" in page


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({}, "Search everything your team knows"),
        ({"q": "python"}, "1 person"),
        ({"q": "zzzz"}, "Try fewer words"),
        ({"q": "negociation"}, "Did you mean"),
        ({"q": "(python"}, "At character 1, this bracket is never closed."),
        ({"q": "skill:python"}, "Save as segment"),
        ({"q": "python", "country": "SE"}, "Countries"),
        ({"q": "python", "after": "nonsense"}, "1 person"),
    ],
)
def test_page_says(owner_client: Client, tenant: Tenant, query: dict[str, str], says: str) -> None:
    with open_tenant(tenant):
        people()

    assert says in owner_client.get(PATH, query).content.decode()


def test_facet_leads_to_as_many_as_it_counts(owner_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        people()
        for n, skills in enumerate([("Go", "Rust"), ("Go",), ("Rust",)]):
            job = Job("Engineer", "Umbra", "2019", "", True)
            a_candidate(f"P {n}", f"p{n}@example.com", phones=[], jobs=[job], skills=[Claim(name) for name in skills])
    address, counts = "?q=engineer", []
    for label in ("Go", "Rust"):
        facets = owner_client.get(f"{PATH}{address}").context["facets"]
        one = next(c for facet in facets for c in facet["counts"] if c["label"] == label)
        address = one["url"]
        counts.append((one["count"], owner_client.get(f"{PATH}{address}").context["found"].listing.total))

    assert counts == [(2, 2), (1, 1)]


def test_api_gives_hits_with_reasons(owner_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        people()

    answer = owner_client.get("/o/acme/api/v1/search/", {"q": "kafka"}).json()

    assert (answer["total"], answer["results"][0]["stands_in"]) == (1, "Note")
    assert "<mark>Kafka</mark>" in answer["results"][0]["snippet"]


def test_palette_leads_to_all_results(owner_client: Client, tenant: Tenant) -> None:
    groups = owner_client.get("/o/acme/palette/", {"q": "zo e"}).json()["groups"]

    assert groups[0]["items"][-1]["url"] == "/o/acme/search/?q=zo+e"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("skill:python", {"field": "skill", "op": "is_any_of", "value": ["python"]}),
        (
            "title:lead -country:france",
            {
                "all": [
                    {"field": "title", "op": "contains", "value": "lead"},
                    {"not": {"field": "country", "op": "is_any_of", "value": ["FR"]}},
                ]
            },
        ),
        ("python", None),
        ("skill:python go", None),
    ],
)
def test_words_become_a_rule_where_it_says_the_same(inside: UUID, words: str, rule: object) -> None:
    assert rules.of(grammar.parse(words).node) == rule


def test_fusing_prefers_who_stands_in_both() -> None:
    a, b, c = (UUID(int=n) for n in range(3))

    assert fuse([[a, b], [c, b]]) == [b, a, c]


def test_a_long_text_is_cut_around_the_first_hit() -> None:
    shown = str(marked("word " * 100 + "needle " + "word " * 100, search.read("needle ").node))

    assert shown.startswith("… word")
    assert "<mark>needle</mark> word" in shown
    assert len(shown) < 320
