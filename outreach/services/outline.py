"""The steps of a sequence as its page draws them: cards with words, those of a branch's arms inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.dates import WEEKDAYS
from django.utils.text import Truncator

from crm import placeholders
from crm.models import Member
from crm.tenancy.context import current_tenant_id
from outreach.choices import Arm, ReplyClass, StepKind
from outreach.models import SequenceStep
from outreach.services import sms_text
from outreach.services.conditions import When, asked
from outreach.services.course import MAIN, Course, Place, place_of
from outreach.services.doing import WORDS, Act
from talent.models import Segment, TalentPool
from talent.services import settable

ICONS = {
    StepKind.EMAIL: "mail",
    StepKind.TEXT: "message-circle",
    StepKind.CALL: "phone",
    StepKind.LINKEDIN: "message-square",
    StepKind.TASK: "circle-check",
    StepKind.WAIT: "hourglass",
    StepKind.WAIT_UNTIL: "calendar-clock",
    StepKind.BRANCH: "split",
    StepKind.UPDATE: "tag",
    StepKind.NOTIFY: "bell",
    StepKind.GOAL: "flag",
    StepKind.WEBHOOK: "webhook",
    StepKind.END: "circle-stop",
}
EXPLAINED = {
    StepKind.WAIT: "What follows comes that much later; a mail also waits for the hours of the sequence.",
    StepKind.WAIT_UNTIL: "What follows comes at that hour by the person's clock. A date that has passed holds nobody.",
    StepKind.TEXT: (
        "Goes to the person's number as a text message. Only who agreed to text messages gets one, and nobody at "
        "night by their clock; for the others the sequence ends here, so put it into a branch if it is to go on."
    ),
    StepKind.CALL: "A colleague gets a task. The sequence waits until it is done or deleted.",
    StepKind.LINKEDIN: "A colleague gets a task with these words to copy. Rapport sends nothing to LinkedIn itself.",
    StepKind.TASK: "A colleague gets a task. The sequence waits until it is done or deleted.",
    StepKind.BRANCH: "People take one of two ways. What a program clicks or opens does not count.",
    StepKind.UPDATE: "Changes the person, and goes on at once.",
    StepKind.GOAL: (
        "Whoever is there has done what the sequence is for: it ends for them, whenever that happens. The others go on."
    ),
    StepKind.WEBHOOK: (
        "Another system is told by a signed POST (Standard Webhooks), tried again for some days when it does not "
        "answer. The sequence goes on at once."
    ),
    StepKind.NOTIFY: "A colleague finds a line under the bell, and the sequence goes on at once.",
}


@dataclass(frozen=True)
class Line:
    """A line of steps as somewhere to move one to: the main one (no `branch`), or an arm of a branch."""

    branch: UUID | None
    arm: str
    number: str  # its branch's
    steps: int

    @property
    def label(self) -> str:
        return f"Into “{Arm(self.arm).label}” of step {self.number}" if self.arm else "Into the main line"

    def takes(self, step: SequenceStep, number: str) -> bool:
        """Whether that step can come here from elsewhere; a branch cannot into an arm of its own."""
        inside = f"{self.number} ".startswith(f"{number} ")
        return (self.branch, self.arm) != place_of(step) and not inside


@dataclass(frozen=True)
class ArmCard:
    """One way out of a branch, and the steps there."""

    arm: str
    label: str
    cards: list[Card]


@dataclass(frozen=True)
class Card:
    """One step: its number, its words and, of a branch, its arms."""

    step: SequenceStep
    number: str  # in the whole sequence, as problems name it
    place: int  # among the steps it stands with
    icon: str
    title: str
    detail: str = ""
    is_first: bool = False
    is_last: bool = False
    arms: list[ArmCard] = field(default_factory=list)
    elsewhere: list[Line] = field(default_factory=list)  # the other lines that it can be moved to the end of

    @property
    def above(self) -> int:
        """The position (from 0) one before its own."""
        return self.place - 2

    @property
    def below(self) -> int:
        return self.place


def flat(cards: list[Card]) -> list[Card]:
    """All steps one after the other, each branch before what is in its arms."""
    return [one for card in cards for one in (card, *(inner for arm in card.arms for inner in flat(arm.cards)))]


def counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


class _Names:
    """Names of what the settings of steps point to, read together; and the lines that steps stand in."""

    def __init__(self, course: Course) -> None:
        self.lines = lines(course)
        named = [step.settings for step in course.by_id.values()]
        writers = [str(step.sender_id) for step in course.by_id.values() if step.sender_id]
        keys = [*self._keys(named, "member"), *writers]
        members = Member.objects.of_tenant(current_tenant_id()).filter(pk__in=keys)
        self.members = {str(m.pk): m.user.display_name for m in members.select_related("user")}
        self.segments = self._of(Segment, named, "segment")
        self.pools = self._of(TalentPool, named, "pool")
        self.fields = settable.fields(None) if self._keys(named, "field") else {}

    def _keys(self, named: list[dict[str, Any]], name: str) -> list[str]:
        return [str(one[name]) for one in named if one.get(name)]

    def _of(self, model: Any, named: list[dict[str, Any]], name: str) -> dict[str, str]:
        keys = self._keys(named, name)
        return (
            {str(pk): words for pk, words in model.objects.filter(pk__in=keys).values_list("pk", "name")}
            if keys
            else {}
        )

    def colleague(self, settings: dict[str, Any]) -> str:
        return self.members.get(str(settings.get("member")), "Whoever sends the sequence")


def _wait(step: SequenceStep, names: _Names) -> tuple[str, str]:
    parts = [counted(step.wait_days, "day", "days")] if step.wait_days or not step.wait_hours else []
    parts += [counted(step.wait_hours, "hour", "hours")] if step.wait_hours else []
    return "Wait " + ", ".join(parts), ""


def _wait_until(step: SequenceStep, names: _Names) -> tuple[str, str]:
    settings = step.settings
    if settings.get("when"):
        question, _ = _branch(step, names)
        days = int(settings.get("days") or 0)
        return f"Wait until yes: {question}", f"At most {counted(days, 'day', 'days')}"
    hour, weekday, on = int(settings.get("hour") or 0), settings.get("weekday"), settings.get("date")
    day = f"{date.fromisoformat(on):%-d %B %Y}, " if on else "" if weekday is None else f"{WEEKDAYS[int(weekday)]}, "
    return f"Wait until {day}{hour}:00", "By the person's clock"


def _by_hand(step: SequenceStep, names: _Names) -> tuple[str, str]:
    days = int(step.settings.get("days") or 0)
    within = f"within {counted(days, 'day', 'days')}" if days else "on the same day"
    return step.subject or WORDS[StepKind(step.kind)], f"{names.colleague(step.settings)}, {within}"


def _class_name(key: Any) -> str:
    return dict(ReplyClass.choices).get(str(key), "…").lower()


def _branch(step: SequenceStep, names: _Names) -> tuple[str, str]:
    when, days = step.settings.get("when"), int(step.settings.get("days") or 0)
    detail = f"Waits up to {counted(days, 'day', 'days')} for a yes" if days else "Asked once"
    if when == When.SEGMENT:
        return f"Are they in the segment “{names.segments.get(str(step.settings.get('segment')), '?')}”?", detail
    questions = {
        When.CLICKED: "Did they click a link?",
        When.OPENED: "Did they open a mail?",
        When.REPLIED: "Did they reply?",
        When.BOOKED: "Did they book a meeting?",
        When.PORTAL: "Did they log in to the portal?",
        When.APPLIED: "Did they apply for a job?",
        When.CLASS: f"Did they reply: {_class_name(step.settings.get('reply_class'))}?",
    }
    return (questions[When(when)], detail) if when in When.values else ("What does it ask?", "")


def _update(step: SequenceStep, names: _Names) -> tuple[str, str]:
    act, tag = step.settings.get("act"), step.settings.get("tag", "?")
    if act == Act.POOL:
        return f"Put them into the pool “{names.pools.get(str(step.settings.get('pool')), '?')}”", ""
    if act in (Act.FIELD, Act.EMPTY):
        return _set(step, names), ""
    if act in Act.values:
        return f"Add the tag “{tag}”" if act == Act.TAG else f"Take the tag “{tag}” away", ""
    return "What does it change?", ""


def _set(step: SequenceStep, names: _Names) -> str:
    field = names.fields.get(str(step.settings.get("field")))
    if step.settings["act"] == Act.EMPTY or field is None:
        return f"{'Empty' if step.settings['act'] == Act.EMPTY else 'Set'} “{field.label if field else '?'}”"
    return f"Set “{field.label}” to “{field.words(step.settings.get('value'))}”"


def _notify(step: SequenceStep, names: _Names) -> tuple[str, str]:
    return f"Tell {names.members.get(str(step.settings.get('member')), 'the sender')}", step.subject


def _goal(step: SequenceStep, names: _Names) -> tuple[str, str]:
    goals: dict[str, str] = {
        When.BOOKED: "Done when they book a meeting",
        When.PORTAL: "Done when they log in to the portal",
        When.APPLIED: "Done when they apply for a job",
        When.CLICKED: "Done when they click a link",
    }
    if title := goals.get(asked(step)):
        return title, "Ends the sequence for them"
    segment = names.segments.get(str(step.settings.get("segment")))
    return (f"Done when they are in “{segment}”" if segment else "What is the goal?"), "Ends the sequence for them"


def _webhook(step: SequenceStep, names: _Names) -> tuple[str, str]:
    return "Tell another system", str(step.settings.get("url") or "")


def _text(step: SequenceStep, names: _Names) -> tuple[str, str]:
    said = Truncator(placeholders.named(step.body_source)).chars(60)
    return said or "What does it say?", f"Text message, {sms_text.size(step.body_source).words}"


def _mail(step: SequenceStep, names: _Names) -> tuple[str, str]:
    writer = names.members.get(str(step.sender_id), "")
    return step.subject_source, f"Written by {writer}" if writer else ""


def _end(step: SequenceStep, names: _Names) -> tuple[str, str]:
    return "End", "Nothing more for whoever comes here"


_SAID: dict[str, Callable[[SequenceStep, _Names], tuple[str, str]]] = {
    StepKind.EMAIL: _mail,
    StepKind.WAIT: _wait,
    StepKind.WAIT_UNTIL: _wait_until,
    StepKind.TEXT: _text,
    StepKind.CALL: _by_hand,
    StepKind.LINKEDIN: _by_hand,
    StepKind.TASK: _by_hand,
    StepKind.BRANCH: _branch,
    StepKind.UPDATE: _update,
    StepKind.NOTIFY: _notify,
    StepKind.GOAL: _goal,
    StepKind.WEBHOOK: _webhook,
    StepKind.END: _end,
}


def lines(course: Course) -> list[Line]:
    """The main line, and each arm of each branch in order."""
    branches = [one for one in course.in_order() if one.step.kind == StepKind.BRANCH]
    places = [(one.step.pk, arm.value, one.number) for one in branches for arm in Arm]
    return [Line(*place, len(course.at(place[:2]))) for place in [(*MAIN, ""), *places]]


def _arms(course: Course, step: SequenceStep, number: str, names: _Names) -> list[ArmCard]:
    return [
        ArmCard(arm.value, arm.label, _cards(course, (step.pk, arm.value), f"{number} {arm.label.lower()} ", names))
        for arm in Arm
    ]


def _cards(course: Course, place: Place, prefix: str, names: _Names) -> list[Card]:
    row, cards = course.at(place), []
    for place_in_row, step in enumerate(row, 1):
        number = f"{prefix}{place_in_row}"
        title, detail = _SAID[step.kind](step, names) if step.kind in _SAID else (step.subject_source, "")
        card = Card(
            step,
            number,
            place_in_row,
            ICONS[StepKind(step.kind)],
            title,
            detail,
            is_first=place_in_row == 1,
            is_last=place_in_row == len(row),
            arms=_arms(course, step, number, names) if step.kind == StepKind.BRANCH else [],
            elsewhere=[line for line in names.lines if line.takes(step, number)],
        )
        cards.append(card)
    return cards


def outline(course: Course) -> list[Card]:
    """The cards of the main line."""
    return _cards(course, MAIN, "", _Names(course))
