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
    ("trigger", "name"),
    [
        ("segment_entered", "segment"),
        ("pool_joined", "pool"),
        ("event_attended", "recruiting_event"),
        ("consent_expiring", "days"),
        ("silent", "months"),
        ("replied", "reply_class"),
        ("application_decided", "outcome"),
        ("content_published", "content_kind"),
        ("date", "date_field"),
        ("date", "side"),
    ],
)
def test_api_refuses_a_setting_of_another_kind(
    owner_client: Client, tenant: Tenant, trigger: str, name: str, value: object
) -> None:
    sent = {"name": "X", "trigger": trigger, "settings": {name: value}}
    fits = value == {"days": 5, "months": 5, "date_field": "nonsense"}.get(name)

    answer = owner_client.post("/o/acme/api/v1/automation/", sent, content_type="application/json")

    assert answer.status_code == (201 if fits else 400)


@pytest.mark.parametrize("value", [value for value in HOSTILE if value != "nonsense"], ids=lambda v: repr(v)[:20])
@pytest.mark.parametrize("name", ["sequence", "pool", "tag", "words", "member"])
def test_api_refuses_an_action_of_another_kind(owner_client: Client, tenant: Tenant, name: str, value: object) -> None:
    act = {"sequence": "enrol", "pool": "pool", "tag": "tag"}.get(name, "task")
    sent = {"name": "X", "trigger": "replied", "actions": [{"act": act, name: value}]}

    answer = owner_client.post("/o/acme/api/v1/automation/", sent, content_type="application/json")

    assert (answer.status_code, f"“{name}”" in str(answer.json())) == (400, True)


def test_rule_that_names_no_key_is_shown_all_the_same(owner_client: Client, tenant: Tenant) -> None:
    rule = a_rule("segment_entered", {"act": "pool", "pool": "x"}, settings={"segment": "nonsense"})

    for path in ("", f"{rule.pk}/", f"{rule.pk}/edit/"):
        assert owner_client.get(f"/o/acme/automation/{path}").status_code == 200


def test_api_refuses_what_the_trigger_does_not_ask_for(owner_client: Client, tenant: Tenant) -> None:
    sent = {"name": "X", "trigger": "replied", "settings": {"replyclass": "interested"}}

    answer = owner_client.post("/o/acme/api/v1/automation/", sent, content_type="application/json")

    said = "“replied” does not take “replyclass”. It takes reply_class."
    assert (answer.status_code, answer.json()["error"]["fields"]) == (400, {"settings": [said]})


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"act": "tag", "tags": "x"}, "“tag” does not take “tags”. It takes act, tag."),
        ({"act": "rest", "days": 5}, "“rest” does not take “days”. It takes act."),
        ({"act": "enrol", "sent_by": "last-spoken"}, "“sent_by” is one of: last_spoken."),
    ],
)
def test_api_refuses_what_an_action_does_not_take(
    owner_client: Client, tenant: Tenant, action: dict[str, object], said: str
) -> None:
    sent = {"name": "X", "trigger": "replied", "actions": [action]}

    answer = owner_client.post("/o/acme/api/v1/automation/", sent, content_type="application/json")

    assert (answer.status_code, answer.json()["error"]["fields"]) == (400, {"actions": [said]})


def test_api_keeps_the_settings_of_a_rule_whose_name_changes(owner_client: Client, tenant: Tenant) -> None:
    rule = a_rule("replied", {"act": "tag", "tag": "x"}, settings={"reply_class": "interested"})

    sent = {"name": "Renamed"}
    answer = owner_client.patch(f"/o/acme/api/v1/automation/{rule.pk}/", sent, content_type="application/json")

    assert (answer.status_code, answer.json()["settings"]) == (200, {"reply_class": "interested"})
