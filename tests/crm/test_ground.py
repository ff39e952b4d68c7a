"""Rows that tests share: made once, and nobody sees what another test made of them."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection

from crm.models import Member, Tenant
from talent.models import Candidate, Tag
from tests.ground import shared

MADE: list[UUID] = []


@shared
def person(inside: UUID) -> Candidate:
    made = Candidate.objects.create(name="Ada")
    MADE.append(made.pk)
    return made


@shared
def tag(tenant: Tenant, person: Candidate) -> Tag:
    return Tag.objects.create(name=person.name)


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_each_test_begins_anew_with_the_same_rows(inside: UUID, tenant: Tenant, person: Candidate, turn: int) -> None:
    begun = (len(MADE), tenant.name, person.name, list(Candidate.objects.values_list("pk", "name")), cache.get("seen"))
    person.name = tenant.name = "Changed"
    person.save()
    tenant.save()
    Candidate.objects.create(name="Another")
    cache.set("seen", turn)

    assert begun == (1, "Acme", "Ada", [(MADE[0], "Ada")], None)


def test_fixtures_build_on_each_other_in_the_same_workspace(inside: UUID, tag: Tag, recruiter: Member) -> None:
    assert [(one.pk, one.name) for one in Tag.objects.all()] == [(tag.pk, "Ada")]
    assert recruiter.tenant_id == inside


def test_who_asks_for_none_finds_none(inside: UUID) -> None:
    assert not Candidate.objects.exists()


def test_who_commits_stands_on_no_ground(committed: None) -> None:
    assert not connection.in_atomic_block
    assert not Tenant.objects.exists()
