"""Variants of a mail: who gets which, and when one is called better; intervals held against published values."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import MessageEventKind, MessageState
from outreach.models import MessageEvent, OutboundMessage, Sequence, SequenceStep
from outreach.services import hashing, intervals, ledger, variants
from outreach.services.variants import Count, NotAVariant, Wording
from tests.conftest import logged_in
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled, people
from tests.ground import shared

COUNTS = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(lambda n: (min(n), max(n)))
# Newcombe (1998), table II, method 10: (hits, people, hits, people, low, high)
PUBLISHED = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (10, 10, 0, 10, 0.6075, 1.0000),
]


@pytest.mark.parametrize(("a", "m", "b", "n", "low", "high"), PUBLISHED)
def test_difference_is_as_published(a: int, m: int, b: int, n: int, low: float, high: float) -> None:
    found = intervals.difference(a, m, b, n)

    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_share_is_as_published() -> None:
    found = intervals.share(81, 263)  # Newcombe (1998), interval estimation for the single proportion, method 3

    assert (found.low, found.high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))


@given(COUNTS)
def test_share_lies_in_its_interval(counts: tuple[int, int]) -> None:
    found = intervals.share(*counts)

    assert 0 <= found.low <= found.value <= found.high <= 1


@given(COUNTS, COUNTS)
def test_difference_turns_round_with_its_groups(one: tuple[int, int], two: tuple[int, int]) -> None:
    there, back = intervals.difference(*one, *two), intervals.difference(*two, *one)

    assert (there.value, there.low) == (pytest.approx(-back.value), pytest.approx(-back.high))
    assert -1 <= there.low <= there.value + 1e-12
    assert there.value <= there.high + 1e-12 <= 1 + 1e-9


LETTERS = st.lists(st.sampled_from("ABCDEF"), min_size=2, max_size=6, unique=True)


@given(LETTERS, st.uuids(), st.uuids())
def test_taking_one_away_moves_only_its_people(letters: list[str], step: UUID, person: UUID) -> None:
    got = hashing.choose(step, person, letters)

    for gone in letters:
        rest = [one for one in letters if one != gone]
        assert gone == got or hashing.choose(step, person, rest) == got


def test_each_variant_gets_its_share() -> None:
    step = uuid4()

    got = [hashing.choose(step, uuid4(), "ABC") for _ in range(3000)]

    assert all(850 < got.count(letter) < 1150 for letter in "ABC")


def test_little_decides_nothing() -> None:
    winner, words, _ = variants.judge([Count("A", "", 50, 2), Count("B", "", 30, 20)], 50)

    assert (winner, words) == ("", "Not decided yet: each must have gone to 50 people (20 more for B).")


def test_chance_decides_nothing_and_says_how_many_it_takes() -> None:
    winner, words, _ = variants.judge([Count("A", "", 100, 10), Count("B", "", 100, 14)], 50)

    assert winner == ""
    assert words.startswith("Not decided yet: the difference may be chance. If the difference stays as it is")


def test_clear_difference_decides() -> None:
    winner, words, lead = variants.judge([Count("A", "", 200, 10), Count("B", "", 200, 50)], 50)

    assert (winner, words) == ("B", "B gets more replies, and not by chance.")
    assert lead is not None
    assert lead.excludes_zero


@given(st.lists(COUNTS, min_size=2, max_size=5))
def test_winner_is_better_than_every_other(counts: list[tuple[int, int]]) -> None:
    rows = [Count(letter, "", n, k) for letter, (k, n) in zip("ABCDE", counts, strict=False)]

    winner, _, _ = variants.judge(rows, 20)

    if winner:
        best = next(one for one in rows if one.letter == winner)
        assert all(one.rate.value < best.rate.value for one in rows if one.letter != winner)
        assert min(one.sent for one in rows) >= 20


@shared
def step(inside: UUID) -> SequenceStep:
    found: SequenceStep = a_sequence(subject="First", body="Hello.").steps.get()
    return found


def sent(sequence: Sequence, tenant: Tenant, count: int) -> list[OutboundMessage]:
    enrolled(sequence, people(count))
    ledger.reserve(tenant=tenant, now=NOON)
    return list(OutboundMessage.objects.order_by("pk"))


def test_people_get_different_words_and_the_ledger_says_which(tenant: Tenant, step: SequenceStep) -> None:
    variants.add(step=step, subject="Second", body="Hi.", by=SYSTEM)

    rows = sent(step.sequence, tenant, 24)

    assert {(row.variant, row.subject) for row in rows} == {("A", "First"), ("B", "Second")}
    assert all(row.variant == hashing.choose(step.key, row.candidate_id, "AB") for row in rows)


def test_mail_without_variants_has_no_letter(tenant: Tenant, step: SequenceStep) -> None:
    assert sent(step.sequence, tenant, 1)[0].variant == ""


def test_choosing_one_leaves_the_mail_whole(tenant: Tenant, step: SequenceStep) -> None:
    variants.add(step=step, subject="Second", body="Hi.", by=SYSTEM)
    variants.choose(step=step, letter="B", by=SYSTEM, now=NOON)

    assert {row.subject for row in sent(step.sequence, tenant, 8)} == {"Second"}


def test_last_one_left_is_not_paused(step: SequenceStep) -> None:
    variants.add(step=step, subject="Second", body="Hi.", by=SYSTEM)
    variants.pause(step=step, letter="A", is_paused=True, by=SYSTEM)

    with pytest.raises(NotAVariant):
        variants.pause(step=step, letter="B", is_paused=True, by=SYSTEM)


def test_what_somebody_got_is_not_rewritten(tenant: Tenant, step: SequenceStep) -> None:
    row = variants.add(step=step, subject="Second", body="Hi.", by=SYSTEM)
    variants.choose(step=step, letter="B", by=SYSTEM, now=NOON)
    sent(step.sequence, tenant, 1)

    with pytest.raises(NotAVariant):
        variants.change(variant=row, subject="Third", body="Hi.", by=SYSTEM)


@pytest.fixture
def answer(inside: UUID) -> SequenceStep:
    """The second mail of a sequence, in the thread of the first and without a subject of its own."""
    found: SequenceStep = a_sequence(waits=[2]).steps.get(position=2)
    found.same_thread, found.subject = True, ""
    found.save()
    return found


def test_answer_in_a_thread_needs_no_subject(answer: SequenceStep) -> None:
    row = variants.add(step=answer, subject="", body="Shorter.", by=SYSTEM)
    variants.change(variant=row, subject="", body="Shorter still.", by=SYSTEM)
    variants.choose(step=answer, letter="B", by=SYSTEM, now=NOON)
    test = variants.test_of(answer)

    assert test is not None
    assert variants.wording(answer, test, uuid4()) == Wording("B", "", "Shorter still.")


def test_step_that_left_the_thread_lends_its_subject(answer: SequenceStep) -> None:
    variants.add(step=answer, subject="", body="Shorter.", by=SYSTEM)
    variants.choose(step=answer, letter="B", by=SYSTEM, now=NOON)
    answer.same_thread, answer.subject = False, "On its own"
    answer.save()
    test = variants.test_of(answer)

    assert test is not None
    assert variants.wording(answer, test, uuid4()).subject == "On its own"


@pytest.mark.parametrize("same_thread", [True, False])
def test_first_mail_needs_a_subject(step: SequenceStep, same_thread: bool) -> None:
    step.same_thread = same_thread

    with pytest.raises(NotAVariant):
        variants.add(step=step, subject=" ", body="Hi.", by=SYSTEM)


def test_page_and_api_take_a_wording_without_subject(tenant: Tenant, owner: Member, answer: SequenceStep) -> None:
    client, words = logged_in(owner), {"subject": "", "body": "Hi."}

    made = client.post(f"/o/acme/api/v1/steps/{answer.pk}/variants/", words, content_type="application/json")
    page = client.post(f"/o/acme/steps/{answer.pk}/variants/new/", words, follow=True).content.decode()

    assert made.status_code == 201
    assert "C · the thread’s own subject" in page


def test_replies_are_counted_by_variant(tenant: Tenant, step: SequenceStep) -> None:
    variants.add(step=step, subject="Second", body="Hi.", by=SYSTEM)
    rows = sent(step.sequence, tenant, 10)
    OutboundMessage.objects.update(state=MessageState.ACCEPTED, handed_over_at=NOON, claim=None, lease_until=None)
    for _ in range(2):  # twice the same person
        MessageEvent.objects.create(message=rows[0], kind=MessageEventKind.REPLIED, occurred_at=NOON)

    found = variants.judgement(step)

    assert found is not None
    assert sum(one.sent for one in found.counts) == 10
    assert {one.letter: one.replied for one in found.counts}[rows[0].variant] == 1


def test_pages_and_api_lead_from_one_wording_to_a_choice(tenant: Tenant, owner: Member) -> None:
    with open_tenant(tenant):
        step = a_sequence().steps.get()
        a_person()
    client, root = logged_in(owner), f"/o/acme/steps/{step.pk}/variants/"

    client.post(f"{root}new/", {"subject": "Second", "body": "Hi."})
    page = client.get(root).content.decode()
    client.post(f"{root}B/choose/")
    api = client.get(f"/o/acme/api/v1/steps/{step.pk}/variants/judgement/").json()
    results = client.get(f"/o/acme/sequences/{step.sequence_id}/results/").content.decode()

    assert "Not decided yet" in page
    assert (api["chosen"], [one["letter"] for one in api["counts"]]) == ("B", ["A", "B"])
    assert "Everybody gets B now." in results


def test_api_pauses_a_wording_and_says_how_many_people_decide(tenant: Tenant, owner: Member) -> None:
    with open_tenant(tenant):
        step = a_sequence().steps.get()
        variants.add(step=step, subject="Second", body="Hi.", by=SYSTEM)
    client, root = logged_in(owner), f"/o/acme/api/v1/steps/{step.pk}/variants/"

    few = client.put(f"{root}least/", {"least_people": 3}, content_type="application/json")
    client.put(f"{root}least/", {"least_people": 80}, content_type="application/json")
    done = [client.post(f"{root}{letter}/pause/").status_code for letter in "BAZ"]
    paused = client.get(f"{root}judgement/").json()
    client.delete(f"{root}B/pause/")
    after = client.get(f"{root}judgement/").json()

    assert (few.status_code, done) == (400, [204, 400, 400])
    assert (paused["least_people"], [one["is_paused"] for one in paused["counts"]]) == (80, [False, True])
    assert [one["is_paused"] for one in after["counts"]] == [False, False]
