"""Values of rules that a machine may hand in: of another kind, they are refused in a sentence."""

from __future__ import annotations

import pytest
from django.test import Client

from crm.models import Tenant
from tests.outreach.test_automation import a_rule

pytestmark = pytest.mark.usefixtures("inside")
HOSTILE = [5, "nonsense", "a\x00b", {"a": 1}, ["x"], True, 1e300, "x" * 600]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(
    "name", ["segment", "pool", "recruiting_event", "content", "days", "months", "reply_class", "date_field"]
)
def test_api_refuses_a_setting_of_another_kind(owner_client: Client, tenant: Tenant, name: str, value: object) -> None:
    sent = {"name": "X", "trigger": "replied", "settings": {name: value}}
    fits = value == {"days": 5, "months": 5, "reply_class": "nonsense", "date_field": "nonsense"}.get(name)

    answer = owner_client.post("/o/acme/api/v1/automation/", sent, content_type="application/json")

    assert answer.status_code == (201 if fits else 400)


@pytest.mark.parametrize("value", [value for value in HOSTILE if value != "nonsense"], ids=lambda v: repr(v)[:20])
@pytest.mark.parametrize("name", ["sequence", "pool", "tag", "words", "member"])
def test_api_refuses_an_action_of_another_kind(owner_client: Client, tenant: Tenant, name: str, value: object) -> None:
    sent = {"name": "X", "trigger": "replied", "actions": [{"act": "task", name: value}]}

    answer = owner_client.post("/o/acme/api/v1/automation/", sent, content_type="application/json")

    assert (answer.status_code, f"“{name}”" in str(answer.json())) == (400, True)


def test_rule_that_names_no_key_is_shown_all_the_same(owner_client: Client, tenant: Tenant) -> None:
    rule = a_rule("segment_entered", {"act": "pool", "pool": "x"}, settings={"segment": "nonsense"})

    for path in ("", f"{rule.pk}/", f"{rule.pk}/edit/"):
        assert owner_client.get(f"/o/acme/automation/{path}").status_code == 200
