"""Automation that runs again for the same people: who had it, who was left out, what lets nobody in twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from crm.models import Member, Tenant
from outreach import events as kinds
from outreach.choices import ReEntry
from outreach.models import RuleRun, Sequence
from outreach.services import automation, ledger, recipes, rules
from outreach.transports.base import Answer, Result
from talent.choices import ContactKind
from talent.models import ContactPoint
from talent.services import labels
from tests.factories.outreach import NOON, a_person, a_sequence
from tests.outreach.test_automation import a_reply, a_rule, an_event

pytestmark = pytest.mark.usefixtures("inside")


def test_second_post_goes_to_the_same_people_after_the_month(tenant: Tenant, owner: Member) -> None:
    rule = recipes.use(recipe=recipes.find("post"), by=owner.actor, member=owner, now=NOON)
    rules.turn_on(rule=rule, by=owner.actor, now=NOON)
    labels.set_skills(candidate=a_person(), names=["AWS"], by=owner.actor, now=NOON)

    went = [published(tenant, days) for days in (0, 29, 30)]

    assert went == ["Post of day 0, for who knows AWS", "", "Post of day 30, for who knows AWS"]
    assert [run.acted for run in RuleRun.objects.order_by("ran_at")] == [True, False, True]


def published(tenant: Tenant, days: int) -> str:
    """The subject of the mail that a post of that day brings about, and that goes at once; empty: there is none."""
    post = an_event(kinds.CONTENT_PUBLISHED, None, kind="post", title=f"Post of day {days}", topics=["aws"])
    at = post.occurred_at = NOON + timedelta(days=days)
    automation.react([post])
    held = ledger.reserve(tenant=tenant, now=at)
    for message in held.messages:
        ledger.hand_over(message_id=message.pk, claim=held.claim, transport="smtp", now=at)
        ledger.settle(message_id=message.pk, claim=held.claim, answer=Answer(Result.ACCEPTED, 250, "OK"), now=at)
    return "".join(message.subject for message in held.messages)


@pytest.mark.parametrize(
    ("key", "days", "re_entry"),
    [("whitepaper", None, ReEntry.NEVER), ("post", 30, "after"), ("check-in", 365, "after")],
)
def test_recipe_lets_in_again_whom_its_rule_sends_again(
    key: str, days: int | None, re_entry: str, owner: Member
) -> None:
    rule = recipes.use(recipe=recipes.find(key), by=owner.actor, member=owner, now=NOON)

    sequence = Sequence.objects.get()

    assert (rule.repeat_days, sequence.re_entry) == (days, re_entry)
    assert days is None or sequence.re_entry_days == days


def test_who_was_left_out_may_have_the_next_one() -> None:
    person = a_person(email=None)
    a_rule("replied", {"act": "enrol", "sequence": str(a_sequence().pk)})
    automation.react([a_reply(person)])
    address = "maya@example.com"
    ContactPoint.objects.create(candidate=person, kind=ContactKind.EMAIL, value=address, normal=address)

    done = automation.react([a_reply(person)])

    assert (done, [run.acted for run in RuleRun.objects.order_by("pk")]) == (1, [False, True])


@pytest.mark.parametrize(
    ("days", "re_entry", "is_wrong"),
    [(30, ReEntry.NEVER, True), (0, ReEntry.NEVER, True), (30, ReEntry.AFTER, False), (None, ReEntry.NEVER, False)],
)
def test_rule_that_repeats_into_a_sequence_nobody_enters_twice_says_so(
    owner_client: Client, days: int | None, re_entry: str, is_wrong: bool
) -> None:
    sequence = a_sequence(re_entry=re_entry)
    rule = a_rule("replied", {"act": "enrol", "sequence": str(sequence.pk)}, repeat_days=days)

    page = owner_client.get(f"/o/acme/automation/{rule.pk}/").content.decode()
    listed = owner_client.get(f"/o/acme/api/v1/automation/{rule.pk}/").json()["problems"]

    said = "“Engineers” never lets anybody in again"
    assert (said in page, [said in problem for problem in listed]) == (is_wrong, [True] if is_wrong else [])
