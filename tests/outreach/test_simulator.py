"""The simulator: the planner on a snapshot, under hours, pace and budgets; and what its page says."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import Member, Tenant, User
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import Arm, SenderChoice, StepKind, WindowZone
from outreach.models import Enrolment, Mailbox, OutboundMessage, SendingPolicy, SequenceStep
from outreach.services import forecast, ledger, mailboxes, planner, sequences, simulation, simulator
from outreach.services.course import Course
from outreach.services.forecast import Forecast, Load
from outreach.services.pacing import Lane, Lanes, Pace, Way
from outreach.services.planner import Window
from outreach.services.simulation import Journey, Simulator, Traveller, free_again
from outreach.services.simulator import Simulation
from outreach.transports.base import Answer, Result
from talent.models import Candidate, ContactBan, Segment, SegmentMembership
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled, people

START = datetime(2026, 3, 27, 6, tzinfo=UTC)  # two days before the clocks change
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FREE = SendingPolicy(most_per_week=50, most_per_month=200, gap_hours=0)
RULES = st.builds(
    SendingPolicy, most_per_week=st.integers(1, 3), most_per_month=st.integers(3, 6), gap_hours=st.integers(0, 60)
)
WINDOWS = st.builds(
    Window,
    zone=st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "America/New_York"]),
    start=st.integers(8, 12),
    end=st.integers(15, 20),
    weekdays=st.frozensets(st.integers(1, 7)),
)
PACES = st.builds(
    Pace,
    zone=st.just("Europe/Berlin"),
    cap=st.none() | st.integers(1, 4),
    gap=st.integers(0, 90).map(lambda n: n * HOUR / 60),
)


def a_course(*waits: int) -> Course:
    rows = [SequenceStep(position=0, kind=StepKind.EMAIL)]
    for days in waits:
        rows.append(SequenceStep(position=len(rows), kind=StepKind.WAIT, wait_days=days))
        rows.append(SequenceStep(position=len(rows), kind=StepKind.EMAIL))
    return Course(rows)


def ran(course: Course, pace: Pace, rules: SendingPolicy, windows: list[Window]) -> tuple[Journey, list[Traveller]]:
    way = Way([Lane(pace)])
    travellers = [Traveller(UUID(int=n), window, START) for n, window in enumerate(windows)]
    return Simulator(course, lambda *_: way, rules, {}, START, [way]).run(travellers), travellers


@given(PACES, RULES, st.lists(WINDOWS, min_size=1, max_size=8), st.lists(st.integers(0, 4), max_size=2))
def test_nothing_goes_outside_a_window_above_a_cap_beyond_a_budget_or_twice(
    pace: Pace, rules: SendingPolicy, windows: list[Window], waits: list[int]
) -> None:
    journey, travellers = ran(a_course(*waits), pace, rules, windows)

    by_key = {one.key: one.window for one in travellers}
    assert len(journey.sent) == len(windows) * (len(waits) + 1)
    assert len({(one.person, one.step.pk) for one in journey.sent}) == len(journey.sent)
    assert all(planner.fit(one.at, by_key[one.person]) == one.at for one in journey.sent)
    days = Counter(pace.day_of(one.at) for one in journey.sent)
    assert all(pace.cap is None or count <= pace.cap for count in days.values())
    assert all(later.at - earlier.at >= pace.gap for earlier, later in pairwise(journey.sent))
    heard: dict[UUID, list[datetime]] = defaultdict(list)
    for one in journey.sent:
        assert free_again(heard[one.person], rules, one.at) == one.at
        heard[one.person].append(one.at)


A, B, C = (UUID(int=n) for n in (1, 2, 3))
CAPS = st.none() | st.integers(1, 4)
LOADS = st.builds(
    Load,
    mailbox=st.sampled_from([A, B, C]),
    at=st.integers(0, 300).map(lambda n: START + n * forecast.SLOT),
    mails=st.integers(1, 5),
)


@given(st.lists(CAPS, min_size=3, max_size=3), st.lists(LOADS, max_size=8), st.lists(WINDOWS, max_size=6))
def test_what_is_planned_and_what_is_simulated_together_pass_no_cap(
    caps: list[int | None], loads: list[Load], windows: list[Window]
) -> None:
    """Mailboxes A and B share a domain, A, B and C the workspace; people get two mails from A."""
    zones = ("Asia/Kolkata", "Europe/Berlin", "Europe/Berlin")
    lanes = {name: Lane(Pace(zone, cap)) for name, zone, cap in zip((str(A), "d", "w"), zones, caps, strict=True)}
    known = Forecast(Lanes(lanes, {A: [str(A), "d", "w"], B: ["d", "w"], C: ["w"]}), {}, START + simulation.LONGEST)

    known.place(sorted(loads, key=lambda one: one.at))
    travellers = [Traveller(UUID(int=n), window, START) for n, window in enumerate(windows)]
    way = known.lanes.way(A)
    journey = Simulator(a_course(1), lambda *_: way, FREE, {}, START, [way]).run(travellers)

    assert len(journey.sent) == 2 * len(windows)
    planned = {name: known.tallies[name].goes for name in ("d", "w") if name in known.tallies}
    for name, lane in lanes.items():
        days = Counter(lane.pace.day_of(one.at) for one in journey.sent) + planned.get(name, Counter())
        assert all(lane.pace.cap is None or count <= lane.pace.cap for count in days.values())
    went = sum(tally.goes.total() for key, tally in known.tallies.items() if key in map(str, (A, B, C)))
    assert went == sum(load.mails for load in loads)


@given(WINDOWS, st.lists(st.integers(0, 9), max_size=3))
def test_one_person_alone_gets_what_the_planner_plans(window: Window, waits: list[int]) -> None:
    course = a_course(*waits)
    journey, [person] = ran(course, Pace(), FREE, [window])

    step, moment = None, person.starts_at
    for one in journey.sent:
        due = planner.next_due(course=course, after=step, since=moment, window=window)
        assert due == planner.Due(one.step.pk, one.at)
        step, moment = one.step, one.at


def test_nobody_clicks_and_tasks_take_their_days() -> None:
    branch = SequenceStep(position=0, kind=StepKind.BRANCH, settings={"when": "clicked", "days": 4})
    call = SequenceStep(position=0, parent=branch, arm=Arm.NO, kind=StepKind.CALL, settings={"days": 2})
    never = SequenceStep(position=0, parent=branch, arm=Arm.YES, kind=StepKind.EMAIL)
    mail = SequenceStep(position=1, kind=StepKind.EMAIL)

    journey, [person] = ran(Course([branch, call, never, mail]), Pace(), FREE, [Window()])

    assert [(one.step, one.at) for one in journey.sent] == [(mail, person.starts_at + 6 * DAY)]


inside = pytest.mark.usefixtures("inside")


def simulated(tenant: Tenant, keys: list[UUID], **fields: object) -> Simulation:
    sequence = a_sequence(waits=[3], **fields)
    return simulator.simulate(sequence=sequence, candidate_ids=keys, tenant=tenant, now=NOON)


@inside
def test_left_out_are_counted_with_the_gates_reasons(tenant: Tenant) -> None:
    banned, silent, maya = a_person("Zoe Okafor"), a_person("No Mail", None), a_person()
    ContactBan.objects.create(candidate=banned, reason="manual", banned_at=NOON)

    found = simulated(tenant, [banned.pk, silent.pk, maya.pk])

    assert {reason: len(rows) for reason, _, rows in found.reasons} == {"banned": 1, "no_address": 1}
    assert [one.person for one in found.journey.sent] == [maya.pk, maya.pk]


@inside
def test_control_group_is_the_one_that_enrolment_leaves_alone(tenant: Tenant) -> None:
    sequence, ids = a_sequence(), [person.pk for person in people(12)]
    sequence.hold_out_percent = 50
    sequence.save()

    found = simulator.simulate(sequence=sequence, candidate_ids=ids, tenant=tenant, now=NOON)
    put_in = sequences.enrol(sequence=sequence, candidate_ids=ids, by=SYSTEM, now=NOON)

    assert 0 < found.written_to < 12
    assert {one.person for one in found.journey.sent} == set(put_in.enrolled)
    assert {one.candidate_id for one in found.left_out} == {one.candidate_id for one in put_in.excluded}


@inside
def test_nothing_is_written(tenant: Tenant) -> None:
    simulated(tenant, [a_person().pk])

    assert (Enrolment.objects.count(), OutboundMessage.objects.count()) == (0, 0)


@inside
def test_simulated_moments_are_those_that_come_true(tenant: Tenant) -> None:
    """Three people, two mails a day: for three days the ledger is asked every hour; the servers take all."""
    mailboxes.set_pace(mailbox=mailboxes.default_mailbox(tenant), values={"daily_cap": 2}, by=SYSTEM)
    SendingPolicy.objects.create(gap_hours=0, most_per_week=7, most_per_month=7)
    keys, window = [one.pk for one in people(3)], {"window_start_hour": 9, "window_end_hour": 17}
    sequence = a_sequence(waits=[1], **window)
    found = simulator.simulate(sequence=sequence, candidate_ids=keys, tenant=tenant, now=NOON)
    enrolled(sequence, sequence_people(keys))

    for hours in range(24 * 3):
        now = NOON + hours * HOUR
        while (rows := ledger.reserve(tenant=tenant, now=now)).messages:
            for message in rows.messages:
                ledger.hand_over(message_id=message.pk, claim=rows.claim, transport="smtp", now=now)
                ledger.settle(message_id=message.pk, claim=rows.claim, answer=Answer(Result.ACCEPTED, 250), now=now)

    came = sorted(OutboundMessage.objects.values_list("handed_over_at", flat=True))
    assert came == [one.at for one in found.journey.sent]


@inside
def test_what_others_have_planned_under_a_cap_of_the_workspace_goes_before(tenant: Tenant) -> None:
    """Two a day for the workspace: three of another mailbox are planned, so the first day is full and half the next."""
    SendingPolicy.objects.create(mails_per_day=2)
    other = Mailbox.objects.create(name="Other", from_address="other@jobs.test")
    enrolled(a_sequence(name="Others", mailbox=other), people(3))

    found = simulated(tenant, [a_person().pk, a_person("Zoe Okafor").pk])

    assert [one.at.date() for one in found.journey.sent[:2]] == [NOON.date() + DAY, NOON.date() + 2 * DAY]
    assert list(found.reached) == ["the whole workspace"]


@inside
def test_owner_of_the_relationship_writes_by_their_own_clock(tenant: Tenant, recruiter: Member) -> None:
    User.objects.filter(pk=recruiter.user_id).update(time_zone="America/New_York")
    maya, zoe = a_person(), a_person("Zoe Okafor")
    Candidate.objects.filter(pk=maya.pk).update(owner=recruiter)
    asked = {"sender_choice": SenderChoice.OWNER, "window_zone": WindowZone.SENDER, "window_start_hour": 13}

    found = simulated(tenant, [maya.pk, zoe.pk], **asked)

    firsts = {one.person: one.at for one in reversed(found.journey.sent)}
    assert firsts == {maya.pk: NOON + 5 * HOUR, zoe.pk: NOON + HOUR}


def sequence_people(keys: list[UUID]) -> list[Candidate]:
    return list(Candidate.objects.filter(pk__in=keys).order_by("pk"))


@inside
def test_people_who_hear_from_us_elsewhere_are_named(tenant: Tenant) -> None:
    maya = a_person()
    enrolled(a_sequence(name="Newcomers"), [maya])

    assert simulated(tenant, [maya.pk]).collisions == {"Newcomers": 1}


@inside
def test_blanks_are_counted_before_anybody_gets_one(tenant: Tenant) -> None:
    found = simulated(tenant, [a_person().pk], body="You work at {{ current_company }}.")

    assert {(one.tag, one.people) for one in found.blanks} == {("Employer", 1)}


def test_page_and_api_name_those_with_blanks(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        maya, sequence = a_person(), a_sequence(body="You work at {{ current_company }}.")
        segment = Segment.objects.create(name="All", rule={"all": []})
        SegmentMembership.objects.create(segment=segment, candidate=maya, entered_at=NOON, entered_by="rule")

    shown = owner_client.get(f"/o/acme/sequences/{sequence.pk}/simulate/?segment={segment.pk}").content.decode()
    path = f"/o/acme/api/v1/sequences/{sequence.pk}/simulation/"
    said = owner_client.post(path, {"candidates": [str(maya.pk)]}, "application/json").json()

    assert f'<a class="link" href="/o/acme/candidates/{maya.pk}/">Maya Lindqvist</a>' in shown
    assert (said["blanks"], said["without"]) == ({"Employer": 1}, {"Employer": [str(maya.pk)]})


def test_page_and_api_show_when_who_gets_what(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        maya, sequence = a_person(), a_sequence(waits=[3])
        segment = Segment.objects.create(name="All", rule={"all": []})
        SegmentMembership.objects.create(segment=segment, candidate=maya, entered_at=NOON, entered_by="rule")
    page = f"/o/acme/sequences/{sequence.pk}/simulate/?segment={segment.pk}&person={maya.pk}"
    api = f"/o/acme/api/v1/sequences/{sequence.pk}/simulation/"

    shown = owner_client.get(page).content.decode()
    said = owner_client.post(api, {"candidates": [str(maya.pk)], "person": str(maya.pk)}, "application/json").json()

    assert "Every mail to Maya Lindqvist" in shown
    assert "from Acme &lt;acme@example.com&gt;" in shown
    assert [(one["kind"], one["people"], len(one["mailboxes"])) for one in said["steps"]] == [("email", 1, 1)] * 2
    assert "Hi Maya," in shown
    assert (said["mails"], said["people"], len(said["schedule"])) == (2, 1, 2)
    assert [text["subject"] for text in said["texts"]] == ["Hello", "Again 1"]


@inside
def test_steps_that_send_nothing_are_shown_when_they_are_done(tenant: Tenant) -> None:
    sequence, maya = a_sequence(waits=[3]), a_person()
    for position, kind, settings in (
        (3, StepKind.UPDATE, {"act": "tag", "tag": "warm"}),
        (4, StepKind.WAIT, {}),
        (5, StepKind.CALL, {"days": 2}),
        (6, StepKind.NOTIFY, {}),
    ):
        SequenceStep.objects.create(sequence=sequence, position=position, kind=kind, settings=settings, wait_days=1)

    found = simulator.simulate(sequence=sequence, candidate_ids=[maya.pk], tenant=tenant, now=NOON)

    second = found.journey.sent[1].at
    done = [(one.step.kind, one.at - second) for one in found.journey.done]
    assert done == [("update", 0 * DAY), ("call", DAY), ("notify", 3 * DAY)]
    titles = [(line.card.step.kind, line.times) for line in found.steps]
    assert titles == [("email", 1), ("email", 1), ("update", 1), ("call", 1), ("notify", 1)]
    assert found.steps[2].card.title == "Add the tag “warm”"


@inside
def test_mails_leave_by_the_mailbox_of_whoever_writes(tenant: Tenant, recruiter: Member) -> None:
    """One a day from the recruiter's own mailbox; the other people's mails do not wait for it."""
    main = mailboxes.default_mailbox(tenant)
    own = Mailbox.objects.create(name="Own", from_address="own@jobs.test", owner=recruiter, daily_cap=1)
    crowd = people(3)
    Candidate.objects.filter(pk__in=[one.pk for one in crowd[:2]]).update(owner=recruiter)

    found = simulated(tenant, [one.pk for one in crowd], sender_choice=SenderChoice.OWNER)

    first = {one.person: one.at.date() for one in reversed(found.journey.sent)}
    theirs = sorted(first[one.pk] for one in crowd[:2])
    assert (theirs[1] - theirs[0] >= DAY, first[crowd[2].pk]) == (True, theirs[0])
    assert found.steps[0].mailboxes == sorted([str(main), str(own)])


@inside
def test_mailbox_of_the_sequence_goes_before_the_writers_own(tenant: Tenant, recruiter: Member) -> None:
    Mailbox.objects.create(name="Own", from_address="own@jobs.test", owner=recruiter)
    box = Mailbox.objects.create(name="Jobs", from_address="jobs@jobs.test")
    maya = a_person()
    Candidate.objects.update(owner=recruiter)

    found = simulated(tenant, [maya.pk], sender_choice=SenderChoice.OWNER, mailbox=box)

    assert [line.mailboxes for line in found.steps] == [[str(box)]] * len(found.steps)


def test_moments_stand_by_the_persons_own_clock() -> None:
    local = datetime(2026, 6, 4, 13, tzinfo=UTC).astimezone(ZoneInfo("America/New_York"))

    assert simulator.said(local) == "Thu 4 Jun, 09:00 (New York)"
