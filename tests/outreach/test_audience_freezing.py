"""Large audiences of broadcasts: frozen in the background, part by part, and never half of one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import BroadcastStatus
from outreach.models import Broadcast, BroadcastRecipient
from outreach.services import audience_freezing, audiences, broadcasts
from outreach.services.broadcasts import NotReady, Sources
from tests.factories.broadcasts import NOW, a_broadcast, a_segment, policy, rows, started, sums_of
from tests.factories.outreach import people
from tests.factories.pools import a_pool


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is above two is large, and is frozen two at a time."""
    monkeypatch.setattr(audience_freezing, "AT_ONCE", 2)
    monkeypatch.setattr(audience_freezing, "PART", 2)


def frozen_in_parts(now: datetime = NOW) -> list[tuple[str, int]]:
    """(status, people written down) after each part."""
    found = []
    while broadcasts.freeze_waiting(now):
        row = Broadcast.objects.get()
        found.append((row.status, row.people))
    return found


def test_large_audience_is_frozen_in_parts_and_goes_when_it_is_whole(inside: UUID, small_parts: None) -> None:
    people(5)
    policy(approval_people=0, approval_percent=0, approval_for_broad=False)

    broadcast = started()
    planned_before = len(rows(broadcast))
    parts = frozen_in_parts()

    assert (broadcast.status, broadcast.expected, planned_before) == ("freezing", 5, 0)
    assert parts == [("freezing", 2), ("freezing", 4), ("running", 5)]
    assert (len(rows(broadcast)), sums_of(broadcast).adds_up) == (5, True)
    assert BroadcastRecipient.objects.values("candidate").distinct().count() == 5


def test_part_of_a_worker_that_was_killed_is_frozen_again(inside: UUID, small_parts: None) -> None:
    people(5)
    started()
    broadcasts.freeze_waiting(NOW)
    with transaction.atomic():
        broadcasts.freeze_waiting(NOW)
        transaction.set_rollback(True)

    assert Broadcast.objects.get().people == 2
    assert [people for _, people in frozen_in_parts()] == [4, 5]


def test_who_is_merged_into_somebody_to_come_is_written_down_once(inside: UUID, small_parts: None) -> None:
    *_, last = people(5)
    broadcast = started()
    broadcasts.freeze_waiting(NOW)
    BroadcastRecipient.objects.filter(pk=broadcast.recipients.first().pk).update(candidate=last)

    frozen_in_parts()

    assert (Broadcast.objects.get().people, broadcast.recipients.count()) == (4, 4)


def test_half_an_audience_is_neither_approved_nor_called_whole(inside: UUID, small_parts: None, owner: Member) -> None:
    people(5)
    broadcast = started()
    broadcasts.freeze_waiting(NOW)

    with pytest.raises(NotReady):
        broadcasts.approve(broadcast=broadcast, member=owner, by=owner.actor, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Broadcast.objects.update(status=BroadcastStatus.WAITING, freezing_at=None)


def test_taken_back_while_it_is_frozen_it_starts_from_nobody(inside: UUID, small_parts: None) -> None:
    people(5)
    broadcast = started()
    broadcasts.freeze_waiting(NOW)

    broadcasts.send_back(broadcast=broadcast, by=SYSTEM)
    left = (broadcast.recipients.count(), broadcasts.freeze_waiting(NOW))
    broadcasts.submit(broadcast=broadcast, member=None, by=SYSTEM, now=NOW)

    assert left == (0, False)
    assert [people for _, people in frozen_in_parts()] == [2, 4, 5]


def test_audience_that_is_empty_in_the_end_makes_it_a_draft_again(inside: UUID, small_parts: None) -> None:
    pool = a_pool(people=people(3))
    draft = a_broadcast()
    sources = Sources([a_segment("All")], not_pools=[pool])
    broadcasts.save(values={}, sources=sources, by=SYSTEM, broadcast=draft)

    broadcasts.submit(broadcast=draft, member=None, by=SYSTEM, now=NOW)
    frozen_in_parts()

    row = Broadcast.objects.get()
    assert (row.is_draft, row.sent_back_words) == (True, "Nobody is left in its audience.")


def test_parts_together_are_the_audience(inside: UUID) -> None:
    everybody = people(7)
    sources = Sources(pools=[a_pool("A", people=everybody[:4]), a_pool("B", people=everybody[2:])])
    draft = broadcasts.save(values={}, sources=sources, by=SYSTEM, broadcast=a_broadcast())
    rows = audiences.sources_of(draft)

    found, after = dict[UUID, str](), None
    for _ in range(4):
        one = audiences.part(rows, after, 2)
        found, after = found | one.people, one.last

    assert (found, after) == (audiences.of(rows).people, None)


def test_page_tells_how_far_it_is(tenant: Tenant, recruiter_client: Client, small_parts: None) -> None:
    with open_tenant(tenant):
        people(5)
        broadcast = started()
        broadcasts.freeze_waiting(NOW)
    page, asks = f"/o/acme/broadcasts/{broadcast.pk}/", {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "freezing"}

    shown, part = recruiter_client.get(page), recruiter_client.get(page, **asks)
    with open_tenant(tenant):
        frozen_in_parts()

    assert ["2 people so far, of 5 at most" in one.content.decode() for one in (shown, part)] == [True, True]
    assert recruiter_client.get(page, **asks).headers["HX-Refresh"] == "true"
