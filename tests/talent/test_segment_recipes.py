"""The segments to begin with work as they are."""

from datetime import timedelta
from uuid import UUID

from django.test import Client

from crm.actors import SYSTEM
from talent.models import Candidate
from talent.services import segments
from talent.services.segment_recipes import RECIPES
from tests.factories.talent import NOW
from tests.talent.test_membership import people_in


def test_they_find_whom_they_speak_of(inside: UUID) -> None:
    then = NOW - timedelta(days=40)
    looking = Candidate.objects.create(name="Ann", job_search="looking", last_contacted_at=then, last_two_way_at=then)
    wrote = Candidate.objects.create(name="Ben", job_search="looking", last_replied_at=NOW, last_contacted_at=NOW)
    found = {
        recipe.key: people_in(segments.create(name=recipe.name, rule=recipe.rule, by=SYSTEM, now=NOW))
        for recipe in RECIPES
    }

    assert (found["looking"], found["unowned"], found["silver"]) == ({looking.pk}, {wrote.pk}, set())


def test_empty_page_offers_them_and_the_builder_begins_with_one(recruiter_client: Client) -> None:
    offered = recruiter_client.get("/o/acme/segments/").content.decode()
    begun = recruiter_client.get("/o/acme/segments/new/?recipe=looking").content.decode()

    assert [recipe.key for recipe in RECIPES if f"?recipe={recipe.key}" in offered] == [r.key for r in RECIPES]
    assert ('value="Looking, and nobody wrote"' in begun, "whose job search is" in begun) == (True, True)
