"""Automation: when something happens, and the person fits, then do this; once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from crm import events
from crm.actors import SYSTEM
from crm.models import Event, Member, Tenant
from outreach import events as kinds
from outreach.choices import MessageEventKind, SequenceStatus
from outreach.models import AutomationRule, Enrolment, MessageEvent, OutboundMessage, RuleRun, Sequence
from outreach.services import automation, freezing, judging, mailboxes, recipes, rules
from outreach.services.actions import SentBy
from outreach.services.merge_tags import Latest
from portal import events as portal_events
from talent.models import Candidate, CandidateTag, Segment, Task
from talent.services import labels
from tests.factories.outreach import NOON, a_person, a_sequence, a_single

pytestmark = pytest.mark.usefixtures("inside")


def an_event(kind: str, candidate: Candidate | None = None, /, **data: Any) -> Event:
    """Something that happened at NOON; published, so that it has a key."""
    made = events.build(
        kind, candidate=candidate.pk if candidate else None, occurred_at=NOON, actor=SYSTEM, subject=None, data=data
    )
    events.publish_many([made])
    return made


def a_rule(trigger: str = "replied", *actions: dict[str, Any], **fields: Any) -> AutomationRule:
    done = list(actions) or [{"act": "tag", "tag": "heard from"}]
    rule = AutomationRule.objects.create(name="Rule", trigger=trigger, actions=done, **fields)
    AutomationRule.objects.update(is_active=True, activated_at=NOON - timedelta(days=1))
    return AutomationRule.objects.get(pk=rule.pk)


def a_reply(candidate: Candidate) -> Event:
    return an_event(kinds.MESSAGE_RECEIVED, candidate, kind="reply")


def test_names_of_events_from_above_are_theirs() -> None:
    ours = (kinds.PORTAL_VISITED, kinds.PROFILE_EDITED)

    assert ours == (portal_events.PORTAL_VISITED, portal_events.PROFILE_EDITED)


def test_rule_acts_and_keeps_what_it_did() -> None:
    person = a_person()
    a_rule()

    automation.react([a_reply(person)])

    assert CandidateTag.objects.filter(candidate=person, tag__name="heard from").exists()
    assert RuleRun.objects.get().words == "Tagged “heard from”."


def test_rule_runs_once_a_person() -> None:
    person = a_person()
    a_rule()

    done = [automation.react([a_reply(person)]) for _ in range(2)]

    assert (done, RuleRun.objects.that_acted().count()) == ([1, 0], 1)


def test_same_event_again_does_nothing() -> None:
    a_rule(repeat_days=0)
    event = a_reply(a_person())

    assert [automation.react([event]) for _ in range(2)] == [1, 0]


def test_rule_may_run_again_after_its_days() -> None:
    person = a_person()
    rule = a_rule(repeat_days=10)
    automation.react([a_reply(person)])
    RuleRun.objects.filter(rule=rule).update(ran_at=NOON - timedelta(days=11))

    assert automation.react([a_reply(person)]) == 1


@pytest.mark.parametrize("change", [{"is_active": False}, {"activated_at": NOON + timedelta(seconds=1)}])
def test_rule_that_is_off_or_younger_does_nothing(change: dict[str, Any]) -> None:
    a_rule()
    AutomationRule.objects.update(**change)

    assert automation.react([a_reply(a_person())]) == 0


def test_only_who_fits_the_condition_is_meant() -> None:
    condition = {"all": [{"field": "country", "op": "is_any_of", "value": ["DE"]}]}
    a_rule(condition=condition)
    there, elsewhere = a_person("Ada Berlin"), a_person("Bo Paris")
    Candidate.objects.filter(pk=there.pk).update(country="DE")

    automation.react([a_reply(there), a_reply(elsewhere)])

    assert RuleRun.objects.that_acted().get().candidate == there


def test_rule_of_one_segment_waits_for_that_one() -> None:
    rule = a_rule("segment_entered", settings={"segment": "01a215f7-1f36-7043-84de-314af240e13a"})
    event = an_event("segment_entered", a_person())
    event.subject_id = UUID("01a215f7-1f36-7043-84de-314af240e13a")
    other = an_event("segment_entered", a_person("Bo Paris"))

    automation.react([event, other])

    assert [run.candidate_id for run in RuleRun.objects.filter(rule=rule)] == [event.candidate_id]


def test_program_that_clicks_starts_nothing() -> None:
    a_rule("clicked")
    person = a_person()

    assert [automation.react([an_event(kinds.MESSAGE_CLICKED, person, by=by)]) for by in ("bot", "human")] == [0, 1]


def test_whoever_is_left_out_is_told_why() -> None:
    sequence = a_sequence()
    a_rule("replied", {"act": "enrol", "sequence": str(sequence.pk)})

    automation.react([a_reply(a_person(email=None))])

    assert RuleRun.objects.get().words == "Left out of “Engineers”: No e-mail address."


def test_sequence_that_does_not_run_is_told() -> None:
    sequence = a_sequence(status=SequenceStatus.PAUSED)
    a_rule("replied", {"act": "enrol", "sequence": str(sequence.pk)})

    automation.react([a_reply(a_person())])

    assert "it is not active" in RuleRun.objects.get().words


def test_task_goes_to_whoever_owns_the_relationship(owner: Member) -> None:
    person = a_person()
    Candidate.objects.filter(pk=person.pk).update(owner=owner)
    a_rule("replied", {"act": "task", "words": "Call back"})

    automation.react([a_reply(person)])

    assert (Task.objects.get().title, Task.objects.get().assignee) == ("Call back", owner)


def written_by_who_spoke(recruiter: Member) -> Enrolment:
    """Somebody whom a rule puts into the owner's sequence, after a talk with the recruiter half a year ago."""
    person, sequence = a_person(), a_sequence()
    earlier = a_single(person)
    OutboundMessage.objects.filter(pk=earlier.pk).update(sender=recruiter)
    MessageEvent.objects.create(message=earlier, kind=MessageEventKind.REPLIED, occurred_at=NOON - timedelta(days=200))
    a_rule("profile_edited", {"act": "enrol", "sequence": str(sequence.pk), "sent_by": SentBy.LAST_SPOKEN.value})

    automation.react([an_event(kinds.PROFILE_EDITED, person)])
    return Enrolment.objects.get()


def test_whoever_spoke_last_writes(recruiter: Member) -> None:
    assert written_by_who_spoke(recruiter).sender == recruiter


def test_gate_is_asked_about_who_really_writes(recruiter: Member) -> None:
    enrolment = written_by_who_spoke(recruiter)

    assert judging.intent_of(enrolment.messages.get()).sender_id == recruiter.pk


def frozen(tenant: Tenant) -> OutboundMessage:
    """The one planned mail with its words."""
    message = OutboundMessage.objects.select_related(
        "step", "enrolment__sequence", "enrolment__sender", "candidate"
    ).get()
    mailbox, latest = mailboxes.default_mailbox(tenant), Latest(NOON)
    assert freezing.freeze_step(message, mailbox=mailbox, tenant=tenant, latest=latest) is None
    return message


def test_post_goes_to_whom_it_concerns_and_names_the_skill(tenant: Tenant, owner: Member) -> None:
    rule = recipes.use(recipe=recipes.find("post"), by=owner.actor, member=owner, now=NOON)
    rules.turn_on(rule=rule, by=owner.actor, now=NOON)
    knows, does_not = a_person("Ada Berlin"), a_person("Bo Paris")
    labels.set_skills(candidate=knows, names=["AWS"], by=owner.actor, now=NOON)
    post = {"kind": "post", "title": "Locking down S3", "link": "https://example.com/p/s3", "topics": ["aws"]}

    automation.react([an_event(kinds.CONTENT_PUBLISHED, None, **post)])

    message = frozen(tenant)
    assert (message.candidate_id, message.subject) == (knows.pk, "Locking down S3, for who knows AWS")
    assert "/c/" in message.html
    assert not Enrolment.objects.filter(candidate=does_not).exists()


def test_download_joins_the_segment_and_starts_the_sequence(tenant: Tenant, owner: Member) -> None:
    rule = recipes.use(recipe=recipes.find("whitepaper"), by=owner.actor, member=owner, now=NOON)
    rules.turn_on(rule=rule, by=owner.actor, now=NOON)
    person = a_person()

    automation.react([an_event(kinds.ASSET_DOWNLOADED, person, title="Zero trust in practice")])

    assert frozen(tenant).subject == "You read “Zero trust in practice”"
    assert CandidateTag.objects.filter(candidate=person, tag__name=recipes.INTERESTED).exists()
    assert Segment.objects.filter(name="Tech interested").exists()


@pytest.mark.parametrize("recipe", recipes.RECIPES, ids=lambda one: one.key)
def test_recipe_is_ready_to_be_turned_on(recipe: recipes.Recipe, owner: Member) -> None:
    rule = recipes.use(recipe=recipe, by=owner.actor, member=owner, now=NOON)
    again = recipes.use(recipe=recipe, by=owner.actor, member=owner, now=NOON)

    rules.turn_on(rule=rule, by=owner.actor, now=NOON)

    assert (rule.is_active, again.is_active, again.name) == (True, False, f"{recipe.name} 2")
    assert Sequence.objects.get(name=recipe.name).is_active


def test_rule_that_does_nothing_is_not_turned_on() -> None:
    rule = rules.save(rule=AutomationRule(), values={"name": "Nothing", "trigger": "replied"}, by=SYSTEM)

    assert rules.problems(rule) == ["It does nothing yet: choose what is to be done."]


def test_page_saves_when_if_and_then(tenant: Tenant, owner_client: Client) -> None:
    posted = {"name": "Callers", "trigger": "replied", "tag": "warm", "task": "Call back", "task_days": "2"}

    saved = owner_client.post("/o/acme/automation/new/", posted, follow=True)

    rule = AutomationRule.objects.get()
    assert rule.actions == [
        {"act": "tag", "tag": "warm"},
        {"act": "task", "words": "Call back", "days": 2},
    ]
    assert "give whoever owns the relationship a task: Call back" in saved.content.decode()
    assert owner_client.get(f"/o/acme/automation/{rule.pk}/edit/").status_code == 200


def test_page_of_rules_offers_recipes_and_makes_one(tenant: Tenant, owner_client: Client) -> None:
    listed = owner_client.get("/o/acme/automation/")

    made = owner_client.post("/o/acme/automation/recipes/check-in/", follow=True)

    assert "Check in after half a year of silence" in listed.content.decode()
    rule = AutomationRule.objects.get()
    segment, sequence = Segment.objects.get(), Sequence.objects.get()
    assert rules.named(rule) == [
        rules.Named("segment", segment.pk, "Spoken with, silent since"),
        rules.Named("sequence", sequence.pk, sequence.name),
    ]
    for path in (f"segments/{segment.pk}/", f"sequences/{sequence.pk}/"):
        assert f'<a class="link" href="/o/acme/{path}">' in made.content.decode()


def test_segment_that_a_rule_needs_is_asked_for(tenant: Tenant, owner_client: Client) -> None:
    page = owner_client.post("/o/acme/automation/new/", {"name": "X", "trigger": "segment_entered", "tag": "x"})

    assert (page.status_code, "Choose the segment." in page.content.decode()) == (422, True)


def test_api_writes_a_rule_and_turns_it_on(tenant: Tenant, owner_client: Client) -> None:
    url, sent = "/o/acme/api/v1/automation/", {"content_type": "application/json"}
    wrong = owner_client.post(url, {"name": "X", "trigger": "replied", "actions": [{"act": "fly"}]}, **sent)
    made = owner_client.post(url, {"name": "X", "trigger": "replied", "actions": [{"act": "tag", "tag": "x"}]}, **sent)

    on = owner_client.post(f"{url}{made.json()['id']}/on/")

    assert (wrong.status_code, made.status_code, on.json()["is_active"]) == (400, 201, True)


def test_rule_may_run_for_who_is_in_the_segment_already(owner: Member) -> None:
    person = a_person()
    labels.tag(candidates=[person], name=recipes.INTERESTED, by=owner.actor, now=NOON)
    recipes.use(recipe=recipes.find("whitepaper"), by=owner.actor, member=owner, now=NOON)
    segment = Segment.objects.get(name="Tech interested")
    rule = a_rule("segment_entered", settings={"segment": str(segment.pk)})

    assert [automation.run_for_members(rule=rule, now=NOON) for _ in range(2)] == [1, 0]
    assert RuleRun.objects.get().candidate == person
