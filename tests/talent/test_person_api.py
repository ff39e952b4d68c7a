"""What describes a person, through the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from crm.actors import SYSTEM
from crm.models import AuditEntry, Member, Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, CandidateFact, CandidateSkill, ContactPoint, Document, Skill, Tag
from talent.profile import Claim
from talent.services import custom_fields, documents, labels, private_labels
from talent.services.custom_fields import Rules
from tests.factories.files import a_picture
from tests.factories.machine import ROOT, Machine, fields_of
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared


@shared
def zoe(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        custom_fields.create(rules=Rules("Notice"), type="number", by=SYSTEM)
        custom_fields.create(rules=Rules("Hush", view_roles=["owner", "admin"]), type="text", by=SYSTEM)
        return a_candidate(skills=[Claim("Golang")])


def of(person: Candidate, verb: str = "") -> str:
    return f"candidates/{person.pk}/{verb}"


def test_custom_fields_are_set_and_read(machine: Machine, zoe: Candidate) -> None:
    status, person = machine.call("patch", of(zoe), {"custom": {"notice": 3, "hush": "quiet"}})

    assert (status, person["custom"]) == (200, {"notice": 3.0, "hush": "quiet"})


@pytest.mark.parametrize(
    ("custom", "fields"),
    [({"notice": "many"}, ["custom.notice"]), ({"nonsense": 1, "notice": 1}, ["custom.nonsense"])],
)
def test_bad_custom_value_changes_nothing(machine: Machine, zoe: Candidate, custom: dict, fields: list[str]) -> None:
    answer = machine.call("patch", of(zoe), {"name": "Other", "custom": custom})

    assert fields_of(answer) == (400, fields)
    assert machine.call("get", of(zoe))[1]["name"] == "Zoë Ångström"


def test_custom_field_of_others_does_not_exist(tenant: Tenant, machine: Machine, zoe: Candidate) -> None:
    machine.call("patch", of(zoe), {"custom": {"hush": "quiet"}})
    weak = Machine(tenant, Role.RECRUITER)

    assert weak.call("get", of(zoe))[1]["custom"] == {"notice": None}
    assert fields_of(weak.call("patch", of(zoe), {"custom": {"hush": "x"}})) == (400, ["custom.hush"])
    assert [f["key"] for f in weak.call("get", "fields/")[1]] == ["notice"]


def test_second_coming_fills_what_is_empty(machine: Machine, zoe: Candidate) -> None:
    machine.call("patch", of(zoe), {"custom": {"notice": 3}})
    body = {"emails": ["zoe@example.com"], "custom": {"notice": 9, "hush": "new"}}
    person = machine.call("post", "candidates/", body)[1]

    assert person["custom"] == {"notice": 3.0, "hush": "new"}


def test_seniority_and_job_search_say_where_they_come_from(machine: Machine, zoe: Candidate) -> None:
    body = {"seniority": 6, "job_search": "open", "job_search_origin": "Their site", "open_to_remote": True}
    person = machine.call("patch", of(zoe), body)[1]

    assert (person["seniority"], person["seniority_origin"], person["open_to_remote"]) == (6, "edited", True)
    assert (person["job_search"], person["job_search_origin"]) == ("open", "Their site")
    assert person["told_at"]["seniority"] > person["told_at"]["email"]


def test_first_source_stays(tenant: Tenant, machine: Machine, zoe: Candidate) -> None:
    answer = machine.call("patch", of(zoe), {"source_id": None})
    more = machine.call("post", of(zoe, "sources/"), {"name": "PyCon"})

    assert (fields_of(answer), [row["name"] for row in more[1]]) == ((400, ["source_id"]), ["PyCon"])


def test_claim_is_measured_on_its_own_scale(tenant: Tenant, machine: Machine, zoe: Candidate) -> None:
    with open_tenant(tenant):
        claim = CandidateSkill.objects.get()
    right = machine.call("patch", f"candidate-skills/{claim.pk}/", {"level": 3, "years": 2.5})
    wrong = machine.call("patch", f"candidate-skills/{claim.pk}/", {"cefr": 3})

    assert (right[1]["level"], right[1]["years"], fields_of(wrong)) == (3, 2.5, (400, ["level"]))


def test_facts_are_written_settled_and_removed(tenant: Tenant, machine: Machine, zoe: Candidate) -> None:
    fact = machine.call("post", of(zoe, "facts/"), {"text": "Three months' notice", "kind": "fact"})[1]
    settled = machine.call("patch", f"facts/{fact['id']}/", {"settled": True, "text": "Two months"})[1]
    machine.call("delete", f"facts/{fact['id']}/")

    assert (settled["text"], settled["settled_at"] is not None) == ("Two months", True)
    with open_tenant(tenant):
        assert CandidateFact.objects.count() == 0


def test_wishes_are_replaced_whole(machine: Machine, zoe: Candidate) -> None:
    machine.call("put", of(zoe, "preferences/"), {"channel": "phone", "weekdays": [5, 1, 1]})
    wishes = machine.call("get", of(zoe, "preferences/"))[1]
    wrong = machine.call("put", of(zoe, "preferences/"), {"hours_from": "18:00", "hours_until": "09:00"})

    assert (wishes["channel"], wishes["weekdays"], fields_of(wrong)) == ("phone", [1, 5], (400, ["hours_until"]))


def test_address_is_corrected_and_leaves_a_trace(tenant: Tenant, machine: Machine, zoe: Candidate) -> None:
    with open_tenant(tenant):
        point = ContactPoint.objects.emails().get()
    sent = {"value": "new@example.com", "use": "work", "verified": True}
    row = machine.call("patch", f"contact-points/{point.pk}/", sent)[1]
    past = machine.call("get", of(zoe, "contact-point-changes/"))[1]

    assert (row["value"], row["use"], row["verified_at"] is not None) == ("new@example.com", "work", True)
    assert [(one["change"], one["was"]) for one in past] == [("verified", ""), ("changed", "zoe@example.com")]


def test_key_has_no_private_labels(machine: Machine, zoe: Candidate) -> None:
    assert machine.call("get", of(zoe, "labels/"))[0] == 403


def test_member_reads_own_labels_alone(
    recruiter_client: Client, owner_client: Client, tenant: Tenant, recruiter: Member, zoe: Candidate
) -> None:
    with open_tenant(tenant):
        private_labels.set_labels(candidate=zoe, member=recruiter, names=["secretword"])
    url = ROOT + of(zoe, "labels/")

    assert recruiter_client.get(url).json() == {"labels": ["secretword"]}
    assert owner_client.get(url).json() == {"labels": []}
    assert "secretword" not in owner_client.get(ROOT + of(zoe)).content.decode()


def test_document_gets_a_newer_version(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    url = ROOT + of(zoe, "documents/")
    first = recruiter_client.post(url, {"file": SimpleUploadedFile("cv.txt", b"one")}).json()
    newer = recruiter_client.post(ROOT + f"documents/{first['id']}/", {"file": SimpleUploadedFile("cv2.txt", b"two")})

    assert (newer.status_code, newer.json()["version"], newer.json()["original_id"]) == (201, 2, first["id"])
    with open_tenant(tenant):
        assert [d.version for d in Document.objects.current()] == [2]


def test_document_is_read_and_handed_out(recruiter_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    sent = {"file": SimpleUploadedFile("letter.txt", b"Dear all"), "kind": "other"}
    row = recruiter_client.post(ROOT + of(zoe, "documents/"), sent).json()
    with open_tenant(tenant):
        documents.set_text(document=Document.objects.get(), text="Dear all")
    file = recruiter_client.get(ROOT + f"documents/{row['id']}/file/")

    assert (row["kind"], b"".join(file.streaming_content)) == ("other", b"Dear all")
    assert recruiter_client.get(ROOT + f"documents/{row['id']}/").json()["text"] == "Dear all"
    with open_tenant(tenant):
        assert AuditEntry.objects.filter(action="file.read", object_id=row["file_id"]).count() == 2


def test_photo_is_handed_out_as_what_it_is(recruiter_client: Client, machine: Machine, zoe: Candidate) -> None:
    url, picture = ROOT + of(zoe, "photo/"), a_picture()
    none = (recruiter_client.get(url).status_code, machine.call("get", of(zoe))[1]["photo_id"])
    recruiter_client.put(url, *_multipart(picture))
    answer = recruiter_client.get(url)

    assert (none, answer["Content-Type"], b"".join(answer.streaming_content)) == ((404, None), "image/png", picture)
    assert machine.call("get", of(zoe))[1]["photo_id"]


def _multipart(content: bytes) -> tuple[bytes, str]:
    return encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.png", content)}), MULTIPART_CONTENT


def test_skill_is_renamed_given_aliases_and_merged(tenant: Tenant, machine: Machine, zoe: Candidate) -> None:
    with open_tenant(tenant):
        golang, go = Skill.objects.get(key="golang"), Skill.objects.create(name="Go", key="go")
    aliases = machine.call("patch", f"skills/{golang.pk}/", {"aliases": ["Go lang"]})[1]["aliases"]
    would = machine.call("get", f"skills/{golang.pk}/merge/?into={go.pk}")
    done = machine.call("post", f"skills/{golang.pk}/merge/", {"into": "go"})[1]

    assert (aliases, done["people"], machine.call("get", of(zoe))[1]["skill_keys"]) == (["Go lang"], 1, ["go"])
    assert would == (200, {"people": 1, "both": 0})
    assert machine.call("get", f"skills/{go.pk}/")[1]["aliases"] == ["Go lang", "Golang"]
    assert machine.call("post", "label-undo/", {"undo": done["undo"]}) == (200, {"people": 1})


def test_tags_are_renamed_and_merged(tenant: Tenant, machine: Machine, zoe: Candidate) -> None:
    with open_tenant(tenant):
        labels.tag(candidates=[zoe], name="speaker", by=SYSTEM, now=NOW)
        tag, other = Tag.objects.get(), Tag.objects.create(name="Talks")
    taken = machine.call("patch", f"tags/{tag.pk}/", {"name": "talks"})
    would = machine.call("get", f"tags/{tag.pk}/merge/?into={other.pk}")
    done = machine.call("post", f"tags/{tag.pk}/merge/", {"into": str(other.pk)})

    assert (fields_of(taken), done[1]["people"]) == ((400, ["name"]), 1)
    assert would == (200, {"people": 1, "both": 0})
    assert fields_of(machine.call("get", f"tags/{other.pk}/merge/")) == (400, ["into"])
    assert machine.call("get", of(zoe))[1]["tags"] == ["Talks"]


def test_field_is_made_changed_and_archived(tenant: Tenant, machine: Machine) -> None:
    field = machine.call("post", "fields/", {"name": "Medal", "type": "choice", "choices": ["Gold"], "key": "medal"})[1]
    wrong = machine.call("patch", f"fields/{field['id']}/", {"choices": []})
    gone = machine.call("patch", f"fields/{field['id']}/", {"archived": True})[1]

    assert (fields_of(wrong), gone["archived_at"] is not None) == ((400, ["choices"]), True)
    assert machine.call("get", "fields/")[1] == []
    assert [one["key"] for one in machine.call("get", "fields/?archived=true")[1]] == ["medal"]
    assert Machine(tenant, Role.RECRUITER).call("get", "fields/?archived=true")[0] == 403


@pytest.mark.parametrize("path", ["skills/", "tags/", "fields/"])
def test_recruiters_change_no_words(tenant: Tenant, path: str) -> None:
    assert Machine(tenant, Role.RECRUITER).call("post", path, {"name": "x"})[0] == 403
