"""What describes one person, changed piece by piece on the edit page."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, StoredFile, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices import FactKind, FieldType, Said, Seniority
from talent.models import (
    Candidate,
    CandidateSkill,
    ContactPoint,
    ContactPointChange,
    Document,
    FieldValue,
    Provenance,
    SourceTouch,
)
from talent.profile import Claim
from talent.services import (
    candidates,
    custom_fields,
    facts,
    field_values,
    labels,
    preferences,
    private_labels,
    skills,
    sources,
    tasks,
)
from talent.services.custom_fields import Rules
from talent.services.preferences import Wishes
from tests.factories.files import a_picture
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared

PATH = "/o/acme/"
FAR = date(2099, 1, 1)
PNG = a_picture()


@shared
def zoe(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate(skills=[Claim("Python"), Claim("German")])


def at(person: Candidate, verb: str) -> str:
    return f"{PATH}candidates/{person.pk}/{verb}"


def edit(client: Client, person: Candidate, **sent: object) -> int:
    usual = {"name": person.name, "location": person.location, "current_title": person.current_title}
    return client.post(at(person, "edit/"), usual | {"skills": ["Python", "German"]} | sent).status_code


def fresh(person: Candidate, tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return Candidate.objects.get(pk=person.pk)


def said(page: object) -> list[str]:
    return [str(message) for message in page.context["messages"]]  # type: ignore[attr-defined]


def test_hand_gives_seniority_and_job_search(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    assert edit(recruiter_client, zoe, seniority="5", job_search="looking", open_to_remote="true") == 302

    person = fresh(zoe, tenant)
    assert (person.seniority, person.seniority_origin, person.open_to_remote) == (Seniority.LEAD, Said.EDITED, True)
    assert (person.job_search, person.job_search_at is not None, bool(person.job_search_origin)) == (
        "looking",
        True,
        True,
    )


def test_new_place_brings_its_zone(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    edit(recruiter_client, zoe, location="Lyon, France", time_zone="Europe/Stockholm")

    person = fresh(zoe, tenant)
    assert (person.time_zone, person.time_zone_origin) == ("Europe/Paris", "city")


def test_zone_set_by_hand_outlives_the_place(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    edit(recruiter_client, zoe, time_zone="Asia/Tokyo")
    edit(recruiter_client, zoe, location="Lyon, France", time_zone="Asia/Tokyo")

    assert (fresh(zoe, tenant).time_zone, fresh(zoe, tenant).city) == ("Asia/Tokyo", "Lyon")


def test_zone_that_is_none_is_refused(recruiter_client: Client, zoe: Candidate) -> None:
    assert edit(recruiter_client, zoe, time_zone="Mars/Olympus") == 422


def test_custom_field_is_filled_in(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    with open_tenant(tenant):
        custom_fields.create(rules=Rules("Notice"), type="number", by=SYSTEM)
    wrong = edit(recruiter_client, zoe, **{"custom-notice": "many"})
    right = edit(recruiter_client, zoe, **{"custom-notice": "3"})

    with open_tenant(tenant):
        assert (wrong, right, FieldValue.objects.get().number) == (422, 302, 3)


def test_custom_field_of_others_is_not_shown(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    with open_tenant(tenant):
        custom_fields.create(rules=Rules("Hush", view_roles=["owner"]), type="text", by=SYSTEM)

    assert "Hush" not in recruiter_client.get(at(zoe, "edit/")).content.decode()


def test_skill_gets_a_level_and_a_language_its_own(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    with open_tenant(tenant):
        claims = {claim.skill.key: claim.pk for claim in CandidateSkill.objects.select_related("skill")}
        assert skills.known(["german"])["german"].kind == "language"
    recruiter_client.post(f"{PATH}candidate-skills/{claims['python']}/", {"level": "3", "years": "4"})
    recruiter_client.post(f"{PATH}candidate-skills/{claims['german']}/", {"level": "6"})

    with open_tenant(tenant):
        kept = CandidateSkill.objects.order_by("skill__key").values_list("level", "cefr", "years")
        assert list(kept) == [(None, 6, None), (3, None, 4.0)]


def test_address_is_corrected_and_its_past_is_kept(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    with open_tenant(tenant):
        point = ContactPoint.objects.emails().get()
    sent = {"value": "zoe.new@example.com", "use": "work"}
    recruiter_client.post(f"{PATH}contact-points/{point.pk}/edit/", sent)

    with open_tenant(tenant):
        kept = ContactPoint.objects.emails().values_list("value", "use")
        past = ContactPointChange.objects.values_list("change", "was", "value")
        assert list(kept) == [("zoe.new@example.com", "work")]
        assert list(past) == [("changed", "zoe@example.com", "zoe.new@example.com")]


def test_address_of_somebody_else_is_refused(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    with open_tenant(tenant):
        a_candidate("Mia", "mia@example.com")
        point = ContactPoint.objects.get(value="zoe@example.com")
    page = recruiter_client.post(f"{PATH}contact-points/{point.pk}/edit/", {"value": "mia@example.com"})

    assert page.context["form"].errors == {"value": ["mia@example.com already belongs to Mia."]}


def test_address_that_works_is_said_to(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    with open_tenant(tenant):
        point = ContactPoint.objects.emails().get()
    page = recruiter_client.post(f"{PATH}contact-points/{point.pk}/verify/", follow=True)

    with open_tenant(tenant):
        point.refresh_from_db()
    assert (said(page), point.verified_at is not None) == (["zoe@example.com is known to work."], True)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_document_is_replaced_and_its_past_is_listed(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    recruiter_client.post(at(zoe, "documents/add/"), {"file": upload("cv.txt", b"one"), "kind": "resume"})
    with open_tenant(tenant):
        first = Document.objects.get()
    recruiter_client.post(f"{PATH}documents/{first.pk}/replace/", {"file": upload("cv2.txt", b"two")})
    again = recruiter_client.post(f"{PATH}documents/{first.pk}/replace/", {"file": upload("x.txt", b"x")}, follow=True)

    versions = recruiter_client.get(at(zoe, "edit/")).context["versions"]
    assert [(str(now), now.version, [str(old) for old in older]) for now, older in versions] == [
        ("cv2.txt", 2, ["cv.txt"])
    ]
    assert said(again)[-1] == "There is a newer version of this document already."


def test_current_version_alone_is_searched(tenant: Tenant, recruiter_client: Client, zoe: Candidate) -> None:
    recruiter_client.post(at(zoe, "documents/add/"), {"file": upload("cv.txt", b"one"), "kind": "resume"})
    with open_tenant(tenant):
        Document.objects.update(text="oldwords")
        first = Document.objects.get()
    recruiter_client.post(f"{PATH}documents/{first.pk}/replace/", {"file": upload("cv2.txt", b"two")})

    with open_tenant(tenant):
        assert "oldwords" not in Candidate.objects.values_list("search_text", flat=True).get()


def test_document_of_a_wrong_type_is_refused(recruiter_client: Client, zoe: Candidate) -> None:
    page = recruiter_client.post(at(zoe, "documents/add/"), {"file": upload("run.exe", b"MZ"), "kind": "other"})

    assert page.status_code == 422


def test_photo_is_shown_by_what_it_is(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    recruiter_client.post(at(zoe, "photo/put/"), {"file": upload("../../me.html", PNG)})
    refused = recruiter_client.post(at(zoe, "photo/put/"), {"file": upload("me.png", b"<svg onload=x>")}, follow=True)
    recruiter_client.post(at(zoe, "photo/put/"), {"file": upload("me.png", PNG)})

    shown = recruiter_client.get(at(zoe, "photo/"))
    assert (b"".join(shown.streaming_content), shown.headers["Content-Type"]) == (PNG, "image/png")
    assert shown.headers["Content-Disposition"] == 'inline; filename="photo.png"'
    assert said(refused)[-1].startswith("“me.png” is not a picture that can be shown here.")


def test_photo_is_removed_with_its_file(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    recruiter_client.post(at(zoe, "photo/put/"), {"file": upload("me.png", PNG)})
    recruiter_client.post(at(zoe, "photo/remove/"))

    with open_tenant(tenant):
        assert (StoredFile.objects.count(), recruiter_client.get(at(zoe, "photo/")).status_code) == (0, 404)


def test_first_source_stays_and_later_ones_are_added(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    for name in ("PyCon", "PyCon", "Test"):
        recruiter_client.post(at(zoe, "sources/add/"), {"name": name})
    edit(recruiter_client, zoe, source="")

    with open_tenant(tenant):
        assert fresh(zoe, tenant).source.name == "Test"
        assert [str(touch) for touch in SourceTouch.objects.all()] == ["PyCon", "Test"]


def test_labels_are_saved_for_oneself(recruiter_client: Client, zoe: Candidate) -> None:
    recruiter_client.post(at(zoe, "labels/"), {"labels": ["call in May", "call in May "]})

    mine = recruiter_client.get(at(zoe, "edit/")).context["my_labels"]
    assert mine == [{"value": "call in May", "label": "call in May"}]


@pytest.mark.parametrize("part", ["", "edit/", "peek/", "brief/", "fresh/"])
def test_every_page_works_with_a_name_and_a_link(recruiter_client: Client, tenant: Tenant, part: str) -> None:
    with open_tenant(tenant):
        bare = a_candidate("Ada", "", phones=[], links=[Claim("linkedin.com/in/ada")], place=None, skills=[], jobs=[])

    assert recruiter_client.get(at(bare, part)).status_code == 200


@shared
def rich(tenant: Tenant, recruiter: Member, zoe: Candidate) -> Candidate:
    """Somebody of whom everything is known."""
    with open_tenant(tenant):
        for kind in FactKind.values:
            facts.add(candidate=zoe, text=f"A {kind}", kind=kind, valid_until=FAR, by=SYSTEM, now=NOW)
        wishes = Wishes("phone", time(9), time(17), (1, 2), "de", "formal", "she/her", FAR)
        preferences.put(candidate=zoe, wishes=wishes, by=SYSTEM, now=NOW)
        values = {"text": "t", "number": "2.5", "date": "2026-05-01", "boolean": "yes", "choice": "a", "choices": ["a"]}
        for kind in FieldType.values:
            custom_fields.create(rules=Rules(f"F {kind}", choices=["a"]), type=kind, by=SYSTEM, key=kind)
        said = values | {"url": "example.com"}
        field_values.put(candidate=zoe, values=said, role=None, by=SYSTEM, now=NOW)
        CandidateSkill.objects.filter(skill__kind="language").update(cefr=5, years=1)
        CandidateSkill.objects.exclude(skill__kind="language").update(level=2, years=2.5, line=3)
        labels.tag(candidates=[zoe], name="speaker", by=SYSTEM, now=NOW)
        private_labels.set_labels(candidate=zoe, member=recruiter, names=["mine"])
        sources.touch(candidate=zoe, source=candidates.source_named("PyCon", "event"), now=NOW)
        tasks.add(title="Call", candidate=zoe, by=recruiter.actor, now=NOW, zone="UTC", due_on=NOW.date())
        changes = {"job_search": "open", "open_to_remote": True, "open_to_relocation": False, "owner": recruiter}
        candidates.edit(candidate=zoe, changes=changes, by=SYSTEM, now=NOW)
        Provenance.objects.update(created_at=NOW - timedelta(days=900))
        Candidate.objects.filter(pk=zoe.pk).update(last_two_way_at=NOW, last_contacted_at=NOW)
        return zoe


@pytest.mark.parametrize("part", ["", "edit/", "peek/", "brief/", "fresh/"])
def test_every_page_works_when_everything_is_known(recruiter_client: Client, rich: Candidate, part: str) -> None:
    page = recruiter_client.get(at(rich, part))

    assert page.status_code == 200


def test_profile_says_how_we_stand(recruiter_client: Client, rich: Candidate, recruiter: Member) -> None:
    page = recruiter_client.get(at(rich, ""))
    known = page.context["dossier"]

    assert ([str(f) for f in known.promises], str(page.context["next_task"])) == (["A promise"], "Call")
    assert [str(own.value) for own in known.custom if own.field.key == "number"] == ["2.500000"]
    assert [str(row) for row in known.labels] == ["mine"]
    assert (known.facts["location"].stale, known.contact_points[0].stale) == (True, True)


def test_profile_shows_a_colleague_no_private_label(owner_client: Client, rich: Candidate) -> None:
    page = owner_client.get(at(rich, ""))

    assert list(page.context["dossier"].labels) == []


def test_profile_shows_the_time_where_they_are(recruiter_client: Client, zoe: Candidate) -> None:
    page = recruiter_client.get(at(zoe, ""))

    there = datetime.now(ZoneInfo("Europe/Stockholm"))
    shown = {f"{moment:%H:%M} local time" for moment in (there, there - timedelta(minutes=1))}
    assert any(words in page.content.decode() for words in shown)
