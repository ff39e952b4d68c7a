"""The settings of skills, tags, private labels and custom fields."""

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, CandidateLabel, FieldDefinition, Skill, SkillAlias, Tag
from talent.profile import Claim
from talent.services import labels, private_labels
from tests.conftest import logged_in
from tests.factories.people import a_member
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared

SETTINGS = "/o/acme/settings/"


@shared
def zoe(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        person = a_candidate(skills=[Claim("Golang")])
        labels.tag(candidates=[person], name="speaker", by=SYSTEM, now=NOW)
        return person


@shared
def golang(tenant: Tenant, zoe: Candidate) -> Skill:
    with open_tenant(tenant):
        Skill.objects.create(name="Go", key="go")
        return Skill.objects.get(key="golang")


def said(page: object) -> list[str]:
    return [str(message) for message in page.context["messages"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("part", ["skills/", "tags/", "fields/", "fields/new/", "fields/new/?type=choice", "labels/"])
def test_pages_open_for_who_may_manage(owner_client: Client, zoe: Candidate, part: str) -> None:
    assert owner_client.get(f"{SETTINGS}{part}").status_code == 200


@pytest.mark.parametrize("part", ["skills/", "tags/", "fields/"])
def test_recruiters_do_not_manage(recruiter_client: Client, part: str) -> None:
    assert recruiter_client.get(f"{SETTINGS}{part}").status_code == 403


def test_merge_shows_the_count_first(owner_client: Client, tenant: Tenant, golang: Skill) -> None:
    page = owner_client.get(f"{SETTINGS}skills/{golang.pk}/merge/?into=go")

    assert (page.context["people"], page.context["both"], str(page.context["into"])) == (1, 0, "Go")
    with open_tenant(tenant):
        assert Skill.objects.filter(key="golang").exists()


def test_merge_and_its_undo(owner_client: Client, tenant: Tenant, golang: Skill) -> None:
    page = owner_client.post(f"{SETTINGS}skills/{golang.pk}/merge/", {"into": "Go"}, follow=True)
    message = next(iter(page.context["messages"]))
    with open_tenant(tenant):
        assert Candidate.objects.get().skill_keys == ["go"]
    owner_client.post(message.extra_tags.split(":", 1)[1])

    with open_tenant(tenant):
        assert (str(message), Candidate.objects.get().skill_keys) == ("“Golang” is “Go” now (1 person)", ["golang"])


@pytest.mark.parametrize(
    ("verb", "sent", "form", "error"),
    [
        ("", {"kind": "technical", "parent": "Nonsense"}, "form", "There is no skill called “Nonsense”."),
        ("", {"kind": "technical", "parent": "Golang"}, "form", "“Golang” lies below “Golang” already."),
        ("rename/", {"name": "Go"}, "name_form", "“Go” is there already."),
        (
            "alias/",
            {"alias-name": "Go"},
            "alias_form",
            "“Go” is called that already.",
        ),
        ("merge/", {"into": "golang"}, "merge_form", "Choose another skill to merge it into."),
    ],
)
def test_skill_with_a_mistake_says_so(
    owner_client: Client, golang: Skill, verb: str, sent: dict[str, str], form: str, error: str
) -> None:
    page = owner_client.post(f"{SETTINGS}skills/{golang.pk}/{verb}", sent)

    errors = [text for texts in page.context[form].errors.values() for text in texts]
    assert (page.status_code, [e.split(" Merge")[0] for e in errors]) == (422, [error])


def test_alias_is_added_and_removed(owner_client: Client, tenant: Tenant, golang: Skill) -> None:
    owner_client.post(f"{SETTINGS}skills/{golang.pk}/alias/", {"alias-name": "Go lang"})
    with open_tenant(tenant):
        alias = SkillAlias.objects.get()
    page = owner_client.post(f"{SETTINGS}skill-aliases/{alias.pk}/remove/", follow=True)

    assert said(page)[-1] == "“Go lang” no longer means “Golang”."


def test_skill_that_people_have_is_not_deleted(owner_client: Client, golang: Skill) -> None:
    page = owner_client.post(f"{SETTINGS}skills/{golang.pk}/delete/", follow=True)

    assert said(page) == ["People have “Golang”. Merge it into another skill instead."]


def test_tag_is_renamed_for_everybody(owner_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    with open_tenant(tenant):
        tag = Tag.objects.get()
    page = owner_client.post(f"{SETTINGS}tags/{tag.pk}/", {"name": "Talks"}, follow=True)

    assert said(page) == ["“speaker” is called “Talks” now (1 person)"]


def test_field_is_made_and_archived(owner_client: Client, tenant: Tenant) -> None:
    sent = {"name": "Notice period", "choices": "none\nthree months\nNone"}
    owner_client.post(f"{SETTINGS}fields/new/?type=choice", sent)
    with open_tenant(tenant):
        field = FieldDefinition.objects.get()
        assert (field.key, field.type, field.choices) == ("notice_period", "choice", ["None", "three months"])
    page = owner_client.post(f"{SETTINGS}fields/{field.pk}/archive/", follow=True)

    assert said(page)[-1] == "“Notice period” is archived. What it says is kept."


def test_field_with_a_mistake_says_so(owner_client: Client, tenant: Tenant) -> None:
    page = owner_client.post(f"{SETTINGS}fields/new/?type=number", {"name": "Team", "minimum": "3", "maximum": "1"})

    assert (page.status_code, page.context["form"].errors) == (422, {"maximum": ["The most is less than the least."]})


@pytest.fixture
def colleague_client(tenant: Tenant) -> Client:
    return logged_in(a_member(tenant, "recruiter", "colleague@example.com"))


def test_label_of_a_colleague_does_not_exist(
    recruiter_client: Client, colleague_client: Client, tenant: Tenant, recruiter: Member, zoe: Candidate
) -> None:
    with open_tenant(tenant):
        private_labels.set_labels(candidate=zoe, member=recruiter, names=["secretword"])
        label = private_labels.of_member(recruiter).get()
    page = colleague_client.get(f"{SETTINGS}labels/")

    assert ("secretword" in page.content.decode(), list(page.context["labels"])) == (False, [])
    assert colleague_client.post(f"{SETTINGS}labels/{label.pk}/rename/", {"name": "x"}).status_code == 404
    assert "secretword" in recruiter_client.get(f"{SETTINGS}labels/").content.decode()


def test_label_is_nowhere_but_with_its_member(tenant: Tenant, recruiter: Member, zoe: Candidate) -> None:
    with open_tenant(tenant):
        private_labels.set_labels(candidate=zoe, member=recruiter, names=["secretword"])

        assert "secretword" not in Candidate.objects.values_list("search_text", flat=True).get()


def test_label_is_deleted_and_brought_back(
    recruiter_client: Client, tenant: Tenant, recruiter: Member, zoe: Candidate
) -> None:
    with open_tenant(tenant):
        private_labels.set_labels(candidate=zoe, member=recruiter, names=["mine"])
        label = private_labels.of_member(recruiter).get()
    page = recruiter_client.post(f"{SETTINGS}labels/{label.pk}/delete/", follow=True)
    recruiter_client.post(next(iter(page.context["messages"])).extra_tags.split(":", 1)[1])

    with open_tenant(tenant):
        assert [str(row) for row in CandidateLabel.objects.all()] == ["mine"]


def test_undo_of_a_colleague_is_refused(
    recruiter_client: Client, colleague_client: Client, tenant: Tenant, recruiter: Member, zoe: Candidate
) -> None:
    with open_tenant(tenant):
        private_labels.set_labels(candidate=zoe, member=recruiter, names=["mine"])
        done = private_labels.delete(label=private_labels.of_member(recruiter).get())

    assert colleague_client.post(f"{SETTINGS}labels/undo/{done.undo}/").status_code == 404
