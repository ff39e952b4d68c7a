"""The demo's people: what is told about them fits together."""

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F, OuterRef, Subquery

from crm.models import Event, Member, Tenant
from crm.services.demo import Scene
from crm.tenancy.context import tenant as open_tenant
from talent import demo, demo_consent, demo_merges, demo_notes, demo_person, demo_work
from talent.filters import catalogue, compile
from talent.models import Candidate
from talent.services import silver

FILLERS = (
    demo.people,
    demo_person.closer,
    demo_work.work,
    demo_notes.remarks,
    demo_consent.consent,
    demo_merges.merges_and_twins,
)


@pytest.mark.django_db
def test_nothing_happens_with_anybody_before_we_met_them(tenant: Tenant, recruiter: Member, owner: Member) -> None:
    scene = Scene(tenant, (owner, recruiter, recruiter), datetime.now(UTC), random.Random(1), people=24)
    for filler in FILLERS:
        filler(scene)

    with open_tenant(tenant):
        met = Candidate.objects.filter(pk=OuterRef("candidate_id")).values("created_at")
        known = Event.objects.annotate(met=Subquery(met)).filter(met__isnull=False)
        assert known.count() > 100
        assert compile.candidates(catalogue.load(silver.RULE), scene.now, ZoneInfo("UTC")).count() > 2
        assert list(known.filter(occurred_at__lt=F("met")).values_list("kind", "occurred_at", "met")) == []
