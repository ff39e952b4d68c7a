"""The pools of a new workspace."""

from __future__ import annotations

import pytest

from crm.models import Member
from crm.services import tenants
from crm.tenancy.context import tenant as open_tenant
from talent.models import TalentPool
from talent.services import pools
from talent.services.sample_pools import SAMPLES
from tests.conftest import logged_in
from tests.factories.people import a_user


@pytest.fixture
def fresh(db: None) -> Member:
    return tenants.create(name="Fresh", owner=a_user("ada@example.com"))


def test_new_workspace_has_pools_with_stages_that_its_maker_owns(fresh: Member) -> None:
    with open_tenant(fresh.tenant):
        found = list(TalentPool.objects.order_by("created_at"))
        assert [(pool.name, pool.owner_id, pool.stages.count()) for pool in found] == [
            (name, fresh.pk, 4) for name, _ in SAMPLES
        ]


def test_they_can_be_deleted_for_good(fresh: Member) -> None:
    with open_tenant(fresh.tenant):
        for pool in TalentPool.objects.all():
            pools.delete(pool=pool, by=fresh.actor)
    shown = logged_in(fresh).get(f"/o/{fresh.tenant.slug}/pools/").content.decode()

    assert [name for name, _ in SAMPLES if name in shown] == []
