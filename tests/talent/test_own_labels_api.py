"""The private labels of a member, through the API."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.models import Candidate, PrivateLabel
from talent.services import private_labels
from tests.factories.machine import ROOT, Machine


@pytest.fixture
def label(tenant: Tenant, recruiter: Member, zoe: Candidate) -> UUID:
    with open_tenant(tenant):
        private_labels.set_labels(candidate=zoe, member=recruiter, names=["ping"])
        return PrivateLabel.objects.get().pk


def names(client: Client) -> list[tuple[str, int]]:
    return [(one["name"], one["people"]) for one in client.get(f"{ROOT}labels/").json()]


def test_label_is_renamed_and_taken_back(recruiter_client: Client, label: UUID) -> None:
    json = "application/json"
    done = recruiter_client.patch(f"{ROOT}labels/{label}/", {"name": "call"}, content_type=json).json()

    assert (done["people"], names(recruiter_client)) == (1, [("call", 1)])
    assert recruiter_client.post(f"{ROOT}labels/undo/", {"undo": done["undo"]}).json() == {"people": 1}
    assert names(recruiter_client) == [("ping", 1)]


def test_label_is_deleted_and_taken_back(recruiter_client: Client, label: UUID) -> None:
    done = recruiter_client.delete(f"{ROOT}labels/{label}/").json()

    assert names(recruiter_client) == []
    recruiter_client.post(f"{ROOT}labels/undo/", {"undo": done["undo"]})
    assert names(recruiter_client) == [("ping", 1)]


def test_labels_of_others_do_not_exist(owner_client: Client, machine: Machine, label: UUID) -> None:
    assert names(owner_client) == []
    assert owner_client.delete(f"{ROOT}labels/{label}/").status_code == 404
    assert machine.call("get", "labels/")[0] == 403
    assert machine.call("delete", f"labels/{label}/")[0] == 404
