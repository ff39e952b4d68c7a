"""Skills with state and country: what the index is asked, and that it leads to whom the columns describe."""

from __future__ import annotations

import re
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices import RelationshipState
from talent.filters import catalogue
from talent.filters.compile import candidates
from talent.models import Candidate
from talent.search.placed import MOST, THEN, Place
from tests.factories.people import a_tenant
from tests.factories.talent import NOW
from tests.talent.test_tree import leaf

ZONE = ZoneInfo("Europe/Stockholm")
ODD = ("o'brien", "back\\slash", "c++", "a:* | b", "python 3", "python", "łódź", '"quoted" & !', "100%", "''")
PYTHON, AUSTRIA = leaf("skill", "is_any_of", ["Python"]), leaf("country", "is_any_of", ["AT"])
LEAD, NOT_TALKING = leaf("state", "is_any_of", ["lead"]), leaf("state", "is_none_of", ["in_talks"])
BOTH = leaf("skill", "is_all_of", ["Python", "Go"])
WELL = leaf("skill", "at_level", {"values": ["Python"], "least": 2})


def named(*conditions: object) -> list[str]:
    return sorted(p.name for p in candidates(catalogue.load({"all": list(conditions)}), NOW, ZONE))


@pytest.mark.parametrize("key", ODD)
def test_whatever_a_skill_is_called_it_is_found(inside: UUID, key: str) -> None:
    for one in ODD:
        Candidate.objects.create(name=one, skill_keys=[one], state="prospect", country="DE")
    skill, prospect = leaf("skill", "is_any_of", [key]), leaf("state", "is_any_of", ["prospect"])

    assert named(skill, leaf("country", "is_any_of", ["DE", "SE"])) == [key]
    assert named(skill, prospect) == [key]
    assert named(skill, leaf("state", "is_none_of", ["prospect"])) == []


def asked(*conditions: object) -> list[str]:
    """The entries that the index is asked for: a skill, a state, a country; a beginning ends with a stroke."""
    sql = str(candidates(catalogue.load({"all": list(conditions)}), NOW, ZONE).query)
    query = sql.split("@@")[1].split("::tsquery")[0] if "@@" in sql else ""
    return [entry.replace(THEN, "/") for entry in re.findall(rf"'([^']+{THEN}[^']*)'", query)]


@pytest.mark.parametrize(
    ("conditions", "entries"),
    [
        ([PYTHON], []),
        ([BOTH, LEAD], []),
        ([LEAD, AUSTRIA], []),
        ([PYTHON, LEAD], ["python/lead/"]),
        ([PYTHON, NOT_TALKING], ["python/dormant/", "python/lead/", "python/prospect/"]),
        ([PYTHON, LEAD, NOT_TALKING], ["python/lead/"]),
        ([PYTHON, LEAD, AUSTRIA], ["python/lead/AT"]),
        ([WELL, LEAD, AUSTRIA], ["python/lead/AT"]),
        ([BOTH, LEAD, AUSTRIA], ["python/lead/AT", "go/lead/AT"]),
        ([PYTHON, AUSTRIA], [f"python/{state}/AT" for state in sorted(RelationshipState.values)]),
        ([PYTHON, LEAD, leaf("region_of_world", "is_any_of", ["Baltic countries"])],
         ["python/lead/EE", "python/lead/LT", "python/lead/LV"]),
        ([PYTHON, LEAD, AUSTRIA, leaf("country", "is_any_of", ["DE"])], ["python/lead/"]),
        ([PYTHON, leaf("country", "is_none_of", ["AT"])], []),
        ([PYTHON, {"any": [AUSTRIA, LEAD]}], []),
        ([{"any": [{"all": [PYTHON, LEAD, AUSTRIA]}, {"all": [AUSTRIA]}]}], ["python/lead/AT"]),
        ([{"not": {"any": [{"not": PYTHON}, {"not": {"all": [AUSTRIA]}}, leaf("state", "is_none_of", ["lead"])]}}],
         ["python/lead/AT"]),
        ([{"not": {"all": [PYTHON, AUSTRIA]}}], []),
    ],
)  # fmt: skip
def test_a_skill_is_asked_for_together_with_the_place(
    inside: UUID, conditions: list[object], entries: list[str]
) -> None:
    assert sorted(asked(*conditions)) == sorted(entries)


def test_what_would_be_too_much_is_compared_afterwards() -> None:
    many = [f"{number:02}" for number in range(MOST)]

    assert Place(["lead"], many).asked_of([["go"]]) == Place(["lead"], many)
    assert Place(["lead"], many).asked_of([["go", "rust"]]) == Place(["lead"])
    assert Place(None, many).asked_of([["go"]]) == Place()
    assert Place(["lead"], many).asked_of([["go"], ["rust"]]) == Place()
    for few in (Place(None, ["DE"]), Place(["lead", "prospect"], ["DE", "GB"])):
        assert few.asked_of([["go"], ["rust"]]) == few
    assert Place(None, ["DE", "GB"]).asked_of([["go"], ["rust"]]) == Place()
    assert Place(["lead"], []).asked_of([["go"]]) == Place(["lead"])
    assert Place([], None).asked_of([["go"]]) == Place()


def test_people_of_another_workspace_with_the_same_entries_are_not_found(tenant: Tenant) -> None:
    for one in (tenant, a_tenant("birch")):
        with open_tenant(one):
            Candidate.objects.create(name=one.slug, skill_keys=["python"], country="AT")
            with connection.cursor() as cursor:
                cursor.execute("SELECT app.placed_skills(skill_keys, state, country)::text FROM talent_candidate")
                assert cursor.fetchall() == [(f"'python{THEN}lead{THEN}AT'",)]
                cursor.execute("SET LOCAL enable_seqscan = off")

            assert (named(PYTHON, AUSTRIA), named(PYTHON, LEAD), named(PYTHON, NOT_TALKING)) == ([one.slug],) * 3


def test_whoever_moves_is_found_where_they_are(inside: UUID) -> None:
    zoe = Candidate.objects.create(name="Zoë", skill_keys=["python"], country="AT")
    Candidate.objects.filter(pk=zoe.pk).update(country="DE", state="in_talks")

    assert (named(PYTHON, AUSTRIA), named(PYTHON, leaf("country", "is_any_of", ["DE"]))) == ([], ["Zoë"])
    assert (named(PYTHON, LEAD), named(PYTHON, leaf("state", "is_any_of", ["in_talks"]))) == ([], ["Zoë"])
