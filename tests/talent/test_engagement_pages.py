"""The pages and the API of engagement."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.test import Client
from django.utils import timezone

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate
from talent.services import engagement
from tests.factories.talent import a_candidate
from tests.ground import shared
from tests.talent.test_engagement import happen

SETTINGS = "/o/acme/settings/engagement/"
TYPED = {"half_life_days": "30", "cool": "5", "warm": "20", "engaged": "60"}


@shared
def person(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        candidate = a_candidate()
        happen(candidate, "message_received", timezone.now() - timedelta(hours=1), kind="reply")
        engagement.refresh(people=[candidate.pk], now=timezone.now())
        return candidate


def typed(client: Client, **changes: str) -> dict[str, str]:
    form = client.get(SETTINGS).context["form"]
    points = {bound.html_name: str(bound.value()) for bound in form.point_fields()}
    return {**points, **TYPED, **changes}


def test_the_profile_shows_warmth_with_its_reason(recruiter_client: Client, person: Candidate) -> None:
    page = recruiter_client.get(f"/o/acme/candidates/{person.pk}/").content.decode()

    assert ("Replied to us" in page, "Warm" in page) == (True, True)


def test_the_page_lists_every_event(recruiter_client: Client, person: Candidate) -> None:
    page = recruiter_client.get(f"/o/acme/candidates/{person.pk}/engagement/")

    assert [p.happened.evidence.name for p in page.context["story"].pieces] == ["replied"]


def test_settings_save_a_version(owner_client: Client, tenant: Tenant, inside: UUID) -> None:
    answer = owner_client.post(SETTINGS, typed(owner_client, points_replied="80"))

    assert answer.status_code == 302
    assert (engagement.current().version, engagement.current().half_life_days) == (1, 30)


def test_versions_say_what_they_changed(owner_client: Client, tenant: Tenant, inside: UUID) -> None:
    for points in ("80", "80"):
        owner_client.post(SETTINGS, typed(owner_client, points_replied=points))

    told = owner_client.get(SETTINGS).context["versions"]
    assert [(row.version, changes) for row, changes in told] == [
        (2, []),
        (1, ["Half-life in days: 60 → 30", "Replied to us: 30 → 80", "Highly engaged from: 50 → 60"]),
    ]


def test_levels_must_rise(owner_client: Client) -> None:
    answer = owner_client.post(SETTINGS, typed(owner_client, warm="3"))

    assert answer.status_code == 422
    assert answer.context["form"].errors["warm"] == ["The levels must rise: Cool, Warm, Highly engaged."]


def test_a_preview_counts_and_saves_nothing(owner_client: Client, person: Candidate, inside: UUID) -> None:
    answer = owner_client.post(f"{SETTINGS}preview/", typed(owner_client, points_replied="90"))

    assert answer.context["moves"] == [("Warm", "Highly engaged", 1)]
    assert engagement.current().version == 0


def test_the_api_tells_the_same(owner_client: Client, person: Candidate) -> None:
    told = owner_client.get(f"/o/acme/api/v1/candidates/{person.pk}/engagement/").json()

    assert (told["level"], [p["evidence"] for p in told["pieces"]]) == (2, ["replied"])


def test_the_api_refuses_levels_that_fall(owner_client: Client) -> None:
    body = {"half_life_days": 60, "points": {}, "levels": [50, 20, 5]}

    answer = owner_client.put("/o/acme/api/v1/engagement/weights/", body, content_type="application/json")

    assert answer.status_code == 400


def test_the_api_previews_and_keeps_versions(owner_client: Client, person: Candidate) -> None:
    root, json = "/o/acme/api/v1/engagement/weights/", "application/json"
    now = owner_client.get(root).json()
    body = {name: now[name] for name in ("half_life_days", "levels")} | {"points": {"replied": 90}}
    preview = owner_client.post(f"{root}preview/", body, json).json()
    before = owner_client.get(f"{root}versions/").json()
    owner_client.put(root, body, json)

    assert preview["moves"] == [{"before": 2, "after": 3, "people": 1}]
    assert (before, [one["version"] for one in owner_client.get(f"{root}versions/").json()]) == ([], [1])
