"""The rhythm of a sequence: which of its messages would follow one another at once. Pure; it asks no database."""

from __future__ import annotations

from outreach.choices import MESSAGES, WAITS, Arm, StepKind
from outreach.models import SequenceStep
from outreach.services.course import MAIN, Course, Place

CALLED = {StepKind.EMAIL: "mail", StepKind.TEXT: "text message"}
Pair = tuple[SequenceStep, SequenceStep]


def takes_time(step: SequenceStep) -> bool:
    """Whether what stands behind the step is meant for a later day: a wait, or a branch that waits for its answer."""
    return step.kind in WAITS or bool(step.kind == StepKind.BRANCH and step.settings.get("days"))


def at_once(course: Course) -> list[Pair]:
    """Each two messages with no time between them on some way through the branches, in the order of the second ones.

    What a colleague does between is no wait: nobody knows how soon it is done.
    """
    found: list[Pair] = []
    _walk(course, MAIN, [], found)
    return found


def _walk(course: Course, place: Place, before: list[SequenceStep], found: list[Pair]) -> list[SequenceStep] | None:
    """Goes along one line; `before` are the messages that may just have gone. Returns those at the line's end.

    None: nobody comes to its end.
    """
    for step in course.at(place):
        if step.kind == StepKind.END:
            return None
        if takes_time(step):
            before = []
        if step.kind in MESSAGES:
            found += [(one, step) for one in before]
            before = [step]
        if step.kind == StepKind.BRANCH:
            ways = [_walk(course, (step.pk, arm.value), before, found) for arm in Arm]
            ends = [way for way in ways if way is not None]
            if not ends:
                return None
            before = list({one.pk: one for end in ends for one in end}.values())
    return before


def words(before: SequenceStep, number: str, step: SequenceStep) -> str:
    """What is wrong with such a pair; `number` is that of the first one."""
    this, that = CALLED[StepKind(step.kind)], CALLED[StepKind(before.kind)]
    return f"This {this} follows the {that} of step {number} at once: put a wait between."
