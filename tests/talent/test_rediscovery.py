"""Finding people again: who is like somebody, and whom we know for a job."""

from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import AuditEntry, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices import BanReason, BanScope, Channel, OffLimitsStrength
from talent.models import Candidate, ContactBan, RediscoverySearch
from talent.profile import Claim, Job, Place
from talent.search import embedding
from talent.services import off_limits, passages, rediscovery, similar
from talent.services.rediscovery import Requirement, requirements_in
from tests.factories.talent import a_candidate
from tests.ground import shared

NOW = timezone.now()
DATA = Job("Data engineer", "Nordlicht", "2019", "", True)
NURSE = Job("Nurse in intensive care", "Clinic Nord", "2019", "", True)


def people() -> Candidate:
    """Zoë and Ada, data engineers; Mia, a nurse; Bo, a data engineer who must not be contacted."""
    zoe = a_candidate()
    france = Place("Lyon, France")
    a_candidate("Ada Sund", "ada@example.com", phones=[], skills=[Claim("Python")], jobs=[DATA], place=france)
    a_candidate("Mia Laurent", "mia@example.com", phones=[], skills=[Claim("Triage")], jobs=[NURSE])
    bo = a_candidate("Bo Lund", "bo@example.com", phones=[], skills=[Claim("Python")], jobs=[DATA])
    ContactBan.objects.create(candidate=bo, reason=BanReason.MANUAL, banned_at=NOW)
    while passages.keep(now=timezone.now()):
        pass
    return zoe


@shared
def zoe(inside: UUID) -> Candidate:
    return people()


def stored(*wanted: Requirement, rule: dict[str, object] | None = None) -> RediscoverySearch:
    return rediscovery.create(name="Job", text="", requirements=wanted, rule=rule or {}, by=SYSTEM, now=NOW)


def found(search: RediscoverySearch) -> list[str]:
    return [one.row.name.split()[0] for one in rediscovery.findings(stored=search, now=NOW)]


def test_people_like_somebody_share_what_is_told(zoe: Candidate) -> None:
    first = similar.people_like(candidate=zoe, now=NOW)[0]

    assert (first.row.name, first.skills, first.companies) == ("Ada Sund", ["Python"], ["Nordlicht"])
    assert first.snippet
    assert "Data engineer at Nordlicht" in str(first.snippet.html)


def test_who_must_not_be_contacted_is_not_alike(zoe: Candidate) -> None:
    assert "Bo Lund" not in [one.row.name for one in similar.people_like(candidate=zoe, now=NOW)]


@pytest.mark.parametrize(
    ("reach", "is_found"),
    [
        ({"scope": BanScope.CHANNEL, "channel": Channel.TEXT}, True),
        ({"scope": BanScope.MARKETING}, True),
        ({"scope": BanScope.CHANNEL, "channel": Channel.EMAIL}, False),
        ({"scope": BanScope.ALL}, False),
    ],
)
def test_only_who_may_be_written_to_is_found(zoe: Candidate, reach: dict[str, str], is_found: bool) -> None:
    ada = Candidate.objects.get(name="Ada Sund")
    ContactBan.objects.create(candidate=ada, reason=BanReason.ASKED_TO_STOP, banned_at=NOW, **reach)

    alike = [one.row.name for one in similar.people_like(candidate=zoe, now=NOW)]

    assert ("Ada Sund" in alike, "Ada" in found(stored(Requirement("Python")))) == (is_found, is_found)


@pytest.mark.parametrize(
    ("kind", "value", "strength", "is_found"),
    [
        ("company", "Nordlicht", OffLimitsStrength.BLOCK, False),
        ("company", "Nordlicht", OffLimitsStrength.WARN, True),
        ("domain", "example.com", OffLimitsStrength.BLOCK, False),
        ("domain", "example.org", OffLimitsStrength.BLOCK, True),
    ],
)
def test_who_is_off_limits_is_not_found(zoe: Candidate, kind: str, value: str, strength: str, is_found: bool) -> None:
    off_limits.add(kind=kind, value=value, reason="R", until=None, by=SYSTEM, now=NOW, strength=strength)

    alike = [one.row.name for one in similar.people_like(candidate=zoe, now=NOW)]

    assert ("Ada Sund" in alike, "Ada" in found(stored(Requirement("Python")))) == (is_found, is_found)


def test_alike_in_the_same_country(zoe: Candidate) -> None:
    near = similar.people_like(candidate=zoe, now=NOW, same_country=True)

    assert "Ada Sund" not in [one.row.name for one in near]


def test_without_the_model_shared_skills_are_all_there_is(zoe: Candidate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar, "_near", lambda *_: {})

    assert [one.row.name for one in similar.people_like(candidate=zoe, now=NOW)] == ["Ada Sund"]


def test_each_requirement_has_its_passage_or_its_lack(zoe: Candidate) -> None:
    search = stored(Requirement("Python"), Requirement("deep-sea welding certificate"))
    ada = next(one for one in rediscovery.findings(stored=search, now=NOW) if one.row.name == "Ada Sund")

    assert [(proof.requirement.text, proof.is_worded) for proof in ada.evidence] == [
        ("Python", True),
        ("deep-sea welding certificate", False),
    ]
    assert "<mark>Python</mark>" in str(ada.evidence[0].snippet and ada.evidence[0].snippet.html)
    assert (ada.evidence[1].snippet, ada.met) == (None, 1)


def test_musts_come_before_the_rest(zoe: Candidate) -> None:
    assert found(stored(Requirement("Python"), Requirement("PostgreSQL"), Requirement("Triage", must=True)))[0] == "Mia"


def test_meaning_is_evidence_too(zoe: Candidate) -> None:
    search = stored(Requirement("nurse for an intensive care ward"))
    mia = rediscovery.findings(stored=search, now=NOW)[0]

    assert (mia.row.name, mia.evidence[0].is_worded) == ("Mia Laurent", False)
    assert mia.evidence[0].snippet


def test_hard_filters_come_first(zoe: Candidate) -> None:
    france: dict[str, object] = {"field": "country", "op": "is_any_of", "value": ["FR"]}
    search = stored(Requirement("Python"), rule=france)

    assert (found(search), search.looked_at) == (["Ada"], 1)


def test_who_is_banned_later_leaves_the_page(zoe: Candidate) -> None:
    search = stored(Requirement("PostgreSQL"))
    ContactBan.objects.create(candidate=zoe, reason=BanReason.MANUAL, banned_at=NOW)

    assert "Zoë" not in found(search)


def test_running_again_finds_who_came_since_and_is_audited(zoe: Candidate) -> None:
    search = stored(Requirement("Rust"))
    a_candidate("Kim Park", "kim@example.com", phones=[], skills=[Claim("Rust")], jobs=[])
    passages.keep(now=timezone.now())

    rediscovery.run(stored=search, by=SYSTEM, now=NOW)

    assert found(search)[0] == "Kim"
    actions = AuditEntry.objects.filter(object_id=search.pk).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["rediscovery.create", "rediscovery.run", "rediscovery.run"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("We hire.\n- Python\n- must: SQL\n", [Requirement("Python"), Requirement("SQL", must=True)]),
        ("Knows Go. Speaks French.", [Requirement("Knows Go."), Requirement("Speaks French.")]),
        ("1. Rust\n2) Kafka\n", [Requirement("Rust"), Requirement("Kafka")]),
        (" \n- \n\x00", []),
    ],
)
def test_what_a_job_asks_for_is_read_out_of_its_text(text: str, wanted: list[Requirement]) -> None:
    assert requirements_in(text) == wanted


def test_pages_of_a_search(owner_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        people()

    made = owner_client.post("/o/acme/rediscoveries/new/", {"name": "Data lead", "text": "- Python\n- Triage\n"})
    page = owner_client.get(made.headers["Location"]).content.decode()
    again = owner_client.post(f"{made.headers['Location']}run/")

    assert "Nothing we know says so." in page
    assert "<mark>Python</mark>" in page
    assert again.status_code == 302
    assert "Data lead" in owner_client.get("/o/acme/rediscoveries/").content.decode()


def test_page_asks_for_something_to_look_for(owner_client: Client) -> None:
    page = owner_client.post("/o/acme/rediscoveries/new/", {"name": "Empty", "text": "-"})

    assert page.status_code == 422
    assert "Paste the job" in page.content.decode()


def test_page_of_similar_people(owner_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        zoe = people()

    page = owner_client.get(f"/o/acme/candidates/{zoe.pk}/similar/").content.decode()

    assert "Both have worked at Nordlicht" in " ".join(page.split())
    assert "Find similar people" in owner_client.get(f"/o/acme/candidates/{zoe.pk}/").content.decode()


def test_api_stores_runs_and_gives_evidence(owner_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        zoe = people()
    api = "/o/acme/api/v1/rediscoveries/"
    asked = {"name": "Job", "requirements": [{"text": "PostgreSQL", "must": True}]}

    made = owner_client.post(api, asked, "application/json").json()
    first = owner_client.get(f"{api}{made['id']}/findings/").json()[0]
    alike = owner_client.get(f"/o/acme/api/v1/candidates/{zoe.pk}/similar/").json()

    assert (first["id"], first["evidence"][0]["by"]) == (str(zoe.pk), "words")
    assert alike[0]["skills"] == ["Python"]
    assert owner_client.post(f"{api}{made['id']}/run/").status_code == 200
    assert owner_client.delete(f"{api}{made['id']}/").status_code == 204


def test_the_middle_of_one_vector_is_itself() -> None:
    vector = embedding.encode(["data engineer"])[0]

    assert vector
    assert embedding.middle([vector.code]).bits.count("1") == pytest.approx(vector.bits.count("1"), abs=8)
