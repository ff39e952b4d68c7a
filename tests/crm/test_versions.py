"""Two callers of the API change one thing: who asks for a version by If-Match overwrites nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import (
    Candidate,
    Job,
    Note,
    OffLimitsCompany,
    RecruitingEvent,
    RediscoverySearch,
    Segment,
    TalentPool,
)
from talent.services import tasks
from tests.factories.talent import NOW, a_candidate
from tests.ground import shared
from tests.talent.test_membership import a_segment, country

API = "/o/acme/api/v1"


@shared
def zoe(tenant: Tenant) -> Candidate:
    with open_tenant(tenant):
        return a_candidate()


def change(client: Client, path: str, sent: dict[str, Any], version: str = "", method: str = "patch") -> HttpResponse:
    headers = {"If-Match": version} if version else {}
    return getattr(client, method)(path, sent, content_type="application/json", headers=headers)


def _segment(by: Member) -> Any:
    return a_segment(country("SE"), "Nordics")


def _task(by: Member) -> Any:
    return tasks.add(title="Call", by=by.actor, now=NOW, zone="UTC")


def _note(by: Member) -> Any:
    return Note.objects.create(candidate=a_candidate("Ada Noted", "ada@example.com"), author=by, text="Calm")


def _event(by: Member) -> Any:
    times = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=2), "time_zone": "UTC"}
    return RecruitingEvent.objects.create(name="Open house", **times)


def _listed(by: Member) -> Any:
    return OffLimitsCompany.objects.create(kind="company", value="Acme", normal="acme", reason="Client", added_by="Ada")


def _search(by: Member) -> Any:
    asked = [{"text": "Python", "must": False}]
    row = RediscoverySearch(name="Engineers", text="", requirements=asked, found=[], run_by="Ada", run_at=NOW)
    row.save()
    return row


THINGS: dict[str, tuple[Callable[[Member], Any], dict[str, Any]]] = {
    "candidates": (lambda by: a_candidate("Ada Twin", "twin@example.com"), {"headline": "Changed"}),
    "segments": (_segment, {"description": "Changed"}),
    "pools": (lambda by: TalentPool.objects.create(name="Bench"), {"purpose": "Changed"}),
    "events": (_event, {"place": "Changed"}),
    "jobs": (lambda by: Job.objects.create(title="Engineer"), {"department": "Changed"}),
    "tasks": (_task, {"title": "Changed"}),
    "notes": (_note, {"text": "Changed"}),
    "off-limits": (_listed, {"reason": "Changed"}),
    "rediscoveries": (_search, {"name": "Changed"}),
}


@pytest.mark.parametrize("noun", THINGS)
def test_change_of_what_was_changed_meanwhile_is_refused(
    owner_client: Client, owner: Member, tenant: Tenant, noun: str
) -> None:
    make, sent = THINGS[noun]
    with open_tenant(tenant):
        path = f"{API}/{noun}/{make(owner).pk}/"
    read = owner_client.get(path)["ETag"]

    first = change(owner_client, path, sent, read)
    late = [change(owner_client, path, sent, read), change(owner_client, path, {}, read, "delete")]

    assert (first.status_code, [answer.status_code for answer in late]) == (200, [412, 412])
    assert late[0].json()["error"]["message"].startswith("This was changed since you read it.")
    assert first["ETag"] == owner_client.get(path)["ETag"] != read
    assert change(owner_client, path, sent, first["ETag"]).status_code == 200


def test_refused_change_changes_nothing(owner_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    path = f"{API}/candidates/{zoe.pk}/"

    for version in ('"another"', "no tag at all", 'W/"another", "third"'):
        assert change(owner_client, path, {"headline": "Mine"}, version).status_code == 412

    with open_tenant(tenant):
        assert Candidate.objects.get().headline == zoe.headline


def test_any_of_several_versions_counts_and_a_star_means_whatever_is_there(
    owner_client: Client, zoe: Candidate
) -> None:
    path = f"{API}/candidates/{zoe.pk}/"
    read = owner_client.get(path)["ETag"]

    answers = [change(owner_client, path, {"headline": "Same"}, f'"another", W/{read}')]
    answers += [change(owner_client, path, {"headline": "Other"}, version) for version in ("*", "")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


def test_version_of_what_is_not_there_is_that_of_nothing(owner_client: Client, zoe: Candidate) -> None:
    path = f"{API}/candidates/{Segment(name='none').pk}/"

    assert change(owner_client, path, {"headline": "Mine"}, "*").status_code == 404


def test_clock_of_contact_makes_no_new_version(owner_client: Client, tenant: Tenant, zoe: Candidate) -> None:
    path = f"{API}/candidates/{zoe.pk}/"
    read = owner_client.get(path)["ETag"]
    with open_tenant(tenant):
        Candidate.objects.touch(contacted_at=NOW + timedelta(days=1))

    assert owner_client.get(path)["ETag"] == read


def test_size_of_a_segment_makes_no_new_version(owner_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        segment = a_segment(country("SE"), "Nordics")
        read = owner_client.get(f"{API}/segments/{segment.pk}/")["ETag"]
        Segment.objects.update(size=7, refreshed_at=NOW + timedelta(days=1))

    assert owner_client.get(f"{API}/segments/{segment.pk}/")["ETag"] == read


def test_wishes_are_put_with_the_version_that_was_read(owner_client: Client, zoe: Candidate) -> None:
    path = f"{API}/candidates/{zoe.pk}/preferences/"
    read = owner_client.get(path)

    wished = read.json() | {"pronouns": "she/her"}
    answers = [change(owner_client, path, wished, read["ETag"], "put") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 412]
