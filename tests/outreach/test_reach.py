"""The reach of a segment: the gate's verdicts, counted."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.services import gate, reach
from outreach.services.gate import Intent
from outreach.services.reach import Step
from talent.models import Candidate, ContactBan, ContactPoint, Segment
from talent.services import segments
from tests.factories.talent import NOW, a_candidate


def a_mixed_segment() -> Segment:
    """One who may be written to, one banned, one without an address, one whose address bounced, one in conversation."""
    _, bob, cyd, dot, eve = (a_candidate(name, f"{name.lower()}@example.com") for name in NAMES)
    ContactBan.objects.create(candidate=bob, reason="manual", banned_at=NOW)
    ContactPoint.objects.filter(candidate=cyd).delete()
    ContactPoint.objects.filter(candidate=dot).update(bounced_at=NOW)
    Candidate.objects.filter(pk=eve.pk).update(last_replied_at=NOW - timedelta(days=1))
    return segments.create(name="Everybody", rule={"all": []}, by=SYSTEM, now=NOW)


NAMES = ("Ann", "Bob", "Cyd", "Dot", "Eve")


def test_steps_add_up(inside: UUID) -> None:
    found = reach.reach(segment=a_mixed_segment(), now=NOW)

    assert found.steps == [
        Step("no_address", "No e-mail address", 1, 4),
        Step("bounced_address", "The address bounced", 1, 3),
        Step("banned", "Must not be contacted", 1, 2),
        Step("in_conversation", "In conversation with a colleague", 1, 1),
    ]
    assert (found.matched, found.judged, found.receives, found.is_partial) == (5, 5, 1, False)


def test_each_step_lists_its_people_as_the_gate_judges(inside: UUID) -> None:
    segment = a_mixed_segment()
    people = list(Candidate.objects.values_list("pk", flat=True))
    judged = gate.verdicts(candidate_ids=people, intent=Intent("any", sequence_id=segment.pk), now=NOW)

    counts = Counter(verdict.reason or reach.RECEIVES for verdict in judged.values())

    listed = {reason: len(reach.people(segment=segment, reason=reason, now=NOW)) for reason in counts}
    assert listed == dict(counts)


def test_large_segments_are_judged_in_part(inside: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    segment = a_mixed_segment()
    monkeypatch.setattr(reach, "MOST", 2)

    found = reach.reach(segment=segment, now=NOW)

    assert (found.matched, found.judged, found.is_partial) == (5, 2, True)


def test_pages_and_api_show_the_waterfall(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_candidate("Ann", "ann@example.com")
        segment = segments.create(name="Everybody", rule={"all": []}, by=SYSTEM, now=timezone.now())
    root = f"/o/acme/segments/{segment.pk}/"

    detail = recruiter_client.get(root).content.decode()
    page = recruiter_client.get(f"{root}reach/?reason=receives").content.decode()
    api = recruiter_client.get(f"/o/acme/api/v1/segments/{segment.pk}/reach/").json()

    assert (f"{root}reach/" in detail, "ann@example.com" in page) == (True, True)
    assert (api["matched"], api["receives"], api["steps"]) == (1, 1, [])
