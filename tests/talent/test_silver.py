"""The segment of silver medallists: every workspace has it from the first moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import AuditEntry, Member
from crm.services import readers, tenants
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Segment
from talent.services import segments, silver
from talent.services.segment_recipes import RECIPES
from tests.conftest import logged_in
from tests.factories.people import a_user
from tests.factories.talent import NOW
from tests.talent.test_applications import an_application, reject
from tests.talent.test_membership import people_in


@pytest.fixture
def fresh(db: None) -> Member:
    """The owner of a workspace that was made a moment ago."""
    return tenants.create(name="Fresh", owner=a_user("ada@example.com"))


def test_new_workspace_has_it_filled_and_nobody_made_it(fresh: Member) -> None:
    readers.run_all(fresh.tenant_id)

    with open_tenant(fresh.tenant):
        found = Segment.objects.get()
        made = AuditEntry.objects.filter(action="segment.create").values_list("actor_kind", flat=True)
        assert (found.name, found.size, found.refreshed_at is not None) == (silver.NAME, 0, True)
        assert (found.created_by_id, list(made), silver.somebody_made_another()) == (None, ["system"], False)


def test_button_leads_to_what_is_there(fresh: Member) -> None:
    answer = logged_in(fresh).post(f"/o/{fresh.tenant.slug}/jobs/silver/")

    with open_tenant(fresh.tenant):
        assert answer.headers["Location"].endswith(f"/segments/{Segment.objects.get().pk}/")


@pytest.mark.usefixtures("inside")
def test_workspace_that_has_one_of_that_name_keeps_it() -> None:
    own = segments.create(name=silver.NAME, rule=RECIPES[1].rule, by=SYSTEM, now=NOW)
    silver.come_with_workspace(by=SYSTEM, now=NOW)

    assert silver.segment(by=SYSTEM, now=NOW) == own


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(("days", "is_in"), [(170, False), (190, True)])
def test_it_holds_finalists_not_contacted_for_six_months(days: int, is_in: bool) -> None:
    row = an_application(stage=4)
    reject(row)
    Candidate.objects.filter(pk=row.candidate_id).update(last_contacted_at=NOW - timedelta(days=days))

    assert people_in(silver.segment(by=SYSTEM, now=NOW)) == ({row.candidate_id} if is_in else set())


def test_recipes_are_offered_until_somebody_made_one(fresh: Member) -> None:
    client, path = logged_in(fresh), f"/o/{fresh.tenant.slug}/segments/"
    assert offered(client, path) == {one.key for one in RECIPES} - {"silver"}

    with open_tenant(fresh.tenant):
        segments.create(name="Mine", rule=RECIPES[1].rule, by=SYSTEM, now=NOW)
    assert offered(client, path) == set()
    assert offered(client, f"{path}new/") == {one.key for one in RECIPES} - {"silver"}


def offered(client: Client, path: str) -> set[str]:
    shown = client.get(path).content.decode()
    return {one.key for one in RECIPES if f"?recipe={one.key}" in shown}
