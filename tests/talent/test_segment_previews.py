"""What a rule finds, costs and would change; who was in when."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import Enrolment
from talent.filters import catalogue
from talent.filters.clock import here
from talent.models import Candidate
from talent.services import pool_feeds, segment_history, segment_previews, segments, upkeep
from talent.services.segment_previews import Part
from talent.services.segment_recipes import RECIPES
from tests.conftest import _owner_connection as owner_connection
from tests.factories.outreach import a_sequence
from tests.factories.people import a_tenant
from tests.factories.pools import a_pool
from tests.factories.talent import NOW, a_candidate
from tests.talent.test_compile import _crowd
from tests.talent.test_membership import a_segment, country, move
from tests.talent.test_segment_pages import PATH

EMPTY = {"field": "title", "op": "contains", "value": "astronaut"}


def two_people() -> list[Candidate]:
    ann, bob = a_candidate("Ann", "ann@example.com"), a_candidate("Bob", "bob@example.com")
    move(bob, "DE")
    return [ann, bob]


def test_parts_say_which_condition_leaves_nobody(inside: UUID) -> None:
    two_people()
    rule = catalogue.parse({"all": [country("SE"), EMPTY, country("DE")]})

    assert segment_previews.parts(rule=rule, now=NOW) == [
        Part("In Sweden", 1, 1, False),
        Part("Whose title contains “astronaut”", 0, 0, True),
        Part("In Germany", 1, 0, False),
    ]


def test_preview_measures_what_it_looks_at(inside: UUID) -> None:
    two_people()

    preview = segment_previews.count_and_samples(rule=catalogue.parse(country("SE", "DE")), now=NOW)

    assert (preview.count, preview.looked_at, preview.milliseconds > 0) == (2, 2, True)


def test_diff_lists_who_enters_and_who_leaves(inside: UUID) -> None:
    ann, bob = two_people()
    segment = a_segment(country("SE"))

    found = segment_previews.diff(segment=segment, rule=catalogue.parse(country("DE")), now=NOW)

    assert (found.added, found.removed) == (1, 1)
    assert ([p.pk for p in found.joining], [p.pk for p in found.leaving]) == ([bob.pk], [ann.pk])


def test_uses_name_segments_and_running_sequences(inside: UUID) -> None:
    ann, _ = two_people()
    segment, sequence = a_segment(country("SE"), "Inner"), a_sequence()
    outer = a_segment({"field": "segment", "op": "is_any_of", "value": [str(segment.pk)]}, "Outer")
    Enrolment.objects.create(sequence=sequence, candidate=ann, segment=segment, enrolled_at=NOW)

    pool = a_pool("Bench")
    pool_feeds.feed(pool=pool, segment=segment, by=SYSTEM, now=NOW)

    named = [("segment", outer.pk), ("pool", pool.pk), ("sequence", sequence.pk)]
    assert [(use.kind, use.key) for use in segments.uses_of(segment)] == named
    row = next(row for row in segments.overview(now=NOW) if row.segment == segment)
    assert [(use.kind, use.key) for use in row.uses] == named


SERVED = [
    (country("SE"), True),
    ({"field": "skill", "op": "is_any_of", "value": ["skill 7"]}, True),
    ({"field": "last_contacted", "op": "in_last", "value": 7}, True),
    ({"all": [EMPTY, country("SE")]}, True),
    ({"field": "headline", "op": "contains", "value": "astronaut"}, False),
    ({"field": "bucket", "op": "drawn", "value": {"experiment": "spring", "percent": 10}}, False),
    *((dict(recipe.rule), True) for recipe in RECIPES),
]
UNSERVED = SERVED[4][0]


def test_rules_that_no_index_serves_are_told_apart(committed: None) -> None:
    owner = a_tenant()
    with open_tenant(owner):
        _crowd(3000)
    with owner_connection(connection.settings_dict["NAME"]) as database:
        database.execute("VACUUM ANALYZE talent_candidate")

    with open_tenant(owner):
        clock = here(NOW)
        found = [(rule, segment_previews.is_served(catalogue.parse(rule), clock)) for rule, _ in SERVED]

    assert found == SERVED


def test_unserved_rules_are_refused_among_very_many(inside: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_previews, "LARGE", 1)
    two_people()

    with pytest.raises(segment_previews.TooSlow, match="No index serves this rule"):
        segments.create(name="Slow", rule=UNSERVED, by=SYSTEM, now=NOW)
    assert segments.create(name="All", rule={"all": []}, by=SYSTEM, now=NOW).size == 2


def test_years_of_experience_alone_are_refused_with_what_to_ask_instead(
    inside: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_previews, "LARGE", 1)
    two_people()
    years = {"field": "experience", "op": "ge", "value": 5}

    with pytest.raises(segment_previews.TooSlow, match=r"“Years of experience” is counted anew .* seniority is kept"):
        segments.create(name="Slow", rule={"all": [years]}, by=SYSTEM, now=NOW)


def test_time_travel_shows_who_was_in(inside: UUID) -> None:
    ann, _ = two_people()
    segment = a_segment(country("SE"))
    move(ann, "DE")
    upkeep.keep(people=[ann.pk], now=NOW + timedelta(days=2))

    sizes = [segment_history.then(segment=segment, at=NOW + timedelta(days=n)).size for n in (-1, 1, 3)]

    assert sizes == [0, 1, 0]
    (place,) = segment_history.of_person(segment=segment, candidate_id=ann.pk)
    assert (place.entered_by, place.left_by) == ("rule", "data")


def test_pages_show_the_past_and_the_difference(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        two_people()
        segment = segments.create(name="Swedes", rule=country("SE"), by=SYSTEM, now=timezone.now())
    today = timezone.now().date().isoformat()
    rule = '{"field": "country", "op": "is_any_of", "value": ["DE"]}'

    past = recruiter_client.get(f"{PATH}{segment.pk}/then/?on={today}").content.decode()
    preview = recruiter_client.post(f"{PATH}preview/", {"rule": rule, "segment": segment.pk}).content.decode()

    assert ("1 person was in" in past, "Ann" in past) == (True, True)
    assert "Removes 1, adds 1." in preview
    assert recruiter_client.get(f"{PATH}{segment.pk}/then/?on=nonsense").status_code == 422


def test_api_tells_the_difference_and_the_past(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        two_people()
        segment = segments.create(name="Swedes", rule=country("SE"), by=SYSTEM, now=timezone.now())
    root = f"/o/acme/api/v1/segments/{segment.pk}/"

    diff = recruiter_client.post(f"{root}diff/", {"rule": country("DE")}, content_type="application/json").json()
    past = recruiter_client.get(f"{root}then/?at=2020-01-01T00:00:00Z").json()

    assert (diff["added"], diff["removed"], diff["leaving"][0]["name"]) == (1, 1, "Ann")
    assert (past["size"], past["people"]) == (0, [])
    for wrong in ("at=nonsense", "on=nonsense", "on=9999-12-31", "on=0001-01-01"):
        assert recruiter_client.get(f"{root}then/?{wrong}").status_code == 400


def test_day_means_the_same_to_the_api_and_to_the_page(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        two_people()
        segment = segments.create(name="Swedes", rule=country("SE"), by=SYSTEM, now=timezone.now())
        today = here(timezone.now()).today
    yesterday = today - timedelta(days=1)

    sizes = [
        recruiter_client.get(f"/o/acme/api/v1/segments/{segment.pk}/then/?on={day}").json()["size"]
        for day in (yesterday, today)
    ]
    page = recruiter_client.get(f"{PATH}{segment.pk}/then/?on={yesterday}").content.decode()

    assert (sizes, "0 people were in" in page) == ([0, 1], True)


def test_deeply_nested_json_is_a_mistake(recruiter_client: Client) -> None:
    deep = "[" * 100_000 + "]" * 100_000

    page = recruiter_client.post(f"{PATH}preview/", {"rule": deep})
    api = recruiter_client.post("/o/acme/api/v1/segments/preview/", f'{{"rule": {deep}}}', "application/json")

    assert (page.status_code, api.status_code) == (422, 400)
