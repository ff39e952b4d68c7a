"""Two people edit the same thing at once: nothing that one of them saved is lost."""

from __future__ import annotations

import json

from django.test import Client

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, Job, Segment, TalentPool, Task
from talent.services import dossier, skills, tasks
from tests.edited import Fields, opened
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared
from tests.talent.test_membership import a_segment, country


@shared
def zoe(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate()


def test_fields_of_a_person_that_each_changed_are_both_kept(
    tenant: Tenant, anna: Client, ben: Client, zoe: Candidate
) -> None:
    path = f"/o/acme/candidates/{zoe.pk}/edit/"
    hers, his = opened(anna, path), opened(ben, path)

    anna.post(path, hers | {"headline": "Hers", "tags": ["Alumni"], "skills": ["Go"]})
    answer = ben.post(path, his | {"location": "Brno, Czechia", "tags": ["Speaker"]})

    with open_tenant(tenant):
        now = Candidate.objects.get(pk=zoe.pk)
        assert (answer.status_code, now.headline, now.location) == (302, "Hers", "Brno, Czechia")
        assert {name: set(words) for name, words in dossier.names(now).items()} == {
            "skills": {"Go"},
            "tags": {"Alumni", "Speaker"},
        }


def test_field_that_both_changed_comes_back_once(tenant: Tenant, anna: Client, ben: Client, zoe: Candidate) -> None:
    path = f"/o/acme/candidates/{zoe.pk}/edit/"
    hers, his = opened(anna, path), opened(ben, path)
    anna.post(path, hers | {"headline": "Hers"})

    refused = ben.post(path, his | {"headline": "His"})

    assert refused.status_code == 422
    assert "A colleague changed this while you were writing. It says “Hers” now." in refused.content.decode()
    assert refused.context["form"]["headline"].value() == "His"
    again = Fields()
    again.feed(refused.content.decode().split('action="' + path)[1].split("</form>")[0])
    assert ben.post(path, again.sent).status_code == 302
    with open_tenant(tenant):
        assert Candidate.objects.get(pk=zoe.pk).headline == "His"


def test_same_change_of_both_is_no_conflict(anna: Client, ben: Client, zoe: Candidate) -> None:
    path = f"/o/acme/candidates/{zoe.pk}/edit/"
    hers, his = opened(anna, path), opened(ben, path)

    answers = [one.post(path, sent | {"headline": "Same"}) for one, sent in ((anna, hers), (ben, his))]

    assert [answer.status_code for answer in answers] == [302, 302]


def test_rule_of_a_segment_is_compared_by_its_meaning(tenant: Tenant, anna: Client, ben: Client) -> None:
    with open_tenant(tenant):
        segment = a_segment(country("SE"), "Nordics")
    path = f"/o/acme/segments/{segment.pk}/edit/"
    hers, his, third = opened(anna, path), opened(ben, path), opened(ben, path)
    for one in (hers, his, third):
        del one["rule_by_hand"]  # which stands where there is no JavaScript alone

    anna.post(path, hers | {"rule": json.dumps(country("NO"))})
    kept = ben.post(path, his | {"name": "Norway", "rule": json.dumps(country("SE"), indent=4)})
    refused = ben.post(path, third | {"rule": json.dumps(country("DK"))})

    with open_tenant(tenant):
        now = Segment.objects.get()
    assert (kept.status_code, now.name, now.rule) == (302, "Norway", country("NO"))
    assert (refused.status_code, "It says “People in Norway” now" in refused.content.decode()) == (422, True)


def test_pools_jobs_and_tasks_keep_both_changes(tenant: Tenant, anna: Client, ben: Client, recruiter: Member) -> None:
    with open_tenant(tenant):
        pool = TalentPool.objects.create(name="Bench")
        job = Job.objects.create(title="Engineer")
        task = tasks.add(title="Call", by=recruiter.actor, now=NOW, zone="UTC")
    changes = {
        f"/o/acme/pools/{pool.pk}/edit/": ({"purpose": "Hers"}, {"name": "His"}),
        f"/o/acme/jobs/{job.pk}/edit/": ({"department": "Hers"}, {"title": "His"}),
        f"/o/acme/tasks/{task.pk}/": ({"due_on": "2026-12-01"}, {"title": "His"}),
    }
    for path, (hers, his) in changes.items():
        first, second = opened(anna, path), opened(ben, path)
        assert [anna.post(path, first | hers).status_code, ben.post(path, second | his).status_code] == [302, 302], path

    with open_tenant(tenant):
        said = (TalentPool.objects.get(), Job.objects.get(), Task.objects.get())
        assert [(str(said[0]), said[0].purpose), (said[1].title, said[1].department)] == [("His", "Hers")] * 2
        assert (said[2].title, str(said[2].due_on)) == ("His", "2026-12-01")


def test_rule_that_the_builder_spelled_out_is_untouched(tenant: Tenant, anna: Client, ben: Client) -> None:
    with open_tenant(tenant):
        skills.named(["IAM"])
        segment = a_segment({"field": "skill", "op": "is_any_of", "value": ["iam"]}, "Access")
    path = f"/o/acme/segments/{segment.pk}/edit/"
    hers, his = opened(anna, path), opened(ben, path)
    for one in (hers, his):
        del one["rule_by_hand"]

    anna.post(path, hers | {"rule": json.dumps(country("NO"))})
    spelled = {"field": "skill", "op": "is_any_of", "value": ["IAM"]}
    answer = ben.post(path, his | {"description": "His", "rule": json.dumps(spelled)})

    with open_tenant(tenant):
        now = Segment.objects.get()
    assert (answer.status_code, now.description, now.rule) == (302, "His", country("NO"))
