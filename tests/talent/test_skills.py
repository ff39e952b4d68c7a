"""Skills: any of their names, how well, and who says so."""

import pytest

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.services import files
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, CandidateSkill, Skill, SkillAlias
from talent.profile import Claim
from talent.services import documents, labels, skills
from talent.services.arrivals import Arrival, save_all
from talent.services.candidates import Origin
from tests.factories.talent import NOW, a_candidate, a_profile

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def inside(tenant: Tenant) -> object:
    with open_tenant(tenant):
        yield


@pytest.fixture
def kubernetes() -> Skill:
    skill = skills.named(["Kubernetes"])["kubernetes"]
    SkillAlias.objects.create(skill=skill, name="k8s", key="k8s")
    return skill


def test_alias_is_the_skill(kubernetes: Skill) -> None:
    person = a_candidate(skills=[Claim("K8S"), Claim("Kubernetes")])

    assert (person.skill_keys, Skill.objects.count()) == (["kubernetes"], 1)


def test_alias_is_the_skill_for_many_at_once(kubernetes: Skill) -> None:
    profiles = [a_profile(f"P {n}", f"p{n}@example.com", skills=[Claim("k8s")]) for n in range(3)]
    save_all([Arrival(p, Origin("list.csv", "csv"), SYSTEM, NOW) for p in profiles])

    assert list(Candidate.objects.values_list("skill_keys", flat=True)) == [["kubernetes"]] * 3


def test_alias_typed_by_hand_keeps_what_is_there(kubernetes: Skill) -> None:
    person = a_candidate(skills=[Claim("Kubernetes", "ran clusters")])

    assert labels.set_skills(candidate=person, names=["k8s"], by=SYSTEM, now=NOW) == []
    assert CandidateSkill.objects.get().evidence == "ran clusters"


def test_claim_names_its_line_and_who_said_so(kubernetes: Skill) -> None:
    person = a_candidate(skills=[])
    file = files.store(content=b"x", name="cv.pdf", content_type="application/pdf")
    document = documents.add(candidate=person, file=file, text="Zoë\nran clusters", by=SYSTEM, now=NOW)
    labels.add_skills(candidate=person, claims=[Claim("k8s", "ran clusters")], said_by="cv.pdf", document=document)

    row = CandidateSkill.objects.get()
    assert (row.line, row.asserted_by, row.document_id) == (2, "cv.pdf", document.pk)


@pytest.mark.parametrize(("asked", "key"), [("K8s", "kubernetes"), ("Rust", "rust"), (" ", "")])
def test_canonical_key(kubernetes: Skill, asked: str, key: str) -> None:
    assert skills.canonical(asked) == key
