"""The planner on a snapshot: all that a sequence does to many people, in time, under hours, pace and budgets. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from uuid import UUID

from outreach.choices import AT_ONCE, BY_HAND, MESSAGES, Arm, StepKind
from outreach.models import SendingPolicy, SequenceStep
from outreach.services import planner
from outreach.services.course import Course
from outreach.services.gate_words import MONTH, WEEK
from outreach.services.pacing import Way
from outreach.services.planner import Window

LONGEST = timedelta(days=180)  # what would go later is counted, not dated
QUARTER = 900  # seconds: no window opens or closes and opens again within


@dataclass(frozen=True)
class Traveller:
    """Somebody about to enter: their window, when they may begin, what they had of us lately (in order)."""

    key: UUID
    window: Window
    starts_at: datetime
    had: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Sent:
    """One mail of the simulation, or another step that is done; `at` is aware and UTC."""

    person: UUID
    step: SequenceStep
    at: datetime


@dataclass
class Journey:
    """What came out: the mails in order of time, who reached a goal at once, how many mails fall behind the end.

    `done` are the other steps, in order too: what the sequence changes or tells, and tasks when a colleague gets them.
    """

    sent: list[Sent] = field(default_factory=list)
    done: list[Sent] = field(default_factory=list)
    at_goal: list[UUID] = field(default_factory=list)
    beyond: int = 0


Members = Mapping[UUID, frozenset[UUID]]  # {step that asks about a segment: who is in it}
Waiting = tuple[datetime, int, int, SequenceStep]  # due, number, person, step
WayOf = Callable[[SequenceStep, UUID], Way]  # the limits that the mail of a step to a person passes


class Opening:
    """A window that many people share, asked about moments that are close together."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.open: dict[int, bool] = {}
        self.closed: tuple[datetime, datetime] | None = None  # the last pause: from when, and when it opens again

    def fit(self, moment: datetime) -> datetime:
        if self.closed and self.closed[0] <= moment < self.closed[1]:
            return self.closed[1]
        quarter = int(moment.timestamp()) // QUARTER
        is_open = self.open.get(quarter)
        if is_open is None:
            begin = datetime.fromtimestamp(quarter * QUARTER, moment.tzinfo)
            ends = (begin, begin + timedelta(seconds=QUARTER - 1))
            is_open = self.open[quarter] = all(planner.fit(one, self.window) == one for one in ends)
        if is_open or (found := planner.fit(moment, self.window)) == moment:
            return moment
        self.closed = (moment, found)
        return found


Place = tuple[Opening, Way]  # where those wait who share a window and a mailbox
Queues = dict[Place, deque[Waiting]]


def free_again(had: Row[datetime], rules: SendingPolicy, now: datetime) -> datetime:
    """When the budgets of one person let one more mail go (`gate_words.pressure` without its words)."""
    if not had:
        return now
    free = had[-1] + timedelta(hours=rules.gap_hours)
    for most, period in ((rules.most_per_week, WEEK), (rules.most_per_month, MONTH)):
        if len(had) >= most:
            free = max(free, had[-most] + period)
    return max(now, free)


class Simulator:
    """Walks people through a course. Nobody answers, opens or clicks; colleagues do their tasks on the last day."""

    def __init__(
        self,
        course: Course,
        way_of: WayOf,
        rules: SendingPolicy,
        members: Members,
        start: datetime,
        ways: Collection[Way],
    ) -> None:
        self.course, self.rules, self.members = course, rules, members
        self.way_of, self.ways = way_of, ways
        self.is_one_way = len(set(ways)) <= 1
        self.end = start + LONGEST
        self.journey = Journey()
        self.openings: dict[Window, Opening] = {}
        self.number = 0

    def run(self, people: Iterable[Traveller]) -> Journey:
        self.people = list(people)
        self.had = [list(person.had) for person in self.people]
        self.doors = [self._opening(person.window) for person in self.people]
        firsts = [self._next(index, None, person.starts_at) for index, person in enumerate(self.people)]
        waiting = [one for one in firsts if one is not None]
        (self._in_turn if any(way.lanes for way in self.ways) else self._freely)(waiting)
        self.journey.sent.sort(key=lambda one: one.at)
        self.journey.done.sort(key=lambda one: one.at)
        return self.journey

    def _opening(self, window: Window) -> Opening:
        if window not in self.openings:
            self.openings[window] = Opening(window)
        return self.openings[window]

    def _next(self, person: int, done: SequenceStep | None, moment: datetime) -> Waiting | None:
        """The next mail of somebody after a step that was done at a moment; None: there is none."""
        step = self.course.first() if done is None else self.course.after(done)
        while step is not None and step.kind not in MESSAGES:
            found = self._pass(person, step, moment)
            if found is None:
                return None
            moment, step = found
        if step is None:
            return None
        self.number += 1
        return moment, self.number, person, step

    def _pass(self, person: int, step: SequenceStep, at: datetime) -> tuple[datetime, SequenceStep | None] | None:
        """Through a step that sends nothing: (when it is done, what follows); None: it was the end."""
        days = timedelta(days=int(step.settings.get("days") or 0))
        is_in = self.people[person].key in self.members.get(step.pk, frozenset())
        if step.kind == StepKind.END or (step.kind == StepKind.GOAL and is_in):
            if step.kind == StepKind.GOAL:
                self.journey.at_goal.append(self.people[person].key)
            return None
        if step.kind in (*AT_ONCE, *BY_HAND) and at <= self.end:
            self.journey.done.append(Sent(self.people[person].key, step, at))
        if step.kind == StepKind.BRANCH:
            arm = Arm.YES if is_in else Arm.NO
            return at if is_in else at + days, self.course.into(step, arm)
        if planner.is_wait(step):
            at = planner.waited(step, at, self.people[person].window.person_zone)
        elif step.kind in BY_HAND or (step.kind == StepKind.WAIT_UNTIL and not is_in):
            at += days
        return at, self.course.after(step)

    def _may(self, person: int, due: datetime) -> datetime:
        """The first moment for one person from `due` on: budgets and hours, until both agree."""
        while True:
            free = self.doors[person].fit(free_again(self.had[person], self.rules, due))
            if free == due:
                return due
            due = free

    def _send(self, waiting: Waiting, at: datetime) -> Waiting | None:
        _, number, person, step = waiting
        key = self.people[person].key
        self.journey.sent.append(Sent(key, step, at))
        self.had[person].append(at)
        if step.kind == StepKind.EMAIL:
            self.way_of(step, key).take(at, UUID(int=number))
        return self._next(person, step, at)

    def _freely(self, waiting: list[Waiting]) -> None:
        """A mailbox without limits: each person by themselves."""
        for first in waiting:
            one: Waiting | None = first
            while one is not None:
                at = self._may(one[2], one[0])
                if at > self.end:
                    self.journey.beyond += 1
                    break
                one = self._send(one, at)

    def _in_turn(self, waiting: list[Waiting]) -> None:
        """One mail after the other: of those whose time has come, the one that has waited longest goes."""
        coming: list[Waiting] = []
        for one in waiting:
            heappush(coming, (self._may(one[2], one[0]), *one[1:]))
        queues: Queues = {}
        now = coming[0][0] if coming else self.end
        while (coming or queues) and now <= self.end:
            self._arrive(coming, queues, now)
            free = {way: way.free_at(now) for way in {way for _, way in queues}}
            ready = [place for place in queues if free[place[1]] == now and place[0].fit(now) == now]
            if ready:
                self._serve(min(ready, key=lambda place: queues[place][0]), queues, coming, now)
            else:
                now = self._later(free, now, coming, queues)
        self.journey.beyond = len(coming) + sum(len(queue) for queue in queues.values())

    def _arrive(self, coming: list[Waiting], queues: Queues, now: datetime) -> None:
        while coming and coming[0][0] <= now:
            one = heappop(coming)
            if one[3].kind != StepKind.EMAIL:  # no mailbox has to be free
                self._go_on(one, one[0], coming)
                continue
            way = self.way_of(one[3], self.people[one[2]].key)
            queues.setdefault((self.doors[one[2]], way), deque()).append(one)

    def _serve(self, place: Place, queues: Queues, coming: list[Waiting], now: datetime) -> None:
        one = queues[place].popleft()
        if not queues[place]:
            del queues[place]
        self._go_on(one, now, coming)

    def _go_on(self, one: Waiting, at: datetime, coming: list[Waiting]) -> None:
        following = self._send(one, at)
        if following is not None:
            heappush(coming, (self._may(following[2], following[0]), *following[1:]))

    def _later(self, free: Mapping[Way, datetime], now: datetime, coming: list[Waiting], queues: Queues) -> datetime:
        """When to look again: a mailbox is free, a window opens, somebody comes."""
        moments = [at if (at := free[way]) > now else door.fit(now) for door, way in queues]
        if coming and not (self.is_one_way and any(at > now for at in free.values())):
            moments.append(coming[0][0])
        return min(moments)
