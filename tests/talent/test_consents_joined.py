"""The consents of two records that become one: on every channel the stricter word holds, and comes apart again."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from talent.choices import Channel, ConsentOrigin, ConsentPurpose
from talent.models import Candidate, ConsentRecord, MergeOperation
from talent.services import consents, merge_compare, merges, unmerge
from talent.services.consents import Said
from talent.services.consents_joined import STRICTNESS
from tests.factories.talent import NOW, a_candidate
from tests.properties import costly

pytestmark = pytest.mark.usefixtures("inside")
CONTACT = ConsentPurpose.CONTACT
STATES = ("given", "ran out", "withdrawn", "refused")
KEYS = list(product(ConsentPurpose.values, Channel.values))
Word = tuple[int, int, str, str, str]  # whose, how many days ago, purpose, channel, what


def say(who: Candidate, ago: int, what: str, channel: str = "", purpose: str = CONTACT) -> None:
    at = NOW - timedelta(days=ago)
    ends = at + timedelta(hours=1) if what == "ran out" else None
    state = "given" if what == "ran out" else what
    said = Said(purpose, state, ConsentOrigin.FORM, channel, expires_at=ends)
    consents.record(candidate=who, said=said, by=SYSTEM, now=NOW, occurred_at=at)


def states(who: Candidate, days: int = 0) -> dict[tuple[str, str], str]:
    at = NOW + timedelta(days=days)
    return {(p, c): consents.state_of([who.pk], p, c, at)[who.pk].state for p, c in KEYS}


def by_channel(who: Candidate, days: int = 3) -> dict[str, str]:
    return {channel: state for (purpose, channel), state in states(who, days).items() if purpose == CONTACT}


def a_pair() -> tuple[Candidate, Candidate]:
    return a_candidate(), a_candidate("Zoe Angstrom", "z.angstrom@example.com")


def merged(survivor: Candidate, other: Candidate) -> MergeOperation:
    return merges.merge(survivor=survivor, merged=other, by=SYSTEM, now=NOW + timedelta(days=1))


def undone(operation: MergeOperation) -> None:
    unmerge.undo(operation=operation, by=SYSTEM, now=NOW + timedelta(days=2))


def test_no_to_one_channel_outlasts_a_later_yes_to_all() -> None:
    zoe, other = a_pair()
    say(zoe, 60, "withdrawn", Channel.EMAIL)
    say(other, 10, "given")
    before = by_channel(zoe), by_channel(other)
    operation = merged(other, zoe)

    assert by_channel(other) == {"email": "withdrawn", "phone": "given", "text": "given", "linkedin": "given"}
    undone(operation)
    assert (by_channel(zoe), by_channel(other)) == before


def test_no_to_all_outlasts_a_later_yes_to_one_channel() -> None:
    zoe, other = a_pair()
    say(zoe, 60, "refused")
    say(other, 10, "given", Channel.PHONE)
    merged(zoe, other)

    assert set(by_channel(zoe).values()) == {"refused"}
    added = ConsentRecord.objects.filter(origin=ConsentOrigin.MERGE)
    assert list(added.values_list("purpose", "channel")) == [("contact", "phone")]


def test_what_is_stricter_everywhere_is_said_once() -> None:
    zoe, other = a_pair()
    say(zoe, 60, "withdrawn")
    say(other, 10, "given")
    merged(zoe, other)

    assert list(ConsentRecord.objects.filter(origin=ConsentOrigin.MERGE).values_list("channel", flat=True)) == [""]


def test_two_who_agree_stay_agreed() -> None:
    zoe, other = a_pair()
    say(zoe, 60, "given")
    say(other, 10, "given")
    merged(zoe, other)

    assert set(by_channel(zoe).values()) == {"given"}
    assert not ConsentRecord.objects.filter(origin=ConsentOrigin.MERGE).exists()


def test_consent_that_ran_out_does_not_come_back_by_an_undo() -> None:
    zoe, other = a_pair()
    say(zoe, 60, "ran out")
    say(other, 10, "given")
    operation = merged(other, zoe)
    undone(operation)

    assert (set(by_channel(zoe).values()), set(by_channel(other).values())) == ({"expired"}, {"given"})


def test_comparison_names_the_channel() -> None:
    zoe, other = a_pair()
    say(zoe, 60, "withdrawn", Channel.EMAIL)
    say(other, 10, "given")

    words = "They say different things about “Write about jobs, E-mail”: the stricter, “Withdrawn” of"
    assert [said.startswith(words) for said in merge_compare.warnings(survivor=other, merged=zoe, now=NOW)] == [True]


def strictest(one: str, other: str) -> str:
    """What must hold of two standings; silence is no word."""
    return min((one, other), key=lambda state: STRICTNESS.index(state) if state else len(STRICTNESS))


@costly(8, database=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.integers(1, 90),
            st.sampled_from(ConsentPurpose.values[:2]),
            st.sampled_from(["", "", *Channel.values]),
            st.sampled_from(STATES),
        ),
        max_size=8,
    )
)
def test_nobody_may_be_written_to_where_either_could_not(words: list[Word]) -> None:
    with transaction.atomic():
        pair = a_pair()
        for whose, ago, purpose, channel, what in words:
            say(pair[whose], ago, what, channel, purpose)
        before = [states(one) for one in pair]
        operation = merged(*pair)

        both = {key: strictest(before[0][key], before[1][key]) for key in KEYS}
        may = {key for key, state in states(pair[0], 2).items() if state in ("given", "")}
        assert may == {key for key, state in both.items() if state in ("given", "")}
        undone(operation)
        assert [states(one, 3) for one in pair] == before
        transaction.set_rollback(True)
