"""The pace of a mailbox: never above its cap, never too fast, counted by its own midnight."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import AuditEntry, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import ExclusionReason, HoldReason, MessageState, WindowZone
from outreach.models import Mailbox, OutboundMessage, SendingDomain, SendingPolicy, SendPulse
from outreach.services import days_off, ledger, mailboxes, outages, pace_words, pacing, timing
from outreach.services.pacing import Lane, Lanes, Pace
from outreach.transports.base import Answer, Result
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled, people

HOUR = timedelta(hours=1)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"])
PACES = st.builds(
    Pace,
    zone=ZONES,
    cap=st.integers(1, 6),
    gap=st.integers(0, 3600).map(lambda n: timedelta(seconds=n)),
    warm_up_from=st.integers(1, 3),
    warm_up_step=st.integers(1, 3),
    warm_up_on=st.none() | st.dates(date(2026, 3, 20), date(2026, 4, 2)),
)
MOMENTS = st.lists(st.datetimes(datetime(2026, 3, 27), datetime(2026, 4, 2), timezones=st.just(UTC)), max_size=40)


@given(PACES, MOMENTS)
def test_mailbox_is_never_above_its_cap_and_never_too_fast(pace: Pace, moments: list[datetime]) -> None:
    """Over a change of the clocks, with a ramp."""
    lane, sent = Lane(pace), []
    for number, moment in enumerate(sorted(moments)):
        free = lane.free_at(moment)
        assert free >= moment
        lane.take(free, UUID(int=number))
        sent.append(free)

    days = Counter(pace.day_of(one) for one in sent)
    assert all(count <= (pace.allowed(day) or 0) for day, count in days.items())
    assert all(later - earlier >= pace.gap for earlier, later in pairwise(sent))


@given(PACES, MOMENTS)
def test_mailbox_that_is_free_does_not_wait(pace: Pace, moments: list[datetime]) -> None:
    lane = Lane(pace)
    for moment in sorted(moments):
        free = lane.free_at(moment)
        if free > moment:  # it rests, or that day of its own is full
            rests = lane.rests_until is not None and lane.rests_until > moment
            assert rests or lane.used[pace.day_of(moment)] >= (pace.allowed(pace.day_of(moment)) or 0)
        lane.take(free)


def test_gap_is_the_same_each_time_it_is_asked_and_differs_between_mails() -> None:
    pace = Pace(gap=timedelta(seconds=100))

    gaps = [pace.gap_after(UUID(int=n)) for n in range(50)]

    assert gaps == [pace.gap_after(UUID(int=n)) for n in range(50)]
    assert len(set(gaps)) > 40
    assert all(timedelta(seconds=100) <= gap <= timedelta(seconds=150) for gap in gaps)


def test_ramp_grows_to_the_cap() -> None:
    pace = Pace(cap=20, warm_up_from=5, warm_up_step=6, warm_up_on=date(2026, 6, 1))

    assert [pace.allowed(date(2026, 6, day)) for day in (1, 2, 3, 4, 9)] == [5, 11, 17, 20, 20]
    assert pace.full_on() == date(2026, 6, 4)


@pytest.fixture
def mailbox(tenant: Tenant, inside: None) -> Mailbox:
    return mailboxes.default_mailbox(tenant)


def paced(mailbox: Mailbox, **values: object) -> Mailbox:
    return mailboxes.set_pace(mailbox=mailbox, values=values, by=SYSTEM)


def sent(tenant: Tenant, now: datetime) -> int:
    """How many go at that moment, the server taking all."""
    reservation = ledger.reserve(tenant=tenant, now=now)
    for message in reservation.messages:
        ledger.hand_over(message_id=message.pk, claim=reservation.claim, transport="smtp", now=now)
        answer = Answer(Result.ACCEPTED, 250, "OK")
        ledger.settle(message_id=message.pk, claim=reservation.claim, answer=answer, now=now)
    return len(reservation.messages)


def test_ledger_keeps_to_the_cap_until_the_mailboxs_midnight(tenant: Tenant, mailbox: Mailbox) -> None:
    paced(mailbox, daily_cap=2, time_zone="Asia/Kolkata")
    enrolled(a_sequence(), people(5))

    midnight = datetime(2026, 6, 3, 18, 30, tzinfo=UTC)  # of the fourth of June, in Kolkata
    assert [sent(tenant, at) for at in (NOON, NOON, midnight - HOUR, midnight, midnight)] == [2, 0, 0, 2, 0]


def test_ledger_keeps_the_gap(tenant: Tenant, mailbox: Mailbox) -> None:
    paced(mailbox, gap_seconds=60)
    enrolled(a_sequence(), people(3))

    assert [sent(tenant, NOON + timedelta(seconds=n)) for n in (0, 1, 59, 91, 92)] == [1, 0, 0, 1, 0]


def test_what_waits_for_its_turn_is_not_in_the_way_of_other_mailboxes(tenant: Tenant, mailbox: Mailbox) -> None:
    paced(mailbox, daily_cap=1)
    other = Mailbox.objects.create(name="Other", from_address="other@example.com")
    enrolled(a_sequence(), people(4))
    enrolled(a_sequence(name="Others", mailbox=other), [a_person("Zoe Okafor")])

    assert sent(tenant, NOON) == 2
    assert set(OutboundMessage.objects.filter(state=MessageState.ACCEPTED).values_list("mailbox", flat=True)) == {
        mailbox.pk,
        other.pk,
    }


def test_domain_and_workspace_have_caps_of_their_own(tenant: Tenant, mailbox: Mailbox) -> None:
    """Two mailboxes of one domain share two a day; a third of another domain has the rest of the workspace's three."""
    beside = Mailbox.objects.create(name="Beside", from_address=f"beside@{pacing.domain_of(mailbox)}")
    other = Mailbox.objects.create(name="Other", from_address="other@jobs.test")
    SendingDomain.objects.create(domain=pacing.domain_of(mailbox), selector="rapport", daily_cap=2)
    SendingPolicy.objects.create(mails_per_day=3)
    for number, box in enumerate((mailbox, beside, other)):
        some = [a_person(f"Person {number} {n}", f"p{number}{n}@example.com") for n in range(2)]
        enrolled(a_sequence(name=f"Plan {number}", mailbox=box), some)

    midnight = datetime(2026, 6, 4, tzinfo=UTC)
    assert [sent(tenant, at) for at in (NOON, NOON, midnight - HOUR, midnight, midnight)] == [3, 0, 0, 3, 0]
    assert str(pace_words.of_workspace(midnight)) == "3 of 3 today"


@given(st.lists(st.integers(0, 3), min_size=3, max_size=3), st.lists(st.sampled_from("abc"), max_size=12))
def test_shared_caps_are_never_passed(caps: list[int], wanted: list[str]) -> None:
    """Rows in any order, by three mailboxes: two of one domain, all of one workspace."""
    names = {name: UUID(int=number) for number, name in enumerate("abc", 1)}
    found = Lanes({name: Lane(Pace(cap=cap + 1)) for name, cap in zip("adw", caps, strict=True)})
    found.of_mailbox = {names["a"]: ["a", "d", "w"], names["b"]: ["d", "w"], names["c"]: ["w"]}
    rows = [OutboundMessage(mailbox_id=names[one]) for one in wanted]

    went = Counter(row.mailbox_id for row in timing.fitting(rows, NOON, found)[0])

    own, domain, workspace = (cap + 1 for cap in caps)
    assert went[names["a"]] <= own
    assert went[names["a"]] + went[names["b"]] <= domain
    assert went.total() <= workspace


def test_cap_of_a_domain_is_set_on_its_page_and_by_the_api(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        Mailbox.objects.create(name="Live", from_address="jobs@acme.test", transport="smtp", host="mail.acme.test")
    page, api = "/o/acme/settings/domains/acme.test/cap/", "/o/acme/api/v1/sending-domains/acme.test/"
    refused, saved = owner_client.post(page, {"daily_cap": "0"}), owner_client.post(page, {"daily_cap": "50"})
    answer = owner_client.patch(api, {"daily_cap": 40}, content_type="application/json")

    assert (refused.status_code, saved.status_code, answer.json()["today"]) == (422, 302, "0 of 40 today")
    assert owner_client.patch(api.replace("acme.test", "other.test"), {}).status_code == 404


def test_turn_that_comes_after_hours_waits_for_the_next_ones(tenant: Tenant, mailbox: Mailbox) -> None:
    enrolled(a_sequence(window_start_hour=9, window_end_hour=17), [a_person()])

    assert sent(tenant, NOON + 6 * HOUR) == 0
    message = OutboundMessage.objects.get()
    assert (message.put_off_reason, message.due_at) == (ExclusionReason.OUTSIDE_WINDOW, NOON + 21 * HOUR)
    assert sent(tenant, message.due_at) == 1


def test_holiday_of_the_zone_moves_the_mail(tenant: Tenant, mailbox: Mailbox) -> None:
    fixed = {"window_zone": WindowZone.FIXED, "fixed_zone": "Europe/Warsaw", "window_start_hour": 9}
    [message] = enrolled(a_sequence(**fixed), [a_person()], now=datetime(2026, 6, 4, 10, tzinfo=UTC))
    days_off.add(day=date(2026, 6, 5), by=SYSTEM)
    [other] = enrolled(a_sequence(name="Bridge", **fixed), people(1), now=datetime(2026, 6, 4, 10, tzinfo=UTC))

    assert message.due_at == datetime(2026, 6, 5, 7, tzinfo=UTC)  # Corpus Christi was the fourth
    assert other.due_at == datetime(2026, 6, 6, 7, tzinfo=UTC)


def test_day_is_in_the_calendar_once(mailbox: Mailbox) -> None:
    days_off.add(day=date(2026, 6, 5), by=SYSTEM)

    with pytest.raises(days_off.NotADayOff):
        days_off.add(day=date(2026, 6, 5), by=SYSTEM, is_open=True)


def test_page_says_where_the_mailbox_stands(tenant: Tenant, mailbox: Mailbox) -> None:
    paced(mailbox, daily_cap=80, warm_up_from=50, warm_up_step=10, warm_up_on=NOON.date())
    enrolled(a_sequence(), people(3))
    sent(tenant, NOON)

    assert str(pace_words.today(mailbox, NOON)) == "3 of 50 today, ramping to 80 on 6 June"


def an_outage(hours: int) -> None:
    outages.beat(NOON - hours * HOUR)
    outages.beat(NOON)


def test_what_missed_its_time_in_an_outage_waits_for_a_colleague(tenant: Tenant, mailbox: Mailbox) -> None:
    sequence = a_sequence()
    enrolled(sequence, [a_person()], now=NOON - 5 * HOUR)
    enrolled(sequence, people(1), now=NOON - HOUR)
    an_outage(hours=6)

    assert sent(tenant, NOON) == 1
    assert OutboundMessage.objects.get(state=MessageState.PLANNED).held_for == HoldReason.LATE


@pytest.mark.parametrize(("hours", "rule"), [(2, 3), (6, 0)])
def test_short_outage_or_no_rule_holds_nothing(tenant: Tenant, mailbox: Mailbox, hours: int, rule: int) -> None:
    SendingPolicy.objects.create(late_hours=rule)
    enrolled(a_sequence(), [a_person()], now=NOON - 5 * HOUR)
    an_outage(hours)

    assert sent(tenant, NOON) == 1


@pytest.mark.django_db
def test_busy_minutes_are_no_outage() -> None:
    for minutes in range(0, 300, 25):
        outages.beat(NOON + timedelta(minutes=minutes))

    assert SendPulse.objects.get().outage_until is None


def test_pace_is_set_on_its_page_and_by_the_api(tenant: Tenant, owner: Member, owner_client: Client) -> None:
    with open_tenant(tenant):
        key = mailboxes.default_mailbox(tenant).pk
    page, api = f"/o/acme/mailboxes/{key}/pace/", f"/o/acme/api/v1/mailboxes/{key}/pace/"
    refused = owner_client.post(page, {"warm_up_on": "2026-06-01", "gap_seconds": "0", "warm_up_step": "5"})
    saved = owner_client.post(page, {"daily_cap": "40", "gap_seconds": "90", "warm_up_step": "5"})
    answer = owner_client.patch(api, {"time_zone": "Moon/Base"}, content_type="application/json")

    assert (refused.status_code, saved.status_code, answer.status_code) == (422, 302, 400)
    assert owner_client.get(api).json()["today"] == "0 of 40 today"
    with open_tenant(tenant):
        assert AuditEntry.objects.get(action="mailbox.set_pace").fields == ["daily_cap", "gap_seconds"]


def test_days_off_page_adds_and_removes(tenant: Tenant, owner_client: Client) -> None:
    page = "/o/acme/settings/days-off/"
    owner_client.post(page, {"day": "2026-12-24", "name": "Christmas Eve"})
    twice = owner_client.post(page, {"day": "2026-12-24"})
    [row] = owner_client.get("/o/acme/api/v1/days-off/").json()
    owner_client.delete(f"/o/acme/api/v1/days-off/{row['id']}/")

    assert (twice.status_code, row["name"]) == (422, "Christmas Eve")
    assert owner_client.get("/o/acme/api/v1/days-off/").json() == []


@given(ZONES | st.sampled_from(["Africa/Cairo", "America/Asuncion", "Atlantic/Azores"]), st.data())
def test_lane_knows_the_day_as_its_pace_does(zone: str, data: st.DataObject) -> None:
    """Also where the clocks change at midnight, or a day is left out."""
    moments = st.datetimes(datetime(2011, 12, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
    around = data.draw(moments)
    lane = Lane(Pace(zone))

    for minutes in data.draw(st.lists(st.integers(-3000, 3000), max_size=30)):
        moment = around + timedelta(minutes=minutes)
        assert lane.day_of(moment) == lane.pace.day_of(moment)
