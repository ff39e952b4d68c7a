"""How a segment came to be what it is, through the API."""

from __future__ import annotations

import pytest
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Segment
from talent.services import segments
from tests.factories.machine import Machine, fields_of
from tests.ground import shared

PYTHON = {"field": "skill", "op": "is_any_of", "value": ["python"]}


@shared
def segment(tenant: Tenant, zoe: Candidate) -> Segment:
    with open_tenant(tenant):
        return segments.create(name="Python", rule=PYTHON, by=SYSTEM, now=timezone.now())


def test_story_tells_who_came_and_what_rests_on_it(
    tenant: Tenant, machine: Machine, segment: Segment, zoe: Candidate
) -> None:
    with open_tenant(tenant):
        rule = {"field": "segment", "op": "is_any_of", "value": [str(segment.pk)]}
        above = segments.create(name="Above", rule=rule, by=SYSTEM, now=timezone.now())
    story = machine.call("get", f"segments/{segment.pk}/story/")[1]
    of_above = machine.call("get", f"segments/{above.pk}/story/")[1]

    assert (story["entered"], story["left"], story["line"][-1]) == (1, 0, 1)
    assert [(one["name"], one["entered"]) for one in story["moves"]] == [(zoe.name, True)]
    assert [one["name"] for one in story["uses"]] == ["Above"]
    assert of_above["rests_on"] == [{"id": str(segment.pk), "name": "Python"}]


def test_intervals_of_a_person(machine: Machine, segment: Segment, zoe: Candidate) -> None:
    path = f"segments/{segment.pk}/intervals/"
    rows = machine.call("get", f"{path}?candidate={zoe.pk}")[1]

    assert [(one["entered_by"], one["left_at"]) for one in rows] == [("rule", None)]
    assert fields_of(machine.call("get", path)) == (400, ["candidate"])


def test_recipes_are_rules_that_can_be_saved(machine: Machine) -> None:
    recipes = machine.call("get", "segments/recipes/")[1]
    made = [machine.call("post", "segments/", {"name": one["name"], "rule": one["rule"]})[0] for one in recipes]

    assert (len(made) > 3, set(made)) == (True, {201})


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 200), (Role.VIEWER, 403)])
def test_silver_medallists_are_one_segment(tenant: Tenant, role: str, status: int) -> None:
    who = Machine(tenant, role)
    answers = [who.call("post", "segments/silver-medallists/") for _ in range(2)]

    assert [one[0] for one in answers] == [status] * 2
    assert answers[0][1].get("id") == answers[1][1].get("id")
