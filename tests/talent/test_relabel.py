"""Renames and merges of skills and tags, and the way back."""

from collections.abc import Iterator

import pytest

from crm.actors import SYSTEM
from crm.models import Event, Tenant
from crm.services.undo import NothingToUndo
from crm.tenancy.context import tenant as open_tenant
from talent.events import CANDIDATE_CHANGED
from talent.models import Candidate, CandidateSkill, CandidateTag, Skill, SkillAlias, Tag
from talent.profile import Claim
from talent.services import labels, relabel, skills
from talent.services.relabel import SameLabel
from talent.services.skills import NameTaken
from tests.factories.talent import NOW, a_candidate

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def inside(tenant: Tenant) -> Iterator[None]:
    with open_tenant(tenant):
        yield


@pytest.fixture
def ada() -> Candidate:
    return a_candidate("Ada", "ada@example.com", skills=[Claim("Golang"), Claim("Go")])


@pytest.fixture
def bo() -> Candidate:
    return a_candidate("Bo", "bo@example.com", skills=[Claim("Golang")])


def skill(key: str) -> Skill:
    found: Skill = Skill.objects.get(key=key)
    return found


def keys() -> dict[str, list[str]]:
    return dict(Candidate.objects.values_list("name", "skill_keys"))


def state() -> object:
    """Everything that a merge touches."""
    claims = CandidateSkill.objects.order_by("pk").values_list("pk", "candidate", "skill", "level", "years")
    puts = CandidateTag.objects.order_by("candidate", "tag").values_list("candidate", "tag")
    names = [list(m.objects.order_by("pk").values_list("pk", "name")) for m in (Skill, SkillAlias, Tag)]
    people = Candidate.objects.order_by("pk").values_list("skill_keys", "tag_ids")
    return list(claims), list(puts), names, list(people)


def test_merge_rekeys_people(ada: Candidate, bo: Candidate) -> None:
    done = relabel.merge_skills(skill=skill("golang"), into=skill("go"), by=SYSTEM, now=NOW)

    assert (done.people, keys()) == (2, {"Ada": ["go"], "Bo": ["go"]})
    assert skills.canonical("Golang") == "go"


def test_merge_tells_of_everybody(ada: Candidate, bo: Candidate) -> None:
    before = Event.objects.filter(kind=CANDIDATE_CHANGED).count()
    relabel.merge_skills(skill=skill("golang"), into=skill("go"), by=SYSTEM, now=NOW)

    assert Event.objects.filter(kind=CANDIDATE_CHANGED).count() - before == 2


def test_merge_keeps_what_both_claims_say(ada: Candidate) -> None:
    CandidateSkill.objects.filter(skill__key="golang").update(level=3, years=4)
    CandidateSkill.objects.filter(skill__key="go").update(level=2)
    relabel.merge_skills(skill=skill("golang"), into=skill("go"), by=SYSTEM, now=NOW)

    assert list(CandidateSkill.objects.values_list("level", "years")) == [(2, 4)]


def test_merge_of_skills_is_undone_whole(ada: Candidate, bo: Candidate) -> None:
    CandidateSkill.objects.filter(skill__key="golang").update(level=3)
    skills.add_alias(skill=skill("golang"), name="Go lang", by=SYSTEM)
    Skill.objects.filter(key="go").update(parent=skill("golang"))
    before = state()
    done = relabel.merge_skills(skill=skill("golang"), into=skill("go"), by=SYSTEM, now=NOW)

    assert (relabel.take_back(token=done.undo, by=SYSTEM, now=NOW), state()) == (2, before)


def test_undo_is_refused_when_the_name_is_in_use_again(ada: Candidate) -> None:
    done = relabel.merge_skills(skill=skill("golang"), into=skill("go"), by=SYSTEM, now=NOW)
    skills.remove_alias(alias=SkillAlias.objects.get(), by=SYSTEM)
    skills.named(["Golang"])

    with pytest.raises(NothingToUndo):
        relabel.take_back(token=done.undo, by=SYSTEM, now=NOW)


def test_rename_keeps_the_old_name_as_alias(bo: Candidate) -> None:
    before = state()
    done = relabel.rename_skill(skill=skill("golang"), name="Go", by=SYSTEM, now=NOW)

    assert (keys(), skills.canonical("golang")) == ({"Bo": ["go"]}, "go")
    relabel.take_back(token=done.undo, by=SYSTEM, now=NOW)
    assert state() == before


def test_renamed_people_are_found_by_the_new_name(bo: Candidate) -> None:
    relabel.rename_skill(skill=skill("golang"), name="Gopherish", by=SYSTEM, now=NOW)

    assert "Gopherish" in Candidate.objects.values_list("search_text", flat=True).get()


def test_name_of_another_skill_is_refused(ada: Candidate) -> None:
    with pytest.raises(NameTaken, match="“Go” is there already"):
        relabel.rename_skill(skill=skill("golang"), name="GO", by=SYSTEM, now=NOW)


def test_merge_into_itself_is_refused(bo: Candidate) -> None:
    with pytest.raises(SameLabel):
        relabel.merge_skills(skill=skill("golang"), into=skill("golang"), by=SYSTEM, now=NOW)


def test_tags_are_merged_and_parted_again(ada: Candidate, bo: Candidate) -> None:
    labels.tag(candidates=[ada, bo], name="speaker", by=SYSTEM, now=NOW)
    labels.tag(candidates=[ada], name="Speakers", by=SYSTEM, now=NOW)
    before, into = state(), Tag.objects.get(name="Speakers")
    done = relabel.merge_tags(tag=Tag.objects.get(name="speaker"), into=into, by=SYSTEM, now=NOW)

    assert list(Candidate.objects.values_list("tag_ids", flat=True)) == [[into.pk], [into.pk]]
    assert (done.people, relabel.take_back(token=done.undo, by=SYSTEM, now=NOW), state()) == (2, 2, before)


def test_tag_is_renamed_and_named_back(ada: Candidate) -> None:
    labels.tag(candidates=[ada], name="speaker", by=SYSTEM, now=NOW)
    before = state()
    done = relabel.rename_tag(tag=Tag.objects.get(), name="Talks", by=SYSTEM, now=NOW)

    assert (Tag.objects.get().name, done.people) == ("Talks", 1)
    relabel.take_back(token=done.undo, by=SYSTEM, now=NOW)
    assert state() == before
