"""The API of templates, sequences and the ledger."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from crm.models import Member, Tenant
from crm.permissions import Role
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from tests.factories.outreach import a_person

BASE = "/o/acme/api/v1"
JSON = "application/json"


@pytest.fixture
def key(tenant: Tenant, owner: Member) -> Client:
    with open_tenant(tenant):
        _, secret = api_keys.create(name="Script", by=owner.actor, role=Role.RECRUITER)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def post(key: Client, path: str, **body: Any) -> Any:
    return key.post(f"{BASE}/{path}", body, content_type=JSON)


@pytest.fixture
def sequence(key: Client) -> str:
    """The key of an active sequence, written by the API alone."""
    made = post(key, "sequences/", name="Engineers").json()["id"]
    step = key.get(f"{BASE}/sequences/{made}/steps/").json()[0]["id"]
    key.patch(f"{BASE}/steps/{step}/", {"subject": "Hi", "body": "Hello"}, content_type=JSON)
    post(key, f"sequences/{made}/activate/")
    return str(made)


def test_template_says_its_problems(key: Client) -> None:
    made = post(key, "templates/", name="First", subject="Hi", body="Dear {{ salary }}")

    assert made.json()["problems"] == ["Body, line 1: There is no merge tag called “salary”."]


def test_second_template_of_a_name_is_a_mistake(key: Client) -> None:
    for _ in range(2):
        made = post(key, "templates/", name="First", subject="Hi", body="Hello")

    assert (made.status_code, list(made.json()["error"]["fields"])) == (400, ["name"])


def test_sequence_with_a_problem_is_not_activated(key: Client) -> None:
    made = post(key, "sequences/", name="Engineers").json()

    refused = post(key, f"sequences/{made['id']}/activate/")

    assert (refused.status_code, made["problems"][0]) == (400, "Step 1: Subject, line 1: There is no subject.")


def test_person_is_enrolled_and_in_the_ledger(key: Client, tenant: Tenant, sequence: str) -> None:
    with open_tenant(tenant):
        ids = [str(a_person().pk), str(a_person("No Address", email=None).pk)]

    report = post(key, f"sequences/{sequence}/enrolments/", candidates=ids).json()

    sums = key.get(f"{BASE}/messages/sums/?sequence={sequence}").json()
    assert (report["enrolled"], [e["reason"] for e in report["excluded"]]) == ([ids[0]], ["no_address"])
    assert (sums["planned"], sums["waiting"], sums["excluded"]) == (2, 1, 1)
    assert len(key.get(f"{BASE}/messages/?sequence={sequence}").json()) == 2


def test_dry_run_enrols_nobody(key: Client, tenant: Tenant, sequence: str) -> None:
    with open_tenant(tenant):
        person = str(a_person().pk)

    report = post(key, f"sequences/{sequence}/enrolments/", candidates=[person], dry_run=True).json()

    assert report["enrolled"] == [person]
    assert key.get(f"{BASE}/sequences/{sequence}/enrolments/").json() == []


def test_enrolment_is_stopped(key: Client, tenant: Tenant, sequence: str) -> None:
    with open_tenant(tenant):
        post(key, f"sequences/{sequence}/enrolments/", candidates=[str(a_person().pk)])
    [enrolment] = key.get(f"{BASE}/sequences/{sequence}/enrolments/").json()

    stopped = post(key, f"enrolments/{enrolment['id']}/stop/").json()

    assert (stopped["state"], stopped["stop_reason"]) == ("stopped", "by_hand")


def test_added_step_is_a_wait(key: Client, sequence: str) -> None:
    made = post(key, f"sequences/{sequence}/steps/", kind="wait", wait_days=5).json()

    assert (made["position"], made["kind"], made["wait_days"]) == (1, "wait", 5)


def test_template_of_another_tenant_is_unknown(key: Client, sequence: str) -> None:
    made = post(key, f"sequences/{sequence}/steps/", template="018f0000-0000-7000-8000-000000000000")

    assert made.json()["error"]["fields"] == {"template": ["There is no such template."]}


def test_a_step_has_a_template_or_words(key: Client, sequence: str) -> None:
    template = post(key, "templates/", name="First", subject="Hi", body="Hello").json()["id"]

    both = post(key, f"sequences/{sequence}/steps/", template=template, subject="Hello")
    made = post(key, f"sequences/{sequence}/steps/", template=template).json()
    later = key.patch(f"{BASE}/steps/{made['id']}/", {"body": "Hello"}, content_type=JSON)
    words = key.patch(f"{BASE}/steps/{made['id']}/", {"body": "Hello", "template": None}, content_type=JSON)

    assert (both.status_code, later.status_code, words.status_code) == (400, 400, 200)
    assert "A template brings its own subject and words" in both.content.decode()
    assert len(key.get(f"{BASE}/sequences/{sequence}/steps/").json()) == 2


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        ("branch", {"wen": "replied"}, "“branch” does not take “wen”. It takes days, reply_class, segment, when."),
        ("wait", {"days": 3}, "“wait” does not take “days”. It takes nothing."),
        ("end", {"days": 3}, "“end” does not take “days”. It takes nothing."),
    ],
)
def test_step_refuses_settings_that_it_does_not_ask_for(
    key: Client, sequence: str, kind: str, settings: dict[str, Any], said: str
) -> None:
    answer = post(key, f"sequences/{sequence}/steps/", kind=kind, settings=settings)

    assert (answer.status_code, answer.json()["error"]["fields"]) == (400, {"settings": [said]})


def test_step_neither_becomes_another_kind_nor_moves_by_its_words(key: Client, sequence: str) -> None:
    [step] = key.get(f"{BASE}/sequences/{sequence}/steps/").json()

    kind = key.patch(f"{BASE}/steps/{step['id']}/", {"kind": "wait"}, content_type=JSON)
    arm = key.patch(f"{BASE}/steps/{step['id']}/", {"arm": "yes"}, content_type=JSON)
    same = key.patch(f"{BASE}/steps/{step['id']}/", {"kind": "email", "arm": "", "branch": None}, content_type=JSON)

    assert kind.json()["error"]["fields"] == {"kind": ["A step keeps its kind."]}
    assert arm.json()["error"]["fields"] == {"arm": ["A step is moved at its own address: place/."]}
    assert same.status_code == 200
