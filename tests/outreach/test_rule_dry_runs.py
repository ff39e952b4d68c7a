"""What a rule would have met, asked before it is turned on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm import events
from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach import events as kinds
from outreach.models import AutomationRule
from outreach.services import automation, rule_dry_runs, rule_occurrences
from outreach.services.clock import database_now
from talent.models import Candidate
from tests.factories.outreach import NOON, a_person, a_sequence, people
from tests.ground import shared
from tests.outreach.test_automation import a_reply, a_rule, an_event

DAY = timedelta(days=1)
IN_GERMANY = {"all": [{"field": "country", "op": "is_any_of", "value": ["DE"]}]}
inside = pytest.mark.usefixtures("inside")


def a_rest(*actions: dict[str, Any], trigger: str = "replied", **fields: Any) -> AutomationRule:
    """A rule that is off."""
    done = list(actions) or [{"act": "tag", "tag": "heard from"}]
    return AutomationRule.objects.create(name="Rule", trigger=trigger, actions=done, **fields)


def happened(person: Candidate, event: str = kinds.MESSAGE_RECEIVED, /, *, ago: timedelta, **data: Any) -> None:
    said = {"kind": "reply", **data}
    made = events.build(event, candidate=person.pk, occurred_at=NOON - ago, actor=SYSTEM, subject=None, data=said)
    events.publish_many([made])


@inside
def test_it_counts_whom_it_happened_to_and_who_fits() -> None:
    german, other = people(2)
    Candidate.objects.filter(pk=german.pk).update(country="DE")
    for ago in (DAY, 2 * DAY):
        happened(german, ago=ago)
    happened(other, ago=3 * DAY)
    happened(other, kinds.PORTAL_VISITED, ago=4 * DAY)

    found = rule_dry_runs.ask(a_rest(condition=IN_GERMANY), NOON)

    assert (found.times, found.people, found.fitting, found.left, found.is_cut) == (3, 2, 1, 1, False)
    assert [(met.candidate, met.at, met.words) for met in found.sample] == [
        (german, NOON - DAY, "Would add the tag “heard from”.")
    ]


@inside
def test_it_looks_back_thirty_days() -> None:
    happened(a_person(), ago=31 * DAY)

    assert rule_dry_runs.ask(a_rest(), NOON).times == 0


@inside
def test_it_means_what_the_settings_mean() -> None:
    happened(a_person(), ago=DAY, **{"class": "interested"})
    rule = a_rest()

    met = []
    for wanted in ("interested", "not_now"):
        rule.settings = {"reply_class": wanted}
        met.append(rule_dry_runs.ask(rule, NOON).people)

    assert met == [1, 0]


@inside
def test_whoever_had_it_is_told_apart() -> None:
    person, rule = a_person(), a_rule()
    automation.react([a_reply(person)])

    found = rule_dry_runs.ask(rule, NOON + DAY)

    assert (found.fitting, found.had, found.left, found.sample) == (1, 1, 0, ())


@inside
def test_whoever_is_erased_since_is_not_counted() -> None:
    person = a_person()
    happened(person, ago=DAY)
    Candidate.objects.filter(pk=person.pk).delete()

    assert rule_dry_runs.ask(a_rest(), NOON).people == 0


@inside
def test_a_sequence_says_whom_it_would_leave_out() -> None:
    sequence = a_sequence()
    reached, without = a_person("Mia Berg"), a_person("Noor Haddad", None)
    happened(reached, ago=DAY)
    happened(without, ago=2 * DAY)

    found = rule_dry_runs.ask(a_rest({"act": "enrol", "sequence": str(sequence.pk)}), NOON)

    [act] = found.acts
    assert (act.would, [count for _, count in act.reasons]) == (1, [1])
    assert [met.words.startswith("Would not put") for met in found.sample] == [False, True]


@inside
def test_a_day_that_came_counts() -> None:
    Candidate.objects.filter(pk=a_person().pk).update(created_at=NOON - 10 * DAY)
    rule = a_rest(trigger="date", settings={"date_field": "created", "days": 7, "side": "after"})

    found = rule_dry_runs.ask(rule, NOON)

    assert (found.people, [met.at for met in found.sample]) == (1, [None])


@inside
def test_content_meets_whoever_has_its_skill() -> None:
    served, _ = people(2)
    Candidate.objects.filter(pk=served.pk).update(skill_keys=["kotlin"])
    an_event(kinds.CONTENT_PUBLISHED, None, topics=["kotlin"], title="On Kotlin")

    found = rule_dry_runs.ask(a_rest(trigger="content_published"), NOON + DAY)

    assert [met.candidate for met in found.sample] == [served]


@inside
def test_more_than_can_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_occurrences, "MOST_EVENTS", 2)
    for days in range(1, 5):
        happened(a_person(f"Person {days}"), ago=days * DAY)

    found = rule_dry_runs.ask(a_rest(), NOON)

    assert (found.times, found.people, found.since, found.is_cut) == (2, 2, NOON - 2 * DAY, True)


@inside
def test_more_people_than_can_be_read_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_occurrences, "MOST_PEOPLE", 2)
    for days in range(1, 5):
        happened(a_person(f"Person {days}"), ago=days * DAY)

    found = rule_dry_runs.ask(a_rest(), NOON)

    assert (found.people, found.since, found.is_cut) == (2, NOON - 2 * DAY, True)


@inside
def test_nobody_is_judged_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_dry_runs, "BATCH", 1)
    clock = iter([0.0, 1.0, 99.0])
    monkeypatch.setattr(rule_dry_runs, "monotonic", lambda: next(clock))
    for days in (1, 2, 3):
        happened(a_person(f"Person {days}"), ago=days * DAY)

    found = rule_dry_runs.ask(a_rest(), NOON)

    assert (found.people, found.is_cut) == (1, True)


@inside
@pytest.mark.parametrize("trigger", ["replied", "content_published", "date", "gone"])
def test_it_writes_nothing(trigger: str) -> None:
    sequence = a_sequence()
    happened(a_person(), ago=DAY)
    settings = {"date_field": "created", "days": 7} if trigger == "date" else {}
    acts = [{"act": "enrol", "sequence": str(sequence.pk)}, {"act": "notify"}, {"act": "rest"}, {"act": "task"}]

    with CaptureQueriesContext(connection) as asked:
        rule_dry_runs.ask(a_rest(*acts, trigger=trigger, settings=settings), NOON)

    written = [one["sql"] for one in asked if one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert [sql.split()[2] for sql in written] == ['"outreach_automationrule"']  # the rule of the test


# --- page and API


@shared
def rule(tenant: Tenant) -> AutomationRule:
    with open_tenant(tenant):
        made = a_rest()
        person = a_person(name="Maya Lindqvist")
        said = events.build(
            kinds.MESSAGE_RECEIVED,
            candidate=person.pk,
            occurred_at=database_now() - DAY,
            actor=SYSTEM,
            subject=None,
            data={"kind": "reply"},
        )
        events.publish_many([said])
    return made


def test_page_shows_it_with_links(rule: AutomationRule, owner_client: Client) -> None:
    page = owner_client.get(f"/o/acme/automation/{rule.pk}/dry-run/").content.decode()

    assert "Maya Lindqvist" in page
    assert "Would add the tag “heard from”." in page
    assert (
        f'href="/o/acme/automation/{rule.pk}/dry-run/"'
        in owner_client.get(f"/o/acme/automation/{rule.pk}/").content.decode()
    )


def test_api_answers_the_same(rule: AutomationRule, owner_client: Client) -> None:
    told = owner_client.get(f"/o/acme/api/v1/automation/{rule.pk}/dry-run/").json()

    assert (told["times"], told["people"], told["fitting"], told["left"], told["is_cut"]) == (1, 1, 1, 1, False)
    assert told["actions"] == [{"action": "add the tag “heard from”", "would": 1, "left_out": []}]
    assert [one["name"] for one in told["sample"]] == ["Maya Lindqvist"]
