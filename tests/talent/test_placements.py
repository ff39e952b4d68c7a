"""People kept in a segment, or left out of it, by name."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM, Actor
from crm.models import AuditEntry, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices import MembershipCause
from talent.filters import catalogue
from talent.models import Candidate, Segment, SegmentMembership, SegmentPlacement
from talent.services import membership, placements, segment_previews, segments, upkeep
from tests.factories.talent import NOW, a_candidate
from tests.talent.test_membership import a_segment, country, move, people_in

ADA = Actor("member", None, "Ada Recruiter")


def place(segment: Segment, person: Candidate, placing: str = "out", reason: str = "asked us to wait") -> None:
    placements.place(segment=segment, candidate=person, placing=placing, reason=reason, by=ADA, now=NOW)


def test_left_out_they_leave_at_once_and_stay_out(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("SE"))

    place(segment, person)
    upkeep.keep(people=[person.pk], now=NOW)
    full = membership.refresh(segment=segment, cause=MembershipCause.RULE, now=NOW + timedelta(days=1))

    place_then = SegmentMembership.objects.get()
    assert (people_in(segment), full, place_then.left_by) == (set(), 0, MembershipCause.HAND)
    assert Segment.objects.get().size == 0


def test_kept_in_they_stay_whatever_the_rule_says(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("DE"))

    place(segment, person, "in")
    move(person, "FR")
    upkeep.keep(people=[person.pk], now=NOW)
    full = membership.refresh(segment=segment, cause=MembershipCause.RULE, now=NOW)

    assert (people_in(segment), full) == ({person.pk}, 0)


def test_taken_back_the_rule_decides_again(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("SE"))
    place(segment, person)

    placements.take_back(segment=segment, candidate=person, by=ADA, now=NOW)

    assert (people_in(segment), SegmentPlacement.objects.count()) == ({person.pk}, 0)
    told = AuditEntry.objects.filter(object_id=segment.pk).exclude(action="segment.create")
    assert list(told.order_by("pk").values_list("action", flat=True)) == ["segment.leave_out", "segment.by_rule"]


def test_a_segment_that_names_it_follows(inside: UUID) -> None:
    person, inner = a_candidate(), a_segment(country("SE"), "Inner")
    outer = a_segment({"field": "segment", "op": "is_any_of", "value": [str(inner.pk)]}, "Outer")
    before = people_in(outer)

    place(inner, person)

    assert (before, people_in(outer)) == ({person.pk}, set())


def test_count_samples_and_difference_respect_it(inside: UUID) -> None:
    ann, segment = a_candidate(), a_segment(country("SE"))
    ben = Candidate.objects.create(name="Ben", country="DE")
    place(segment, ann)
    place(segment, ben, "in")
    rule = catalogue.parse(country("SE"))

    found = segment_previews.count_and_samples(rule=rule, now=NOW, segment=segment)
    changed = segment_previews.diff(segment=segment, rule=catalogue.parse(country("FR", "DE")), now=NOW)

    assert ([p.pk for p in found.samples], found.count) == ([ben.pk], 1)
    assert (changed.added, changed.removed) == (0, 0)


def test_explain_says_who_when_and_why(inside: UUID) -> None:
    person, segment = a_candidate(), a_segment(country("SE"))
    place(segment, person)

    verdict = segments.why(segment=segment, candidate=person, now=NOW)

    assert verdict is not None
    assert not verdict.matches
    day = f"{NOW.day} {NOW:%B %Y}"
    assert verdict.nodes[0].text == f"Left out by hand by Ada Recruiter on {day}: asked us to wait"
    assert verdict.nodes[1].matches


def test_too_many_by_hand_are_refused(inside: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placements, "MOST", 1)
    segment = a_segment(country("SE"))
    place(segment, a_candidate())

    with pytest.raises(placements.TooMany, match="1 people are placed by hand"):
        place(segment, Candidate.objects.create(name="Ben"))


def test_page_leaves_out_and_takes_back(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person = a_candidate(name="Bo Ek")
        segment = segments.create(name="Swedes", rule=country("SE"), by=SYSTEM, now=timezone.now())
    path = f"/o/acme/segments/{segment.pk}/"
    sent = {"candidate": person.pk, "placing": "out", "reason": "On leave until May"}

    page = recruiter_client.post(f"{path}place/", sent, follow=True).content.decode()
    listed = recruiter_client.get(path).content.decode()
    recruiter_client.post(f"{path}placements/{person.pk}/take-back/")

    assert ("Bo Ek does not belong here" in page, "On leave until May" in listed) == (True, True)
    assert "Bo Ek belongs here" in recruiter_client.get(f"{path}explain/?candidate={person.pk}").content.decode()


def test_page_asks_for_a_reason(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person, segment = a_candidate(), a_segment(country("SE"))

    page = recruiter_client.post(
        f"/o/acme/segments/{segment.pk}/place/", {"candidate": person.pk, "placing": "out"}, follow=True
    )

    assert "Say why, so that a colleague understands." in page.content.decode()


def test_api_places_lists_and_takes_back(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person, segment = a_candidate(), a_segment(country("DE"))
    path = f"/o/acme/api/v1/segments/{segment.pk}/placements/"
    sent = {"candidate": str(person.pk), "placing": "in", "reason": "Referred by the founder"}

    made = recruiter_client.post(path, sent, content_type="application/json")
    listed = [one["reason"] for one in recruiter_client.get(path).json()]
    gone = recruiter_client.delete(f"{path}{person.pk}/")

    assert (made.status_code, listed, gone.status_code) == (201, ["Referred by the founder"], 204)
    with open_tenant(tenant):
        assert people_in(segment) == set()
