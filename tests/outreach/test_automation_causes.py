"""What automation waits for beside single events, why it does not act, and how circles are cut."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from crm.actors import SYSTEM, Actor
from crm.models import Event, Member, Tenant
from outreach import events as kinds
from outreach.models import AutomationRule, RuleRun, WebhookCall
from outreach.services import automation, rule_runs, rules, timed, triggers
from outreach.services.steps import NotReady
from talent.choices import ConsentOrigin, ConsentPurpose, ConsentState
from talent.models import Candidate, ConsentRecord
from talent.services import jobs, labels, preferences
from tests.factories.outreach import NOON, a_person
from tests.outreach.test_automation import a_reply, a_rule, an_event

pytestmark = pytest.mark.usefixtures("inside")
DAY = timedelta(days=1)
TODAY = NOON.date()


def last_words() -> tuple[bool, str]:
    run = RuleRun.objects.latest("created_at")
    return run.acted, run.words


def test_every_moment_of_the_field_can_be_waited_for() -> None:
    """One trigger at least for each event that a rule may be meant to wait for."""
    wanted = {
        *("segment_entered", "segment_left", "pool_moved", "application_moved", "application_decided"),
        *("asset_downloaded", "clicked", "replied", "portal_visited", "profile_edited", "consent_given"),
        *("event_registered", "event_attended", "event_no_show"),
        *("consent_expiring", "date", "silent", "content_published", "job_opened"),
    }

    assert wanted <= triggers.TRIGGERS.keys()


# --- why nothing was done


def test_whoever_does_not_match_is_listed_with_the_reason() -> None:
    a_rule(condition={"all": [{"field": "country", "op": "is_any_of", "value": ["DE"]}]})

    assert automation.react([a_reply(a_person())]) == 0
    assert last_words() == (False, "Nothing was done: they do not match the condition.")


def test_whoever_had_it_is_listed_with_the_day() -> None:
    person = a_person()
    a_rule()

    for _ in range(2):
        automation.react([a_reply(person)])

    assert last_words() == (False, "Nothing was done: it ran for them on 3 June 2026 already.")


def test_reasons_are_forgotten_and_deeds_are_not() -> None:
    person = a_person()
    a_rule()
    for _ in range(2):
        automation.react([a_reply(person)])

    automation.walk_all(now=NOON + timedelta(days=91))

    assert RuleRun.objects.get().acted


# --- circles


def test_rule_does_not_follow_its_own_doing() -> None:
    person, rule = a_person(), a_rule("pool_joined", repeat_days=0)
    event = an_event("pool_joined", person)
    event.actor_kind, event.actor_id = "system", rule.pk

    assert (automation.react([event]), last_words()) == (0, (False, rule_runs.OWN_DOING))


def test_circle_over_a_segment_is_cut_within_the_hour_and_not_for_ever() -> None:
    person = a_person()
    a_rule("segment_entered", repeat_days=0)
    again = [an_event("segment_entered", person) for _ in range(3)]
    again[2].occurred_at = NOON + timedelta(hours=2)

    assert [automation.react([event]) for event in again] == [1, 0, 1]


def test_what_people_do_is_no_circle() -> None:
    person = a_person()
    a_rule(repeat_days=0)
    events = [a_reply(person) for _ in range(2)]

    assert [automation.react([event]) for event in events] == [1, 1]


def test_what_a_rule_does_carries_its_name_and_key() -> None:
    rule = a_rule()

    assert rule_runs.actor_of(rule) == Actor("system", rule.pk, "Automation “Rule”")


# --- jobs


def test_job_that_opens_serves_who_has_its_skills(owner: Member) -> None:
    knows, _other = a_person("Ada Berlin"), a_person("Bo Paris")
    labels.set_skills(candidate=knows, names=["Apache Kafka"], by=owner.actor, now=NOON)
    a_rule("job_opened")
    job = jobs.create(values={"title": "Engineer", "state": "draft"}, by=SYSTEM, today=TODAY, now=NOON)
    jobs.require(job=job, kind="skill", text="You have run Apache Kafka for years.", must=True, by=SYSTEM)

    assert jobs.skills_asked(job) == ["apache kafka"]
    event = an_event("job_opened", None, title=job.title, topics=jobs.skills_asked(job))
    automation.react([event])
    assert [run.candidate for run in RuleRun.objects.all()] == [knows]


# --- days


def waits_for_days(trigger: str, **settings: Any) -> AutomationRule:
    return a_rule(trigger, settings=settings)


def test_silence_of_months_is_noticed_once_on_its_day() -> None:
    person, recent = a_person("Ada Berlin"), a_person("Bo Paris")
    Candidate.objects.filter(pk=person.pk).update(last_two_way_at=NOON.replace(month=3))
    Candidate.objects.filter(pk=recent.pk).update(last_two_way_at=NOON - DAY)
    rule = waits_for_days("silent", months=3)

    done = [automation.walk(rule=rule, now=NOON + day * DAY) for day in (-1, 0, 0, 1)]

    assert (done, RuleRun.objects.get().candidate) == ([0, 1, 0, 0], person)


def test_days_without_a_worker_are_caught_up_with() -> None:
    person = a_person()
    rule = waits_for_days("silent", months=3)
    automation.walk(rule=rule, now=NOON)
    Candidate.objects.filter(pk=person.pk).update(last_two_way_at=NOON.replace(month=3) + 2 * DAY)

    assert automation.walk(rule=rule, now=NOON + 5 * DAY) == 1


@pytest.mark.parametrize(("side", "on"), [("before", 1), ("after", -1)])
def test_day_before_or_after_a_date(side: str, on: int) -> None:
    person = a_person()
    Candidate.objects.filter(pk=person.pk).update(last_contacted_at=NOON + on * 5 * DAY)
    rule = waits_for_days("date", date_field="last_contacted", days=5, side=side)

    assert [automation.walk(rule=rule, now=NOON + day * DAY) for day in (-1, 0)] == [0, 1]


def test_consent_that_soon_runs_out_is_noticed() -> None:
    person = a_person()
    ConsentRecord.objects.create(
        candidate=person,
        purpose=ConsentPurpose.NEWS,
        state=ConsentState.GIVEN,
        origin=ConsentOrigin.PORTAL,
        occurred_at=NOON - 300 * DAY,
        expires_at=NOON + 14 * DAY,
    )
    rule = waits_for_days("consent_expiring", days=14)

    assert [automation.walk(rule=rule, now=NOON + day * DAY) for day in (-1, 0, 1)] == [0, 1, 0]


@pytest.mark.parametrize(
    ("trigger", "settings", "said"),
    [
        ("date", {"days": 3}, "Choose the date."),
        ("date", {"date_field": "created", "days": "soon"}, "The days are a whole number up to 3650."),
        ("silent", {}, "Say after how many months of silence: 1 to 120."),
        ("silent", {"months": 3}, ""),
    ],
)
def test_rule_about_days_says_what_it_lacks(trigger: str, settings: dict[str, Any], said: str) -> None:
    assert timed.missing(trigger, settings) == said


def test_rule_that_lacks_its_day_is_not_turned_on() -> None:
    rule = waits_for_days("silent")

    with pytest.raises(NotReady, match="months of silence"):
        rules.turn_on(rule=rule, by=SYSTEM, now=NOON)
    assert automation.walk(rule=rule, now=NOON) == 0


def test_rules_about_days_read_as_sentences() -> None:
    before = AutomationRule(trigger="date", settings={"date_field": "created", "days": 3, "side": "before"})
    silent = AutomationRule(trigger="silent", settings={"months": 6})

    assert rules.when(before) == "is 3 days before a date: Added"
    assert rules.when(silent) == "was silent for months, after we spoke: 6 months"


# --- another system


def test_another_system_is_told_of_each_person() -> None:
    person = a_person()
    rule = a_rule("replied", {"act": "webhook", "url": "https://hooks.example.com/crm"})

    automation.react([a_reply(person)])

    call = WebhookCall.objects.get()
    assert call.body["data"] == {
        "candidate": {"id": str(person.pk), "name": person.name},
        "automation": {"id": str(rule.pk), "name": "Rule"},
        "run": str(call.run_id),
    }
    assert last_words() == (True, "hooks.example.com is told.")


# --- page and API


def test_page_saves_a_rule_about_a_day_and_shows_it_again(tenant: Tenant, owner_client: Client) -> None:
    posted = {"name": "Away", "trigger": "date", "date_field": "created", "days": "30", "side": "after"}
    refused = owner_client.post("/o/acme/automation/new/", {**posted, "date_field": "", "tag": "x"})

    owner_client.post("/o/acme/automation/new/", {**posted, "webhook": "https://hooks.example.com/x"})

    rule = AutomationRule.objects.get()
    assert "Choose the date." in refused.content.decode()
    assert rule.settings == {"date_field": "created", "days": 30, "side": "after"}
    assert rule.actions == [{"act": "webhook", "url": "https://hooks.example.com/x"}]
    assert "https://hooks.example.com/x" in owner_client.get(f"/o/acme/automation/{rule.pk}/edit/").content.decode()


def test_api_refuses_an_address_that_cannot_be_called(tenant: Tenant, owner_client: Client) -> None:
    sent = {"name": "X", "trigger": "replied", "actions": [{"act": "webhook", "url": "ftp://example.com"}]}

    answer = owner_client.post("/o/acme/api/v1/automation/", sent, content_type="application/json")

    assert (answer.status_code, "must begin with" in str(answer.json())) == (400, True)


def test_history_says_why_nothing_was_done(tenant: Tenant, owner_client: Client) -> None:
    rule = a_rule(condition={"all": [{"field": "country", "op": "is_any_of", "value": ["DE"]}]})
    automation.react([a_reply(a_person())])

    page = owner_client.get(f"/o/acme/automation/{rule.pk}/").content.decode()
    listed = owner_client.get(f"/o/acme/api/v1/automation/{rule.pk}/runs/").json()

    assert rule_runs.NO_FIT in page
    assert [(one["acted"], one["words"]) for one in listed] == [(False, rule_runs.NO_FIT)]


def test_day_of_an_event_from_content_is_not_of_days() -> None:
    assert not triggers.TRIGGERS["content_published"].is_of_days
    assert {"date", "silent", "consent_expiring"} == timed.OF_DAYS


def test_text_message_is_a_reply_and_its_keyword_is_none() -> None:
    person = a_person()
    a_rule(repeat_days=0)

    done = [automation.react([an_event(kinds.TEXT_RECEIVED, person, keyword=word)]) for word in ("stop", "")]

    assert done == [0, 1]


@pytest.mark.parametrize(("stage", "fits"), [("", True), ("interview", True), ("Offer", False)])
def test_move_is_meant_to_one_stage_or_any(stage: str, fits: bool) -> None:
    event = Event(kind="application_moved", data={"job": "Engineer", "from": "New", "to": "Interview"})

    assert triggers.TRIGGERS["application_moved"].fits(event, {"stage": stage}) == fits


def test_not_now_in_a_reply_may_begin_the_rest() -> None:
    person = a_person()
    a_rule("replied", {"act": "rest"}, settings={"reply_class": "not_now"})

    automation.react([an_event(kinds.MESSAGE_RECEIVED, person, **{"kind": "reply", "class": "not_now"})])

    assert preferences.of(person).paused_until == TODAY + 90 * DAY
    assert last_words() == (True, "Nothing is begun with them before 1 September 2026.")
