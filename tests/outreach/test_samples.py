"""What a new workspace begins with: sequences as drafts, and a form before a download."""

from __future__ import annotations

import pytest
from django.utils import timezone

from crm.models import Member
from crm.services import tenants
from crm.tenancy.context import tenant as open_tenant
from outreach.models import AutomationRule, Sequence
from outreach.services import recipes, sequences, steps
from outreach.services.course import Course
from portal.models import ContentItem
from tests.conftest import logged_in
from tests.factories.people import a_user

NAMES = [recipe.name for recipe in recipes.RECIPES]


@pytest.fixture
def fresh(db: None) -> Member:
    return tenants.create(name="Fresh", owner=a_user("ada@example.com"))


def test_new_workspace_has_three_sequences_that_can_be_started(fresh: Member) -> None:
    with open_tenant(fresh.tenant):
        found = list(Sequence.objects.order_by("pk"))
        missing = [steps.problems(one, Course(steps.steps_of(one)).steps()) for one in found]

    shown = logged_in(fresh).get(f"/o/{fresh.tenant.slug}/sequences/").content.decode()

    assert [(one.name, one.status, one.sender_id) for one in found] == [(name, "draft", fresh.pk) for name in NAMES]
    assert (missing, [name for name in NAMES if name in shown]) == ([[], [], []], NAMES)


def test_recipe_takes_the_sequence_that_is_there_and_makes_another_the_second_time(fresh: Member) -> None:
    client, slug = logged_in(fresh), fresh.tenant.slug
    for _ in range(2):
        client.post(f"/o/{slug}/automation/recipes/check-in/")

    with open_tenant(fresh.tenant):
        first, second = AutomationRule.objects.order_by("pk")
        names = {str(one.pk): one.name for one in Sequence.objects.all()}
    assert [names[rule.actions[0]["sequence"]] for rule in (first, second)] == [NAMES[2], f"{NAMES[2]} 2"]
    assert len(names) == 4


def test_sequence_that_somebody_started_is_theirs(fresh: Member) -> None:
    with open_tenant(fresh.tenant):
        theirs = Sequence.objects.get(name=NAMES[0])
        sequences.activate(sequence=theirs, by=fresh.actor, now=timezone.now())
        rule = recipes.use(recipe=recipes.RECIPES[0], by=fresh.actor, member=fresh, now=timezone.now())

    assert rule.actions[1]["sequence"] != str(theirs.pk)


def test_new_workspace_has_a_form_that_waits_for_its_file(fresh: Member) -> None:
    slug = fresh.tenant.slug
    with open_tenant(fresh.tenant):
        [form] = ContentItem.objects.all()

    page = logged_in(fresh).post(f"/o/{slug}/content/{form.pk}/publish/", {"title": form.title, "is_gated": "on"})

    assert (form.kind, form.is_gated, form.published_at) == ("asset", True, None)
    assert "A form gives out a file. Add the file first." in page.content.decode()
