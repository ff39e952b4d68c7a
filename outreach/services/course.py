"""The course of a sequence: its steps as a tree, walked from the first to the last. Pure; it asks no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Row
from dataclasses import dataclass
from uuid import UUID

from outreach.choices import Arm
from outreach.models import SequenceStep

Place = tuple[UUID | None, str]  # a branch and its arm; (None, "") for the main line
MAIN: Place = (None, "")


def place_of(step: SequenceStep) -> Place:
    return step.parent_id, step.arm


@dataclass(frozen=True)
class Numbered:
    """A step as pages show it: its number ("3", "3 yes 1") and how deep it stands in branches."""

    step: SequenceStep
    number: str
    depth: int


class Course:
    """Steps by their place. After the last step of an arm comes what follows the branch."""

    def __init__(self, steps: Iterable[SequenceStep]) -> None:
        self.by_id: dict[UUID, SequenceStep] = {}
        self.lists: dict[Place, list[SequenceStep]] = defaultdict(list)
        for step in sorted(steps, key=lambda one: one.position):
            self.by_id[step.pk] = step
            self.lists[place_of(step)].append(step)

    def at(self, place: Place) -> Row[SequenceStep]:
        return self.lists.get(place, [])

    def first(self, place: Place = MAIN) -> SequenceStep | None:
        return next(iter(self.at(place)), None)

    def after(self, step: SequenceStep) -> SequenceStep | None:
        """What follows when a step is done; None: nothing. The step itself may have been taken out already."""
        following = next((one for one in self.at(place_of(step)) if one.position > step.position), None)
        if following is not None or step.parent_id is None:
            return following
        branch = self.by_id.get(step.parent_id)
        return self.after(branch) if branch else None

    def into(self, branch: SequenceStep, arm: str) -> SequenceStep | None:
        """What follows a branch that was answered: its arm, or what comes after when that is empty."""
        return self.first((branch.pk, arm)) or self.after(branch)

    def in_order(self, place: Place = MAIN, prefix: str = "", depth: int = 0) -> Iterator[Numbered]:
        """All steps as a person reads them, those of a branch's arms behind it."""
        for number, step in enumerate(self.at(place), 1):
            yield Numbered(step, f"{prefix}{number}", depth)
            for arm in Arm:
                inner = f"{prefix}{number} {arm.label.lower()} "
                yield from self.in_order((step.pk, arm.value), inner, depth + 1)

    def steps(self) -> list[SequenceStep]:
        return [one.step for one in self.in_order()]
