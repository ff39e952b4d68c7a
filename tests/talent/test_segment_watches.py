"""Members hear of newcomers in the segments that they watch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from crm.models import Event, Member, Notification, Tenant
from crm.services import notifications
from talent import reactions
from talent.events import SEGMENT_ENTERED
from talent.models import Candidate, Segment, SegmentWatch
from talent.services import segment_watches, segments, upkeep
from tests.conftest import logged_in
from tests.factories.talent import NOW
from tests.talent.test_membership import a_segment, country

Arrive = Callable[..., None]


def a_person(name: str) -> Candidate:
    return Candidate.objects.create(name=name, country="DE")


@pytest.fixture
def segment(inside: UUID, recruiter: Member) -> Segment:
    """Germans, watched by the recruiter, with one who was in it before."""
    a_person("Already")
    made = a_segment(country("DE"), "Germans")
    segment_watches.watch(segment=made, member=recruiter, is_on=True)
    SegmentWatch.objects.update(created_at=NOW)
    return made


@pytest.fixture
def arrive(inside: UUID) -> Arrive:
    """Adds Germans, an hour after those before; the log is read once."""
    seen: set[UUID] = set()
    hour = iter(range(1, 99))

    def act(*names: str) -> None:
        people = {a_person(name).pk for name in names}
        upkeep.keep(people=people, now=NOW + timedelta(hours=next(hour)))
        new = list(Event.objects.filter(kind=SEGMENT_ENTERED).exclude(pk__in=seen))
        seen.update(event.pk for event in new)
        reactions.tell_watchers(new)

    return act


def told(member: Member) -> list[str]:
    return [row.text for row in notifications.of(member).unread() if row.kind == segment_watches.KIND]


def test_newcomers_are_told_together_until_that_is_read(segment: Segment, recruiter: Member, arrive: Arrive) -> None:
    arrive("Anna")
    assert told(recruiter) == ["Anna is new in “Germans”"]
    arrive("Ben")
    assert told(recruiter) == ["Ben and Anna are new in “Germans”"]
    arrive("Cem", "Dora")
    assert told(recruiter)[0].endswith(" and 3 others are new in “Germans”")

    notifications.mark_read(member=recruiter, now=NOW)
    arrive("Eva")
    assert told(recruiter) == ["Eva is new in “Germans”"]


def test_who_left_again_is_not_counted(segment: Segment, recruiter: Member, arrive: Arrive) -> None:
    arrive("Anna")
    gone = Candidate.objects.get(name="Anna")
    Candidate.objects.filter(pk=gone.pk).update(country="SE")
    upkeep.keep(people={gone.pk}, now=NOW + timedelta(hours=1, minutes=30))
    arrive("Ben")

    assert told(recruiter) == ["Ben is new in “Germans”"]


def test_rule_that_was_changed_brings_no_news(segment: Segment, recruiter: Member, arrive: Arrive) -> None:
    segments.update(
        segment=segment, name="All", description="", rule={"all": []}, by=recruiter.actor, now=NOW + timedelta(hours=1)
    )
    arrive()

    assert told(recruiter) == []


def test_only_who_watches_and_is_here_is_told(
    segment: Segment, recruiter: Member, owner: Member, viewer: Member, arrive: Arrive
) -> None:
    segment_watches.watch(segment=segment, member=viewer, is_on=True)
    SegmentWatch.objects.update(created_at=NOW)
    segment_watches.watch(segment=segment, member=recruiter, is_on=False)
    arrive("Anna")
    Member.objects.filter(pk=viewer.pk).update(is_active=False)
    arrive("Ben")

    assert [told(one) for one in (recruiter, owner)] == [[], []]
    assert told(viewer) == ["Anna is new in “Germans”"]
    assert Notification.objects.get().url == f"/o/acme/segments/{segment.pk}/"


def test_page_and_api_switch_it_on_and_off(tenant: Tenant, segment: Segment, viewer: Member) -> None:
    client, page = logged_in(viewer), f"/o/acme/segments/{segment.pk}/"
    api = f"/o/acme/api/v1/segments/{segment.pk}/watch/"
    said = [client.get(api).json()["is_watched"]]

    assert client.post(f"{page}watch/").status_code == 302
    said.append(client.get(api).json()["is_watched"])
    assert "Stop telling me" in client.get(page).content.decode()
    assert [client.put(api).status_code, client.put(api).status_code, client.delete(api).status_code] == [204] * 3
    said.append(client.get(api).json()["is_watched"])
    assert said == [False, True, False]
    assert "Tell me who is new here" in client.get(page).content.decode()
