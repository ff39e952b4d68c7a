"""A rule runs for all people of a cause, however many: in the background, in the order of their keys, each once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach import events as kinds
from outreach.models import Enrolment, RuleBacklog, RuleRun
from outreach.services import automation, rule_backlogs, rule_runs, rules
from outreach.services.actions import Act
from talent.choices import MembershipCause
from talent.models import Candidate, CandidateTag, Segment, SegmentMembership
from talent.services import labels
from tests.factories.outreach import NOON, a_person, a_sequence, people
from tests.outreach.test_automation import a_rule, an_event

inside = pytest.mark.usefixtures("inside")
TAG = {"act": Act.TAG.value, "tag": "told"}
LATER = NOON + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at once, and two in each batch."""
    for most in ("AT_ONCE", "BATCH"):
        monkeypatch.setattr(rule_backlogs, most, 2)


def who_know(*skills: str) -> list[Candidate]:
    """One person for each skill, in the order of their keys."""
    found = [a_person(f"Person {number}", f"person{number}@example.com") for number in range(len(skills))]
    for person, skill in zip(found, skills, strict=True):
        labels.set_skills(candidate=person, names=[skill], by=Member.objects.get().actor, now=NOON)
    return found


def publish(*topics: str) -> int:
    """For how many people the rules did something at once."""
    post = an_event(kinds.CONTENT_PUBLISHED, None, kind="post", title="Drills", topics=list(topics))
    return automation.react([post])


def batches() -> int:
    """In the background, until nothing is left."""
    count = 0
    while rule_backlogs.go_on(LATER):
        count += 1
    return count


def told() -> list[UUID]:
    rows = CandidateTag.objects.filter(tag__name="told")
    return sorted(rows.values_list("candidate_id", flat=True))


@inside
def test_post_reaches_all_whom_it_serves(owner: Member) -> None:
    everybody = who_know(*["AWS"] * 7)
    a_rule("content_published", TAG)

    at_once = publish("aws")

    assert (at_once, batches(), RuleBacklog.objects.count()) == (2, 3, 0)
    assert told() == [person.pk for person in everybody]
    assert RuleRun.objects.that_acted().count() == 7


@inside
def test_each_is_told_the_skill_that_is_theirs(owner: Member) -> None:
    everybody = who_know("AWS", "Rust", "Rust", "AWS", "Rust")
    a_rule("content_published", {"act": Act.ENROL.value, "sequence": str(a_sequence().pk)})

    publish("aws", "rust")
    batches()

    skills = [Enrolment.objects.get(candidate=person).context["matched_skill"] for person in everybody]
    assert skills == ["AWS", "Rust", "Rust", "AWS", "Rust"]


@inside
def test_nobody_is_passed_over_without_a_reason(owner: Member) -> None:
    """Who had it before takes nobody's place, and who does not match is told so, however many they are."""
    everybody = who_know(*["AWS"] * 7)
    rule = a_rule("content_published", TAG, condition={"all": [{"field": "country", "op": "is_empty", "value": None}]})
    Candidate.objects.filter(pk__in=[person.pk for person in everybody[3:5]]).update(country="DE")
    for person in everybody[:3]:
        RuleRun.objects.create(rule=rule, candidate=person, cause=person.pk, ran_at=NOON, words="Before.")

    publish("aws")
    batches()

    words = [RuleRun.objects.filter(candidate=person).latest("pk").words for person in everybody]
    had = "Nothing was done: it ran for them on 3 June 2026 already."
    assert words == [*[had] * 3, *[rule_runs.NO_FIT] * 2, *["Tagged “told”."] * 2]


@inside
def test_batch_of_a_worker_that_was_killed_is_done_again(owner: Member) -> None:
    who_know(*["AWS"] * 5)
    a_rule("content_published", TAG)
    publish("aws")
    with transaction.atomic():
        rule_backlogs.go_on(LATER)
        transaction.set_rollback(True)

    assert len(told()) == 2
    assert (batches(), len(told()), RuleRun.objects.count()) == (2, 5, 5)


@inside
@pytest.mark.parametrize("again", [True, False])
def test_rule_that_is_turned_off_meanwhile_says_so_to_the_rest(owner: Member, again: bool) -> None:
    who_know(*["AWS"] * 5)
    rule = a_rule("content_published", TAG)
    publish("aws")
    rules.turn_off(rule=rule, by=owner.actor)
    if again:
        rules.turn_on(rule=rule, by=owner.actor, now=LATER)

    batches()

    rest = RuleRun.objects.filter(acted=False)
    assert (len(told()), {run.words for run in rest}, len(rest)) == (2, {rule_runs.TURNED_OFF}, 3)


def a_segment(inside: list[Candidate]) -> Segment:
    segment = Segment.objects.create(name="Cloud people", rule={"all": []})
    SegmentMembership.objects.bulk_create(
        SegmentMembership(segment=segment, candidate=person, entered_at=NOON, entered_by=MembershipCause.DATA)
        for person in inside
    )
    return segment


@inside
def test_all_who_are_in_the_segment_already_are_reached() -> None:
    everybody = people(5)
    rule = a_rule("segment_entered", TAG, settings={"segment": str(a_segment(everybody).pk)})

    at_once = automation.run_for_members(rule=rule, now=NOON)
    again = automation.run_for_members(rule=rule, now=NOON)

    assert (at_once, again, batches()) == (2, 0, 2)
    assert told() == [person.pk for person in everybody]


@inside
def test_asked_for_again_it_tells_anew_why_it_did_nothing() -> None:
    person = a_person()
    condition = {"all": [{"field": "country", "op": "is_any_of", "value": ["DE"]}]}
    rule = a_rule("segment_entered", TAG, settings={"segment": str(a_segment([person]).pk)}, condition=condition)
    automation.run_for_members(rule=rule, now=NOON)
    before = RuleRun.objects.get().words
    Candidate.objects.filter(pk=person.pk).update(country="DE")

    automation.run_for_members(rule=rule, now=LATER)

    assert (before, RuleRun.objects.get().words) == (rule_runs.NO_FIT, "Tagged “told”.")


@inside
def test_all_whose_day_has_come_are_reached() -> None:
    everybody = people(5)
    Candidate.objects.update(last_two_way_at=NOON.replace(month=3))
    rule = a_rule("silent", TAG, settings={"months": 3})

    at_once = [automation.walk(rule=rule, now=NOON) for _ in range(2)]
    day_after = NOON + timedelta(days=1)

    assert (at_once, rule_backlogs.go_on(day_after), rule_backlogs.go_on(day_after)) == ([2, 0], True, True)
    assert told() == [person.pk for person in everybody]


@inside
def test_page_and_api_say_that_it_is_at_work(owner: Member, owner_client: Client) -> None:
    who_know(*["AWS"] * 3)
    rule = a_rule("content_published", TAG)
    publish("aws")

    def said() -> tuple[bool, bool]:
        page = owner_client.get(f"/o/acme/automation/{rule.pk}/").content.decode()
        listed: dict[str, Any] = owner_client.get(f"/o/acme/api/v1/automation/{rule.pk}/").json()
        return "It is still running for more people" in page, listed["is_at_work"]

    before = said()
    batches()

    assert (before, said()) == ((True, True), (False, False))


def test_sweep_finds_where_people_wait(tenant: Tenant) -> None:
    with open_tenant(tenant):
        rule = a_rule("segment_entered", TAG, settings={"segment": str(a_segment(people(3)).pk)})
        automation.run_for_members(rule=rule, now=NOON)
    behind = rule_backlogs.tenants_behind()
    with open_tenant(tenant):
        batches()

    assert (behind, rule_backlogs.tenants_behind()) == ([tenant.pk], [])
