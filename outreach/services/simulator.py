"""What would happen if these people were put into a sequence now: nothing is written, nothing goes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import dateformat

from crm.models import Member, Tenant
from crm.tenancy.many import among
from outreach.choices import AT_ONCE, BY_HAND, MESSAGES, ExclusionReason, MessageState, StepKind
from outreach.models import Mailbox, OutboundMessage, SendingPolicy, Sequence, SequenceStep
from outreach.services import (
    contact_rules,
    contacts,
    forecast,
    gate,
    hold_out,
    mailboxes,
    merge_tags,
    overview,
    planning,
    rounds,
    senders,
    simulation,
    steps,
    templates,
    windows,
)
from outreach.services.course import Course
from outreach.services.forecast import Forecast
from outreach.services.gate import Verdict
from outreach.services.gate_words import MONTH
from outreach.services.outline import Card, flat, outline
from outreach.services.overview import Preview
from outreach.services.pacing import Pace, Way
from outreach.services.sequences import PASSING, Excluded, by_reason
from outreach.services.simulation import Journey, Sent, Traveller
from outreach.services.steps import NotReady
from talent.models import Candidate, SegmentMembership

MOST_PEOPLE = 50_000
BATCH = 5_000
SHOWN = 50


@dataclass(frozen=True)
class Blank:
    """A merge tag of one mail that has no value and no fallback for so many people; `who` are the first of them."""

    step: SequenceStep
    tag: str
    people: int
    who: tuple[UUID, ...] = ()


@dataclass
class StepLine:
    """What one step does: how often, from when to when (UTC), and the mailboxes that its mails leave by."""

    card: Card
    times: int = 0
    first: datetime | None = None
    last: datetime | None = None
    mailboxes: list[str] = field(default_factory=list)


@dataclass
class Simulation:
    """The whole of it. `days`: {day of the workspace's calendar: mails}; `taken` what else the mailbox sends then."""

    sequence: Sequence
    version: int
    people: int
    journey: Journey
    left_out: list[Excluded]
    zone: str
    now: datetime
    zones: dict[UUID, str] = field(default_factory=dict)  # of whom it writes to
    days: dict[date, int] = field(default_factory=dict)
    taken: dict[date, int] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)  # {whose limit: days on which it is used up}
    collisions: dict[str, int] = field(default_factory=dict)  # {other sequence: people whose mails meet}
    blanks: list[Blank] = field(default_factory=list)
    steps: list[StepLine] = field(default_factory=list)

    @property
    def written_to(self) -> int:
        return len({one.person for one in self.journey.sent})

    @property
    def reasons(self) -> list[tuple[str, str, list[Excluded]]]:
        return by_reason(self.left_out)

    def first_last(self) -> tuple[datetime, datetime] | None:
        sent = self.journey.sent
        return (sent[0].at, sent[-1].at) if sent else None

    def local(self, one: Sent) -> datetime:
        """Its moment by the person's clock."""
        return one.at.astimezone(ZoneInfo(self.zones.get(one.person) or self.zone))


@dataclass(frozen=True)
class _Snapshot:
    """What a simulation rests on, read once."""

    sequence: Sequence
    rows: list[SequenceStep]
    rules: SendingPolicy
    tenant: Tenant
    now: datetime
    who: Mapping[UUID, Member]  # who writes, where that is not the sequence's own sender


@dataclass(frozen=True)
class _Limits:
    """What bounds a simulation: where each mail of it leaves, the ways out, and what is planned for them by others."""

    main: Mailbox
    known: Forecast
    boxes: Mapping[UUID, UUID]  # {step: the mailbox that it leaves by, whoever gets it}
    own: Mapping[UUID, UUID]  # {person: the mailbox of whoever writes to them}
    ways: Mapping[UUID, Way]

    def box_of(self, step: SequenceStep, person: UUID) -> UUID:
        return self.boxes.get(step.pk) or self.own.get(person) or self.main.pk

    def way_of(self, step: SequenceStep, person: UUID) -> Way:
        return self.ways[self.box_of(step, person)]

    @property
    def pace(self) -> Pace:
        return self.known.paces[self.main.pk]

    @property
    def taken(self) -> dict[date, int]:
        """What others send by the same mailbox, by day."""
        return dict(self.known.tally(str(self.main.pk), self.pace).goes)

    def reached(self, journey: Journey) -> dict[str, int]:
        """{whose limit: days on which it is used up while the sequence runs}."""
        names = {name for box in self.ways for name in self.known.lanes.names(box)}
        found: dict[str, int] = {}
        for name, lane in ((name, self.known.lanes.every[name]) for name in sorted(names)):
            days = {lane.pace.day_of(one.at) for one in journey.sent}
            full = sum(lane.pace.allowed(day) == lane.used[day] for day in days)
            found |= {name: full} if full else {}
        rows = list(Mailbox.objects.filter(pk__in=self.ways)) if found else []
        return {forecast.label(name, rows): days for name, days in found.items()}


def _verdicts(asked: _Snapshot, ids: Row[UUID]) -> Iterator[tuple[UUID, Verdict, str]]:
    """(person, what the gate says to the first mail, why not because they were in it before)."""
    step = next((row for row in asked.rows if row.kind == StepKind.EMAIL), None)
    step = step or next((row for row in asked.rows if row.kind in MESSAGES), None)
    if step is None:
        raise NotReady("There is no mail in this sequence to simulate.")
    for chunk in (ids[n : n + BATCH] for n in range(0, len(ids), BATCH)):
        known = rounds.of(sequence=asked.sequence, candidate_ids=chunk, now=asked.now)
        for time, people in rounds.by_number(chunk, known).items():
            said = dict[UUID, Verdict]()
            for sender_id, group in senders.groups(people, asked.who).items():
                writer, channel = step.sender_id or sender_id, planning.channel_of(step)
                intent = planning.step_intent(step.key, asked.sequence, writer, time=time, channel=channel)
                said |= gate.verdicts(candidate_ids=group, intent=intent, now=asked.now, rules=asked.rules)
            yield from ((pk, said[pk], known.get(pk, rounds.FIRST).against) for pk in people)


def _sort(asked: _Snapshot, ids: Row[UUID]) -> tuple[dict[UUID, datetime], list[Excluded]]:
    """({who gets it: from when on}, who does not and why)."""
    may: dict[UUID, datetime] = {}
    left_out: list[Excluded] = []
    for pk, verdict, against in _verdicts(asked, ids):
        if against:
            left_out.append(Excluded(pk, ExclusionReason.ALREADY_ENROLLED, against))
        elif verdict.may or verdict.reason in PASSING:
            may[pk] = max(asked.now, verdict.retry_at or asked.now)
        else:
            left_out.append(Excluded(pk, verdict.reason, verdict.words))
    for pk in sorted(hold_out.of(asked.sequence, may)):
        del may[pk]
        left_out.append(Excluded(pk, ExclusionReason.HOLD_OUT, hold_out.WORDS))
    return may, left_out


def _had(people: Collection[UUID], now: datetime) -> dict[UUID, list[datetime]]:
    """What they had of us in the last 30 days, in order."""
    rows = OutboundMessage.objects.left().filter(among("candidate", people), is_proactive=True)
    found: dict[UUID, list[datetime]] = defaultdict(list)
    lately = rows.filter(handed_over_at__gt=now - MONTH)
    for pk, moment in lately.values_list("candidate", "handed_over_at"):
        found[pk].append(moment)
    for pk, contact in contacts.touches(people, now - MONTH):
        found[pk].append(contact.at)
    return {pk: sorted(had) for pk, had in found.items()}


def _travellers(asked: _Snapshot, may: dict[UUID, datetime]) -> tuple[list[Traveller], dict[UUID, str]]:
    had = _had(may, asked.now)
    found, zones = windows.read(may), {}
    rows = Candidate.objects.filter(among("pk", may)).values_list("pk", "time_zone", "country", named=True)
    people = []
    for row in rows:
        writer = asked.who.get(row.pk)
        window = found.of(asked.sequence, row, writer.pk if writer else None)
        zones[row.pk] = window.person_zone
        people.append(Traveller(row.pk, window, may[row.pk], tuple(had.get(row.pk, ()))))
    return people, zones


def _members(rows: Iterable[SequenceStep], people: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """{step that asks about a segment: who of these is in it}."""
    asking = {row.pk: row.settings["segment"] for row in rows if row.settings.get("segment")}
    found = {}
    for step_id, segment in asking.items():
        current = SegmentMembership.objects.current().filter(among("candidate", people), segment=segment)
        found[step_id] = frozenset(current.values_list("candidate", flat=True))
    return found


def _fixed(asked: _Snapshot, step: SequenceStep) -> UUID | None:
    """The mailbox that a step leaves by, whoever gets it; None where that hangs on who writes to the person."""
    if step.kind != StepKind.EMAIL or (found := planning.mailbox_of(step, asked.sequence)):
        return found if step.kind == StepKind.EMAIL else None
    return mailboxes.for_sender(tenant=asked.tenant, sender=step.sender).pk if step.sender_id else None


def _limits(asked: _Snapshot) -> _Limits:
    """The ways out of this sequence's mailboxes, with what is planned for them and beside them already."""
    sequence = asked.sequence
    main = sequence.mailbox or mailboxes.for_sender(tenant=asked.tenant, sender=sequence.sender)
    known = forecast.of_planned(asked.now, asked.now + simulation.LONGEST, asked.tenant.time_zone)
    boxes = {row.pk: box for row in asked.rows if (box := _fixed(asked, row))}
    writers = {} if sequence.mailbox else {one.pk: one for one in asked.who.values()}
    theirs = {pk: mailboxes.for_sender(tenant=asked.tenant, sender=one).pk for pk, one in writers.items()}
    own = {person: theirs[one.pk] for person, one in asked.who.items() if one.pk in theirs}
    ways = {box: known.lanes.way(box) for box in {*boxes.values(), *theirs.values(), main.pk}}
    return _Limits(main, known, boxes, own, ways)


def _step_lines(asked: _Snapshot, journey: Journey, limits: _Limits) -> list[StepLine]:
    """Every step that does something, in the order of the sequence; those that nobody comes to as well."""
    cards = flat(outline(Course(asked.rows)))
    found = {card.step.pk: StepLine(card) for card in cards if card.step.kind in (*MESSAGES, *BY_HAND, *AT_ONCE)}
    boxes: dict[UUID, set[UUID]] = defaultdict(set)
    for one in (*journey.sent, *journey.done):
        line = found[one.step.pk]
        line.times, line.first, line.last = (
            line.times + 1,
            min(line.first or one.at, one.at),
            max(line.last or one.at, one.at),
        )
        if one.step.kind == StepKind.EMAIL:
            boxes[one.step.pk].add(limits.box_of(one.step, one.person))
    names = {row.pk: str(row) for row in Mailbox.objects.filter(pk__in=set().union(*boxes.values()))} if boxes else {}
    for key, used in boxes.items():
        found[key].mailboxes = sorted(names[box] for box in used)
    return list(found.values())


def _collisions(journey: Journey, rules: SendingPolicy) -> dict[str, int]:
    """{other sequence: people who would get a mail of it too close to one of these}."""
    ours: dict[UUID, list[datetime]] = defaultdict(list)
    for one in journey.sent:
        ours[one.person].append(one.at)
    near = timedelta(hours=max(rules.gap_hours, 24))
    rows = OutboundMessage.objects.filter(among("candidate", ours), state=MessageState.PLANNED, is_proactive=True)
    met: dict[str, set[UUID]] = defaultdict(set)
    named = rows.values_list("candidate", "due_at", "enrolment__sequence__name", "broadcast__name")
    for pk, due, sequence, broadcast in named:
        if any(abs(at - due) < near for at in ours[pk]):
            met[sequence or broadcast or "Single messages"].add(pk)
    return {name: len(people) for name, people in sorted(met.items())}


def _contexts(asked: _Snapshot, step: SequenceStep, people: Row[UUID]) -> Iterator[merge_tags.MergeContext]:
    """What the values of tags are taken from, for each of the people; read for many of them at once."""
    for chunk in (people[n : n + BATCH] for n in range(0, len(people), BATCH)):
        rows = list(Candidate.objects.filter(among("pk", chunk)))
        latest = merge_tags.Latest(asked.now, rows)
        for person in rows:
            writer = step.sender or asked.who.get(person.pk) or asked.sequence.sender
            yield merge_tags.MergeContext(person, "-", asked.tenant.name, "-", sender=writer, latest=latest)


def _blanks(asked: _Snapshot, people: Collection[UUID]) -> list[Blank]:
    """Tags that would stay blank: only those without a fallback are asked for, so mostly none."""
    found = []
    for step in (row for row in asked.rows if row.kind in MESSAGES):
        tags = templates.unguarded(subject=step.subject_source, body=step.body_source)
        without: dict[str, list[UUID]] = defaultdict(list)
        for context in _contexts(asked, step, list(people)) if tags else ():
            for tag in (tag for tag, value in merge_tags.values(context, tags).items() if not value):
                without[tag].append(context.candidate.pk)
        for tag, who in sorted(without.items()):
            found.append(Blank(step, merge_tags.REGISTRY[tag].label, len(who), tuple(who[:SHOWN])))
    return found


def simulate(
    *,
    sequence: Sequence,
    candidate_ids: Iterable[UUID],
    tenant: Tenant,
    now: datetime,
    acting: Member | None = None,
) -> Simulation:
    """The sequence as its editor shows it (the draft, where there is one) for these people from `now` on.

    The gate is asked as it would be at enrolment; then the planner runs under the window, the days off, the pace of
    mailboxes, the caps of domain and workspace, and the budgets; what is planned already goes before. Nobody answers
    or clicks, segments stay as they are. At most 50,000 people; raises NotReady for more, and for a sequence without
    a mail. `acting` is who would put them in. Changes nothing.
    """
    ids = list(dict.fromkeys(candidate_ids))
    if len(ids) > MOST_PEOPLE:
        raise NotReady(f"{len(ids):,} people are more than can be simulated at once. The limit is {MOST_PEOPLE:,}.")
    rows = steps.steps_of(sequence, sequence.shown_version)
    who = senders.of(sequence, ids, acting)
    asked = _Snapshot(sequence, rows, contact_rules.current(), tenant, now, who)
    may, left_out = _sort(asked, ids)
    people, zones = _travellers(asked, may)
    limits = _limits(asked)
    ways = list(limits.ways.values())
    engine = simulation.Simulator(Course(rows), limits.way_of, asked.rules, _members(rows, may), now, ways)
    journey = engine.run(people)
    days = Counter(limits.pace.day_of(one.at) for one in journey.sent)
    return Simulation(
        sequence=sequence,
        version=sequence.shown_version,
        people=len(ids),
        journey=journey,
        left_out=left_out,
        zone=tenant.time_zone,
        now=now,
        zones=zones,
        days=dict(sorted(days.items())),
        taken=limits.taken,
        reached=limits.reached(journey),
        collisions=_collisions(journey, asked.rules),
        blanks=_blanks(asked, may),
        steps=_step_lines(asked, journey, limits),
    )


def said(local: datetime) -> str:
    """A moment by somebody's own clock, with its place: "Thu 26 Nov, 09:00 (Berlin)"."""
    zone = getattr(local.tzinfo, "key", "UTC")
    return f"{dateformat.format(local, 'D j M, H:i')} ({zone.rsplit('/', 1)[-1].replace('_', ' ')})"


@dataclass(frozen=True)
class Text:
    """One mail as the person would get it, or why it cannot be made; `at` by their clock."""

    at: datetime
    step: SequenceStep
    preview: Preview

    @property
    def said(self) -> str:
        return said(self.at)


def texts(found: Simulation, person: Candidate, tenant: Tenant) -> list[Text]:
    """Every mail to one person, rendered with what is new at the moment of the simulation."""
    return [
        Text(
            found.local(one),
            one.step,
            overview.preview(
                tenant=tenant,
                subject=one.step.subject_source or "Re:",
                body=one.step.body_source,
                candidate=person,
                now=found.now,
                place=overview.place_of(one.step, person, tenant),
            ),
        )
        for one in found.journey.sent
        if one.person == person.pk
    ]
