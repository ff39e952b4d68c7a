"""A machine changes some settings of a step, and the others stay."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import StepKind
from outreach.models import SequenceStep
from outreach.services import steps
from tests.factories.outreach import a_sequence

EMPTY = {"act": "empty", "field": "job_search"}
SEARCH = {"act": "field", "field": "job_search", "value": "open"}
CLASS = {"when": "class", "reply_class": "interested", "days": 4}
Settings = dict[str, Any]
MERGED: list[tuple[str, Settings, Settings, Settings]] = [
    (StepKind.WAIT_UNTIL, {"hour": 14}, {"weekday": 2}, {"hour": 14, "weekday": 2}),
    (StepKind.WAIT_UNTIL, {"hour": 14, "weekday": 2}, {"date": "2027-03-01"}, {"hour": 14, "date": "2027-03-01"}),
    (StepKind.WAIT_UNTIL, {"hour": 14, "weekday": 2}, {"weekday": None}, {"hour": 14}),
    (StepKind.WAIT_UNTIL, {}, {"weekday": 2}, {"hour": 9, "weekday": 2}),
    (StepKind.BRANCH, {"when": "replied", "days": 4}, {"days": 6}, {"when": "replied", "days": 6}),
    (StepKind.BRANCH, CLASS, {"when": "replied"}, {"when": "replied", "days": 4}),
    (StepKind.BRANCH, {}, {"when": "clicked"}, {"when": "clicked", "days": 5}),
    (StepKind.CALL, {}, {}, {"days": 0}),
    (StepKind.UPDATE, {"act": "tag", "tag": "Go"}, {"tag": "Rust"}, {"act": "tag", "tag": "Rust"}),
    (StepKind.UPDATE, {"act": "tag", "tag": "Go"}, EMPTY, EMPTY),
    (StepKind.UPDATE, SEARCH, {"value": "looking"}, SEARCH | {"value": "looking"}),
]


def a_step(kind: str, **settings: Any) -> SequenceStep:
    step = steps.add(sequence=a_sequence(), kind=kind, by=SYSTEM)
    SequenceStep.objects.filter(pk=step.pk).update(settings=settings)
    return step


@pytest.mark.parametrize(("kind", "had", "sent", "kept"), MERGED)
def test_what_is_not_sent_stays(
    tenant: Tenant, owner_client: Client, kind: str, had: Any, sent: Any, kept: Any
) -> None:
    with open_tenant(tenant):
        step = a_step(kind, **had)

    answer = owner_client.patch(f"/o/acme/api/v1/steps/{step.pk}/", {"settings": sent}, content_type="application/json")

    assert (answer.status_code, answer.json().get("settings")) == (200, kept)


REFUSED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (StepKind.WAIT_UNTIL, {"hour": 14}, {"hour": None}, "hour"),
    (StepKind.UPDATE, {"act": "tag", "tag": "Go"}, {"act": "pool"}, "pool"),
    (StepKind.UPDATE, SEARCH, {"field": "seniority"}, "value"),
    (StepKind.BRANCH, {"when": "replied", "days": 4}, {"when": "segment"}, "segment"),
]


@pytest.mark.parametrize(("kind", "had", "sent", "named"), REFUSED)
def test_what_is_then_missing_is_named(
    tenant: Tenant, owner_client: Client, kind: str, had: Any, sent: Any, named: str
) -> None:
    with open_tenant(tenant):
        step = a_step(kind, **had)

    answer = owner_client.patch(f"/o/acme/api/v1/steps/{step.pk}/", {"settings": sent}, content_type="application/json")

    assert (answer.status_code, list(answer.json()["error"]["fields"]["settings"])) == (400, [named])


def test_new_step_begins_with_what_its_page_begins_with(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        sequence = a_sequence()

    made = owner_client.post(
        f"/o/acme/api/v1/sequences/{sequence.pk}/steps/",
        {"kind": "branch", "settings": {"when": "clicked"}},
        content_type="application/json",
    )

    assert (made.status_code, made.json()["settings"]) == (201, {"when": "clicked", "days": 5})
