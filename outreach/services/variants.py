"""Variants of a mail: who gets which, what came of each, and whether that decides anything."""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from uuid import UUID

from django.db import transaction
from django.db.models import Count as Count_
from django.db.models import Q, QuerySet

from crm.actors import Actor
from crm.services import audit
from outreach.choices import ACCEPTED_STATES, MessageEventKind, StepKind
from outreach.models import OutboundMessage, Sequence, SequenceStep, StepVariant, VariantTest
from outreach.services import hashing, intervals, languages, steps, templates
from outreach.services.intervals import Interval

FIRST = "A"
LETTERS = "BCDEF"


class NotAVariant(ValueError):
    """This cannot be done; the message says why."""


@dataclass(frozen=True)
class Wording:
    """What one variant says."""

    letter: str
    subject: str
    body: str


def test_of(step: SequenceStep) -> VariantTest | None:
    return VariantTest.objects.filter(step_key=step.key).prefetch_related("variants").first()


def _running(test: VariantTest) -> list[str]:
    """The letters that are given out now."""
    if test.chosen:
        return [test.chosen]
    others = [one.letter for one in test.variants.all() if not one.is_paused]
    return ([] if test.is_first_paused and others else [FIRST]) + others


def wording(step: SequenceStep, test: VariantTest, person: UUID) -> Wording:
    """What this person gets: by a hash of person and step, the same on every try."""
    letter = hashing.choose(step.key, person, _running(test))
    other = next((one for one in test.variants.all() if one.letter == letter), None)
    if other is None:
        return Wording(FIRST, step.subject_source, step.body_source)
    # A subject left to the thread: where the step has left the thread since, the step's own stands in.
    subject = other.subject if other.subject or step.same_thread else step.subject_source
    return Wording(letter, subject, other.body)


def gather(messages: Row[OutboundMessage]) -> None:
    """Find out for a batch which wordings there are: one query where no mail of it has variants."""
    keys = {one.step.key for one in messages if one.step is not None}
    found = VariantTest.objects.filter(step_key__in=keys).prefetch_related("variants")
    tests = {test.step_key: test for test in found}
    languages.gather(messages)
    for message in messages:
        if (step := message.step) is not None:
            test, plain = tests.get(step.key), Wording("", step.subject_source, step.body_source)
            message.wording = wording(step, test, message.candidate_id) if test is not None else plain
            if message.in_language is not None and message.wording.letter in ("", FIRST):
                message.wording = Wording(message.wording.letter, *message.in_language)
            else:
                message.language = ""  # another wording is in the language of its author


def of(message: OutboundMessage) -> Wording:
    """What the step says to this person, alone or in its batch. `message.step` is loaded."""
    if message.wording is None:
        gather([message])
    assert message.wording is not None
    return message.wording


# --- writing them


def _test(step: SequenceStep) -> VariantTest:
    if step.kind != StepKind.EMAIL:
        raise NotAVariant("Only a mail has variants.")
    made, _ = VariantTest.objects.get_or_create(step_key=step.key, defaults={"sequence": step.sequence})
    return VariantTest.objects.select_for_update(of=("self",)).get(pk=made.pk)


def _record(action: str, test: VariantTest, by: Actor, **facts: object) -> None:
    audit.record(action=action, by=by, object_type="outreach.sequence", object_id=test.sequence_id, facts=facts)


def _refuse(step: SequenceStep, subject: str, body: str) -> None:
    asked = steps.subject_in_use(subject, is_answer=steps.is_answer(step))
    problems = templates.check(subject=asked, body=body)
    if problems:
        raise NotAVariant(str(problems[0]))


@transaction.atomic
def add(*, step: SequenceStep, subject: str, body: str, by: Actor) -> StepVariant:
    """Another wording of a mail; in the thread of an earlier one it needs no subject.

    Raises NotAVariant for a text that cannot be sent, or after F.
    """
    _refuse(step, subject, body)
    test = _test(step)
    taken = set(test.variants.values_list("letter", flat=True))
    letter = next((one for one in LETTERS if one not in taken), "")
    if not letter:
        raise NotAVariant("Six wordings are the most: with more, each gets too few people.")
    row = StepVariant.objects.create(test=test, letter=letter, subject=subject, body=body)
    _record("variant.create", test, by, letter=letter)
    return row


def _was_sent(variant: StepVariant) -> bool:
    return OutboundMessage.objects.filter(
        Q(step__origin=variant.test.step_key) | Q(step=variant.test.step_key), variant=variant.letter
    ).exists()


@transaction.atomic
def change(*, variant: StepVariant, subject: str, body: str, by: Actor) -> StepVariant:
    """Other words for a variant that nobody has got yet. Raises NotAVariant."""
    _refuse(step_of(variant), subject, body)
    if (variant.subject, variant.body) != (subject, body) and _was_sent(variant):
        raise NotAVariant("Somebody has got it already: pause it and add another one, so that the figures stay true.")
    variant.subject, variant.body = subject, body
    variant.save(update_fields=["subject", "body"])
    _record("variant.change", variant.test, by, letter=variant.letter)
    return variant


@transaction.atomic
def delete(*, variant: StepVariant, by: Actor) -> None:
    """Take away a variant that nobody has got. Raises NotAVariant."""
    if _was_sent(variant):
        raise NotAVariant("Somebody has got it already: pause it instead.")
    _record("variant.delete", variant.test, by, letter=variant.letter)
    variant.delete()


def _known(test: VariantTest, letter: str) -> None:
    if letter not in (FIRST, *test.variants.values_list("letter", flat=True)):
        raise NotAVariant("There is no such variant.")


@transaction.atomic
def pause(*, step: SequenceStep, letter: str, is_paused: bool, by: Actor) -> None:
    """Give a wording to nobody more, or again. Raises NotAVariant for none, and for the last one that is left."""
    test = _test(step)
    _known(test, letter)
    if is_paused and _running(test) == [letter]:
        raise NotAVariant("It is the only one that is left: let another one go on first.")
    if letter == FIRST:
        test.is_first_paused = is_paused
        test.save(update_fields=["is_first_paused"])
    else:
        test.variants.filter(letter=letter).update(is_paused=is_paused)
    _record("variant.pause" if is_paused else "variant.resume", test, by, letter=letter)


@transaction.atomic
def choose(*, step: SequenceStep, letter: str, by: Actor, now: datetime) -> None:
    """From now on everybody gets this wording; "" to try them all again. What was counted stays. Raises NotAVariant."""
    test = _test(step)
    if letter:
        _known(test, letter)
    test.chosen, test.chosen_at, test.chosen_by = letter, now if letter else None, by.label[:120] if letter else ""
    test.save(update_fields=["chosen", "chosen_at", "chosen_by"])
    _record("variant.choose", test, by, letter=letter)


@transaction.atomic
def set_least(*, step: SequenceStep, people: int, by: Actor) -> None:
    """How many people each wording must have gone to before anything is decided."""
    test = _test(step)
    test.least_people = people
    test.save(update_fields=["least_people"])
    _record("variant.least", test, by, people=people)


def with_test() -> QuerySet[StepVariant]:
    rows: QuerySet[StepVariant] = StepVariant.objects.select_related("test__sequence")
    return rows


def step_of(variant: StepVariant) -> SequenceStep:
    """The step that a variant is of, in the newest version that has it."""
    key = variant.test.step_key
    rows = SequenceStep.objects.filter(Q(pk=key) | Q(origin=key)).select_related("sequence")
    return rows.order_by("-version")[0]


# --- judging them


@dataclass(frozen=True)
class Count:
    """What came of one wording; people, counted once each."""

    letter: str
    subject: str
    sent: int
    replied: int
    is_paused: bool = False

    @property
    def rate(self) -> Interval:
        return intervals.share(self.replied, self.sent)


@dataclass(frozen=True)
class Judgement:
    """The wordings with their counts, and what they decide: `winner` is a letter, "" while nothing is decided."""

    counts: list[Count]
    least_people: int
    chosen: str = ""
    winner: str = ""
    words: str = ""
    difference: Interval | None = field(default=None)


def judge(counts: Row[Count], least_people: int) -> tuple[str, str, Interval | None]:
    """(winner, in words, its difference to the next best).

    Decided when each has gone to `least_people`, and the best is better than every other by an interval that leaves
    zero out; with several comparisons each is held to the stricter confidence (Bonferroni).
    """
    if len(counts) < 2:
        return "", "There is nothing to compare yet.", None
    short = [one for one in counts if one.sent < least_people]
    if short:
        missing = ", ".join(f"{least_people - one.sent} more for {one.letter}" for one in short)
        return "", f"Not decided yet: each must have gone to {least_people} people ({missing}).", None
    ranked = sorted(counts, key=lambda one: (-one.rate.value, one.letter))
    best, second = ranked[0], ranked[1]
    strict = 1 - (1 - intervals.CONFIDENCE) / len(list(combinations(counts, 2)))
    lead = [intervals.difference(best.replied, best.sent, o.replied, o.sent, strict) for o in ranked[1:]]
    if all(one.low > 0 for one in lead):
        return best.letter, f"{best.letter} gets more replies, and not by chance.", lead[0]
    needed = intervals.people_needed(best.rate.value, second.rate.value)
    more = max(0, (needed or 0) - min(best.sent, second.sent))
    about = f" If the difference stays as it is, it takes about {more} more people for each." if more else ""
    return "", f"Not decided yet: the difference may be chance.{about}", lead[0]


def _counts(step: SequenceStep, test: VariantTest) -> list[Count]:
    keys = SequenceStep.objects.filter(Q(pk=step.key) | Q(origin=step.key)).values("pk")
    rows = OutboundMessage.objects.filter(step__in=keys, state__in=ACCEPTED_STATES).exclude(variant="").order_by()
    answered = Count_("pk", filter=Q(events__kind=MessageEventKind.REPLIED), distinct=True)
    counted = rows.values("variant").annotate(got=Count_("pk", distinct=True), answered=answered)
    found = {row["variant"]: (row["got"], row["answered"]) for row in counted}
    written: list[Wording | StepVariant] = [Wording(FIRST, step.subject_source, ""), *test.variants.all()]
    paused = {one.letter for one in test.variants.all() if one.is_paused} | ({FIRST} if test.is_first_paused else set())
    return [
        Count(one.letter, one.subject, *found.get(one.letter, (0, 0)), is_paused=one.letter in paused)
        for one in written
    ]


def judgement(step: SequenceStep) -> Judgement | None:
    """What the variants of a mail have come to; None for a mail without any."""
    test = test_of(step)
    if test is None or not test.variants.all():
        return None
    counts = _counts(step, test)
    winner, words, lead = judge([one for one in counts if not one.is_paused], test.least_people)
    return Judgement(counts, test.least_people, test.chosen, winner, words, lead)


def nothing(step: SequenceStep) -> Judgement:
    """Of a mail with one wording."""
    winner, words, lead = judge([], 0)
    return Judgement([], 0, winner=winner, words=words, difference=lead)


def of_sequence(sequence: Sequence, steps: Row[SequenceStep]) -> list[tuple[SequenceStep, Judgement]]:
    """The mails of a sequence that have variants, in order, with what they came to."""
    keys = set(VariantTest.objects.filter(sequence=sequence).values_list("step_key", flat=True))
    tried = [step for step in steps if step.key in keys]
    found = [(step, judgement(step)) for step in tried]
    return [(step, one) for step, one in found if one is not None]
