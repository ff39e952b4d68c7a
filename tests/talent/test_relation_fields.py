"""Rules about consents by channel, stages of pools, the portal, and what a colleague did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from crm import events, viewing
from crm.actors import SYSTEM
from crm.events import Subject
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from talent.choices import Channel, ConsentOrigin, ConsentPurpose, ConsentState
from talent.choices_notes import NoteVisibility
from talent.filters import catalogue, sentence
from talent.filters.compile import candidates
from talent.filters.explain import explain
from talent.filters.tree import RuleError
from talent.models import Candidate, Segment
from talent.services import consents, membership, notes, pool_stages, touchpoints, upkeep
from talent.services.consents import Said
from talent.services.notes import Sharing
from talent.services.touchpoints import Touch
from tests.factories.pools import a_pool, keep_confidential, place, stage
from tests.factories.talent import NOW, a_candidate
from tests.talent.test_membership import a_segment, people_in
from tests.talent.test_tree import leaf

ZONE = ZoneInfo("Europe/Stockholm")


def found(rule: dict[str, object]) -> set[UUID]:
    """Whom the database finds; that the explanation agrees is checked on the way."""
    node = catalogue.parse(rule)
    people = set(candidates(node, NOW, ZONE).values_list("pk", flat=True))
    everybody = Candidate.objects.values_list("pk", flat=True)
    assert {pk for pk in everybody if explain(node, pk, NOW, ZONE).matches} == people
    return people


# --- consent by channel


def say(person: Candidate, state: str, channel: str = "", at: int = 0) -> None:
    told = Said(ConsentPurpose.CONTACT, state, ConsentOrigin.FORM, channel)
    consents.record(candidate=person, said=told, by=SYSTEM, now=NOW + timedelta(minutes=at))


def test_consent_is_asked_by_channel(inside: UUID) -> None:
    person = a_candidate()
    say(person, ConsentState.GIVEN)
    say(person, ConsentState.REFUSED, Channel.TEXT, at=1)
    asked = ("consent", "consent_phone", "consent_text", "consent_denied_text", "consent_denied_phone")

    answers = {name: bool(found(leaf(name, "is_any_of", ["contact"]))) for name in asked}

    assert answers == dict(zip(asked, (True, True, False, True, False), strict=True))


def test_consent_by_channel_is_said(inside: UUID) -> None:
    rule = catalogue.parse(leaf("consent_text", "is_any_of", ["contact"]))

    assert sentence.say(rule) == "People whose consent to text messages holds for “Write about jobs”"


# --- stages of pools


def two_pools() -> tuple[Candidate, Candidate, str, str]:
    """Ann waits in "Platform" and talks in "Sales"; Bo talks in "Platform"; with the keys of that stage in both."""
    ann, bo = a_candidate("Ann", "ann@example.com"), a_candidate("Bo", "bo@example.com")
    platform, sales = a_pool("Platform"), a_pool("Sales")
    place(platform, ann)
    talks = [stage(pool, "In conversation") for pool in (platform, sales)]
    for pool, person, at in ((sales, ann, talks[1]), (platform, bo, talks[0])):
        row = place(pool, person)
        row.stage = at
        row.save()
    return ann, bo, str(talks[0].pk), str(talks[1].pk)


def test_pool_and_stage_are_of_one_place(inside: UUID) -> None:
    ann, bo, in_platform, in_sales = two_pools()

    assert found(leaf("pool_stage", "is_any_of", [in_platform])) == {bo.pk}
    assert found(leaf("pool_stage", "is_any_of", [in_sales])) == {ann.pk}
    assert found(leaf("pool_stage", "is_none_of", [in_platform])) == {ann.pk}


def test_stages_are_offered_with_their_pools(inside: UUID) -> None:
    _, _, in_platform, _ = two_pools()
    choices = catalogue.fields["pool_stage"].choices
    assert choices
    labels = {c.value: c.label for c in choices()}

    assert labels[in_platform] == "Platform: In conversation"
    assert labels["In conversation"] == "Any pool: In conversation"


def test_rules_saved_with_names_go_on_working(inside: UUID) -> None:
    ann, bo, *_ = two_pools()
    rule = leaf("pool_stage", "is_any_of", ["In conversation"])
    segment = Segment.objects.create(name="Talking", rule=rule)
    membership.refresh(segment=segment, cause="rule", now=NOW)
    upkeep.keep(people=[ann.pk, bo.pk], now=NOW)

    assert people_in(segment) == found(rule) == {ann.pk, bo.pk}
    assert sentence.say(catalogue.load(rule)) == "People in a pool at the stage “Any pool: In conversation”"


def test_a_stage_is_said_with_its_pool(inside: UUID) -> None:
    ann, _, _, in_sales = two_pools()
    rule = catalogue.parse(leaf("pool_stage", "is_any_of", [in_sales]))

    assert sentence.say(rule) == "People in a pool at the stage “Sales: In conversation”"
    actual = explain(rule, ann.pk, NOW, ZONE).actual
    assert sorted(actual.split(", ")) == ["Platform: New", "Sales: In conversation"]


def test_stages_of_hidden_pools_are_neither_offered_nor_found(tenant: Tenant, owner: Member) -> None:
    with open_tenant(tenant):
        pool = a_pool("Secret", people=[a_candidate()])
        new = str(stage(pool, "New").pk)
        keep_confidential(pool, owner)
        rule = leaf("pool_stage", "is_any_of", [new])
        choices = catalogue.fields["pool_stage"].choices
        assert choices

        with viewing.seen_by(owner.pk):
            seen = found(rule), next(c.label for c in choices())
            with pytest.raises(RuleError):
                a_segment(rule)

        assert (len(seen[0]), seen[1], choices()) == (1, "Secret: New", [])
        assert not candidates(catalogue.load(rule), NOW, ZONE).exists()
        assert not candidates(catalogue.load(leaf("pool_stage", "is_any_of", ["New"])), NOW, ZONE).exists()


def test_segments_follow_what_happens_to_a_pool(tenant: Tenant, owner: Member, run_readers: Callable[[], int]) -> None:
    with open_tenant(tenant):
        pool = a_pool("Platform", people=[a_candidate()])
        by_name = a_segment(leaf("pool_stage", "is_any_of", ["New"]), "By name")
        by_key = a_segment(leaf("pool_stage", "is_any_of", [str(stage(pool, "New").pk)]), "By key")
        both = [by_name, by_key]
        sizes = [[len(people_in(one)) for one in both]]
        pool_stages.rename(stage=stage(pool, "New"), name="Fresh", by=SYSTEM)
    for act in (keep_confidential, None):
        run_readers()
        with open_tenant(tenant):
            sizes.append([len(people_in(one)) for one in both])
            if act:
                act(pool, owner)

    assert sizes == [[1, 1], [0, 1], [0, 0]]


# --- events: mails that arrived, the portal


@pytest.mark.parametrize(
    ("field", "kind", "words"),
    [
        ("mail_delivered", "message_delivered", "to whom were delivered at least 1 mail in the last 7 days"),
        ("portal_visited", "portal_visited", "who visited the portal at least 1 time in the last 7 days"),
        ("portal_edited", "profile_edited", "who changed their profile at least 1 time in the last 7 days"),
        ("downloads", "asset_downloaded", "who downloaded something at least 1 time in the last 7 days"),
    ],
)
def test_events_are_counted(inside: UUID, field: str, kind: str, words: str) -> None:
    person, _ = a_candidate(), a_candidate("Bo", "bo@example.com")
    events.publish(kind, candidate=person.pk, occurred_at=NOW, actor=SYSTEM)
    rule = leaf(field, "at_least", {"times": 1, "days": 7})

    assert found(rule) == {person.pk}
    assert sentence.say(catalogue.parse(rule)) == f"People {words}"


def test_a_download_is_known_by_what_was_downloaded(inside: UUID) -> None:
    person, paper = a_candidate(), uuid4()
    events.publish(
        "asset_downloaded",
        candidate=person.pk,
        occurred_at=NOW,
        actor=SYSTEM,
        subject=Subject("portal.contentitem", paper),
    )

    for key, who in ((paper, [person.pk]), (uuid4(), [])):
        rule = catalogue.load(leaf("downloaded", "is_any_of", [str(key)]))
        assert list(candidates(rule, NOW, ZONE).values_list("pk", flat=True)) == who


# --- colleagues


def test_touched_by_a_colleague_is_the_last_time(tenant: Tenant, owner: Member, recruiter: Member) -> None:
    with open_tenant(tenant):
        person, _ = a_candidate(), a_candidate("Bo", "bo@example.com")
        for days, who in ((100, owner), (10, owner), (1, recruiter)):
            at = NOW - timedelta(days=days)
            events.publish("message_sent", candidate=person.pk, occurred_at=at, actor=who.actor)
        field = f"touched_by:{owner.pk}"

        assert found(leaf(field, "in_last", 30)) == {person.pk}
        assert found(leaf(field, "more_than_ago", 30)) == set()
        assert found(leaf(field, "in_last", 5)) == set()
        assert found(leaf(field, "is_not_empty")) == {person.pk}


def test_call_counts_until_it_is_taken_back(tenant: Tenant, owner: Member) -> None:
    with open_tenant(tenant):
        person, touch = a_candidate(), Touch("call", NOW, True)
        row = touchpoints.log(candidate=person, touch=touch, member=owner, by=owner.actor, now=NOW)
        rule = leaf(f"touched_by:{owner.pk}", "is_not_empty")

        assert found(rule) == {person.pk}

        touchpoints.remove(touchpoint=row, by=owner.actor, now=NOW)
        assert found(rule) == set()


def test_touched_by_names_the_colleague(tenant: Tenant, owner: Member) -> None:
    with open_tenant(tenant):
        rule = catalogue.parse(leaf(f"touched_by:{owner.pk}", "not_in_last", 30))

        assert sentence.say(rule) == f"People not touched by {owner} in the last 30 days"


def test_nobody_elses_key_is_a_colleague(inside: UUID) -> None:
    for name in (f"touched_by:{uuid4()}", "touched_by:", "touched_by:me"):
        with pytest.raises(RuleError, match="There is no field"):
            catalogue.parse(leaf(name, "is_empty"))


def test_a_private_note_does_not_show(tenant: Tenant, owner: Member) -> None:
    with open_tenant(tenant), viewing.seen_by(owner.pk):
        person = a_candidate()
        own = Sharing(NoteVisibility.ME)
        notes.add(candidate=person, text="For me", by=owner.actor, author_id=owner.pk, now=NOW, sharing=own)

        assert found(leaf(f"touched_by:{owner.pk}", "is_not_empty")) == set()
