"""The engagement score: SQL for many people agrees with the plain arithmetic, and what changes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import events
from crm.actors import SYSTEM
from crm.events import Subject
from crm.models import Event, Member
from crm.models.event import OF_ENGAGEMENT
from talent import warmth
from talent.choices import Warmth
from talent.events import WARMTH_CHANGED
from talent.models import Candidate
from talent.services import engagement
from talent.warmth import Weights
from tests.factories.talent import NOW, a_candidate
from tests.properties import costly

DAY = timedelta(days=1)
KINDS = [
    ("message_received", {"kind": "reply"}),
    ("message_received", {"kind": "auto_reply"}),
    ("message_classed", {"became": "auto_reply"}),
    ("message_classed", {"became": "reply"}),
    ("message_classed", {"became": "", "class": "interested"}),
    ("message_clicked", {"by": "human"}),
    ("message_clicked", {"by": "bot"}),
    ("portal_visited", {}),
    ("contact_banned", {"reason": "manual"}),
    ("note_added", {}),
]


MAILS = [Subject("inbox.message", UUID(int=number)) for number in range(3)]


def happen(person: Candidate, what: str, at: datetime, about: Subject | None = None, **data: object) -> None:
    events.publish(what, candidate=person.pk, occurred_at=at, actor=SYSTEM, subject=about, data=data)


def kept(person: Candidate) -> float:
    return Candidate.objects.values_list("engagement", flat=True).get(pk=person.pk)


def score(person: Candidate, now: datetime = NOW) -> float:
    return engagement.current().score(kept(person), now)


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 400 * 24), st.sampled_from(MAILS)), max_size=25),
    st.integers(14, 200),
)
@costly(25)
def test_sums_of_sql_agree_with_the_arithmetic(inside: UUID, log: list, half_life: int) -> None:
    person = a_candidate(email=f"{warmth.EPOCH:%Y}-{Candidate.objects.count()}@example.com", links=[])
    for (kind, data), hours, about in log:
        happen(person, kind, NOW - timedelta(hours=hours), about, **data)

    engagement.refresh(people=[person.pk], now=NOW, weights=(weights := Weights(half_life)))

    found = warmth.pieces(engagement._happened(person.pk), weights, NOW)
    assert weights.score(kept(person), NOW) == pytest.approx(sum(p.points for p in found))


@pytest.mark.parametrize(
    ("received", "corrections", "points"),
    [
        ("reply", [], 30),
        ("reply", ["auto_reply"], 0),
        ("reply", ["auto_reply", "reply"], 30),
        ("reply", ["auto_reply", "reply", "auto_reply"], 0),
        ("auto_reply", ["reply"], 30),
        ("auto_reply", ["reply", "auto_reply"], 0),
        ("auto_reply", ["reply", "auto_reply", "reply"], 30),
        ("reply", [""], 30),  # another class, and a person's all the same
    ],
)
def test_points_of_a_reply_follow_what_a_colleague_says_it_is(
    inside: UUID, received: str, corrections: list[str], points: int
) -> None:
    person, minute = a_candidate(), timedelta(minutes=1)
    happen(person, "message_received", NOW - 9 * minute, MAILS[0], kind=received)
    for number, became in enumerate(corrections):
        happen(person, "message_classed", NOW - (8 - number) * minute, MAILS[0], became=became)

    engagement.refresh(people=[person.pk], now=NOW)

    assert score(person) == pytest.approx(points, abs=0.01)
    assert engagement.story(person, NOW).score == pytest.approx(points, abs=0.01)


def test_another_mail_is_not_taken_back(inside: UUID) -> None:
    person = a_candidate()
    happen(person, "message_received", NOW - 3 * DAY, MAILS[0], kind="reply")
    happen(person, "message_received", NOW - DAY, MAILS[1], kind="reply")
    happen(person, "message_classed", NOW, MAILS[0], became="auto_reply")

    engagement.refresh(people=[person.pk], now=NOW)

    assert score(person) == pytest.approx(30, rel=0.02)


def test_evidence_halves_with_each_half_life(inside: UUID) -> None:
    person = a_candidate()
    happen(person, "message_received", NOW - 60 * DAY, kind="reply")
    engagement.refresh(people=[person.pk], now=NOW)

    assert (score(person), score(person, NOW + 60 * DAY)) == (pytest.approx(15), pytest.approx(7.5))


def test_repeats_within_a_day_are_damped(inside: UUID) -> None:
    person = a_candidate()
    for hours in (3, 2, 1):
        happen(person, "message_clicked", NOW - timedelta(hours=hours), by="human")
    engagement.refresh(people=[person.pk], now=NOW)

    assert score(person) == pytest.approx(10 + 5 + 2.5, rel=0.01)


def test_a_machine_and_an_open_count_nothing(inside: UUID) -> None:
    person = a_candidate()
    happen(person, "message_clicked", NOW - DAY, by="bot")
    happen(person, "message_opened", NOW - DAY, by="unknown")
    engagement.refresh(people=[person.pk], now=NOW)

    assert score(person) == 0


def test_a_ban_ends_what_came_before_it(inside: UUID) -> None:
    person = a_candidate()
    happen(person, "message_received", NOW - 3 * DAY, kind="reply")
    happen(person, "contact_banned", NOW - 2 * DAY, reason="unsubscribed")
    happen(person, "portal_visited", NOW - DAY)
    engagement.refresh(people=[person.pk], now=NOW)

    assert score(person) == pytest.approx(12, rel=0.02)


def test_another_level_is_an_event(inside: UUID) -> None:
    person = a_candidate()
    happen(person, "message_received", NOW - DAY, kind="reply")

    engagement.refresh(people=[person.pk], now=NOW)
    engagement.refresh(people=[person.pk], now=NOW)

    told = Event.objects.filter(kind=WARMTH_CHANGED).values_list("data", flat=True)
    assert list(told) == [{"from": Warmth.DORMANT, "to": Warmth.WARM}]


def test_the_reader_keeps_the_score(inside: UUID, run_readers) -> None:
    person = a_candidate()
    happen(person, "portal_visited", datetime.now(NOW.tzinfo) - DAY)

    run_readers()

    assert kept(person) > 0


def test_new_weights_are_a_new_version_and_everybody_is_summed_up(inside: UUID, owner: Member) -> None:
    person = a_candidate()
    happen(person, "portal_visited", NOW)
    engagement.walk(now=NOW)
    before = score(person)

    engagement.change(weights=Weights(60, {"portal_visited": 48}), by=owner.actor, now=NOW)
    while engagement.walk(now=NOW):
        pass

    assert (before, score(person), engagement.current().version) == (pytest.approx(12), pytest.approx(48), 1)
    assert engagement.is_settled()


def test_a_draft_says_who_would_change_level(inside: UUID) -> None:
    person = a_candidate()
    happen(person, "portal_visited", NOW)
    engagement.refresh(people=[person.pk], now=NOW)

    change = engagement.would_change(draft=Weights(60, {"portal_visited": 60}), now=NOW)

    assert (change.moves, change.of, change.sampled) == ({(Warmth.COOL, Warmth.ENGAGED): 1}, 1, False)


def test_the_story_names_the_strongest_reasons(inside: UUID) -> None:
    person = a_candidate()
    happen(person, "portal_visited", NOW - DAY)
    happen(person, "message_received", NOW - DAY, kind="reply")
    happen(person, "message_opened", NOW - DAY)

    story = engagement.story(person, NOW)

    assert [p.happened.evidence.name for p in story.reasons] == ["replied", "portal_visited"]
    assert (story.level, story.count) == (Warmth.WARM, 3)


def test_an_index_has_every_kind_of_evidence() -> None:
    assert warmth.kinds() <= set(OF_ENGAGEMENT)
