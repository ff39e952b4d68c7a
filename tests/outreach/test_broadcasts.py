"""Broadcasts: frozen audiences, a second person, each person once, sums that add up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import AuditEntry, Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import BroadcastStatus, BroadcastTime, ExclusionReason, MessageState
from outreach.models import Broadcast, BroadcastRecipient, SandboxMessage
from outreach.services import (
    audiences,
    broadcast_overview,
    broadcast_sending,
    broadcasts,
    ledger,
    planning,
    sending,
    topics,
    worst_cases,
)
from outreach.services.broadcasts import NotReady, OwnApproval, Sources
from talent.models import Candidate, ContactBan, Segment
from talent.services import pools
from tests.conftest import logged_in
from tests.factories.broadcasts import EVERYBODY, NOW, a_broadcast, a_segment, policy, rows, started, sums_of
from tests.factories.outreach import a_person, people
from tests.factories.pools import a_pool


def test_audience_is_include_minus_exclude(inside: UUID) -> None:
    ann, bob, cyd = (a_person(name) for name in ("Ann", "Bob", "Cyd"))
    pool = a_pool(people=[bob])
    draft = a_broadcast()

    broadcasts.save(values={}, sources=Sources([a_segment("All")], not_pools=[pool]), by=SYSTEM, broadcast=draft)

    found = audiences.of(audiences.sources_of(draft))
    assert (found.people, found.named) == ({ann.pk: "All", cyd.pk: "All"}, 3)


def test_everybody_gets_it_once_and_the_sums_add_up(tenant: Tenant) -> None:
    with open_tenant(tenant):
        banned, *_ = people(3)
        ContactBan.objects.create(candidate=banned, reason="manual", banned_at=timezone.now())
        broadcast = started(timezone.now())

    sending.send_due(tenant=tenant)
    sending.send_due(tenant=tenant)

    with open_tenant(tenant):
        found = sums_of(broadcast)
        assert (found.planned, found.accepted, found.excluded, found.adds_up) == (3, 2, 1, True)
        assert broadcast_overview.row_of(Broadcast.objects.get()).state == "Sent"
        mail = SandboxMessage.objects.first()
        assert mail is not None
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in bytes(mail.raw)


def test_who_comes_later_is_not_in_the_frozen_audience(inside: UUID) -> None:
    pool = a_pool(people=people(2))
    draft = broadcasts.save(values={}, sources=Sources(pools=[pool]), by=SYSTEM, broadcast=a_broadcast())
    broadcast = broadcasts.submit(broadcast=draft, member=None, by=SYSTEM, now=NOW)

    pools.add(pool=pool, candidates=[a_person("Late Comer")], by=SYSTEM, now=NOW)
    broadcast_sending.plan_all(broadcast, NOW)

    assert (len(rows(broadcast)), broadcast.people) == (2, 2)


def test_cancelled_before_all_have_a_row_the_rest_is_ended_in_the_background(
    inside: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(7)
    monkeypatch.setattr(broadcast_sending, "BATCH", 2)
    broadcast = started()

    ended = broadcasts.cancel(broadcast=broadcast, by=SYSTEM, now=NOW)
    while broadcast_sending.plan_waiting(NOW):
        pass

    found = sums_of(broadcast)
    assert (ended, found.planned, found.reasons[0][::2], found.adds_up) == (7, 7, ("cancelled", 7), True)


def test_large_audiences_are_planned_in_batches_and_nobody_twice(inside: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    people(5)
    monkeypatch.setattr(broadcast_sending, "BATCH", 2)
    broadcast = started()
    first = len(rows(broadcast))

    while broadcast_sending.plan_waiting(NOW):
        pass

    assert (first, len(rows(broadcast)), BroadcastRecipient.objects.filter(is_planned=False).count()) == (2, 5, 0)


ZONES = st.sampled_from(["Pacific/Kiritimati", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Pacific/Pago_Pago"])


@given(ZONES, st.integers(0, 400), st.integers(0, 60))
def test_morning_is_nine_where_they_live_and_never_past(zone: str, days: int, hours: int) -> None:
    day = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=days)
    now = day - timedelta(hours=hours)

    found = broadcast_sending.morning_of(day.date(), zone, now)

    assert found >= now
    assert found.astimezone(broadcast_sending.ZoneInfo(zone)).hour == 9
    assert found - max(now, day) <= timedelta(hours=37)


def test_above_the_threshold_a_second_person_approves(inside: UUID, owner: Member, recruiter: Member) -> None:
    people(3)
    policy(approval_people=2)
    row = broadcasts.submit(broadcast=a_broadcast(recruiter), member=recruiter, by=recruiter.actor, now=NOW)
    waiting = (row.status, len(rows(row)), row.asked_for)

    with pytest.raises(OwnApproval):
        broadcasts.approve(broadcast=row, member=recruiter, by=recruiter.actor, now=NOW)
    broadcasts.approve(broadcast=row, member=owner, by=owner.actor, now=NOW)

    assert waiting == ("waiting", 0, ["It goes to 3 people; above 2 a second person looks at it."])
    assert len(rows(row)) == 3
    actions = AuditEntry.objects.filter(object_id=row.pk).order_by("pk").values_list("action", flat=True)
    assert list(actions) == [f"broadcast.{did}" for did in ("create", "submit", "freeze", "approve", "start")]


def test_whoever_made_it_does_not_approve_it(inside: UUID, owner: Member, recruiter: Member) -> None:
    people(1)
    policy(approval_people=0)
    assert not broadcasts.may_approve(a_broadcast(recruiter), recruiter)
    assert broadcasts.may_approve(a_broadcast(recruiter, name="Other"), owner)


def test_sent_back_it_is_a_draft_with_a_fresh_audience(inside: UUID, recruiter: Member) -> None:
    people(2)
    policy(approval_people=1)
    row = broadcasts.submit(broadcast=a_broadcast(recruiter), member=recruiter, by=recruiter.actor, now=NOW)

    broadcasts.send_back(broadcast=row, by=SYSTEM, words="Shorter, please.")
    again = broadcasts.submit(broadcast=row, member=recruiter, by=recruiter.actor, now=NOW)

    assert (again.people, again.sent_back_words, again.recipients.count()) == (2, "", 2)


@pytest.mark.parametrize(("rule", "broad"), [(EVERYBODY, True), ({"field": "title", "op": "is", "value": "x"}, False)])
def test_rule_that_names_nothing_of_a_person_is_broad(inside: UUID, rule: dict[str, object], broad: bool) -> None:
    segment = Segment.objects.create(name="One", rule=rule)

    found = Sources([segment]).rows(Broadcast())

    assert audiences.is_broad(found[0]) is broad


def test_cancelled_while_going_ends_the_rest(inside: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "AT_ONCE", 2)
    people(3)
    broadcast = started(time=BroadcastTime.AT, goes_at=NOW + timedelta(days=1))

    ended = broadcasts.cancel(broadcast=broadcast, by=SYSTEM, now=NOW)

    found = sums_of(broadcast)
    assert (ended, found.excluded, found.adds_up, found.reasons[0][0]) == (3, 3, True, "cancelled")


def test_what_is_reserved_meets_the_cancellation_at_the_hand_over(tenant: Tenant) -> None:
    now = timezone.now()
    with open_tenant(tenant):
        people(1)
        broadcast = started(now)
        reservation = ledger.reserve(tenant=tenant, now=now)
        broadcasts.cancel(broadcast=broadcast, by=SYSTEM, now=now)
        message = reservation.messages[0]

        went = ledger.hand_over(message_id=message.pk, claim=reservation.claim, transport="sandbox", now=now)

        assert went is False
        assert rows(broadcast)[0].excluded_reason == ExclusionReason.BROADCAST_OVER


def test_paused_it_waits_and_goes_on(tenant: Tenant) -> None:
    with open_tenant(tenant):
        people(2)
        broadcast = started(timezone.now())
        broadcasts.pause(broadcast=broadcast, by=SYSTEM, now=timezone.now())
    nothing = sending.send_due(tenant=tenant).reserved

    with open_tenant(tenant):
        broadcasts.resume(broadcast=broadcast, by=SYSTEM, now=timezone.now())

    assert (nothing, sending.send_due(tenant=tenant).reserved) == (0, 2)


def test_who_may_hear_only_after_it_is_stale_never_gets_it(tenant: Tenant) -> None:
    with open_tenant(tenant):
        person = a_person()
        Candidate.objects.filter(pk=person.pk).update(last_replied_at=NOW)
        broadcast = started(NOW, days_open=2)
        ledger.reserve(tenant=tenant, now=NOW)

        row = rows(broadcast)[0]

        assert (row.state, row.excluded_reason) == (MessageState.EXCLUDED, ExclusionReason.IN_CONVERSATION)


def test_draft_says_what_is_missing(inside: UUID) -> None:
    draft = Broadcast.objects.create(name="Empty")

    with pytest.raises(NotReady, match="There is no subject"):
        broadcasts.submit(broadcast=draft, member=None, by=SYSTEM, now=NOW)

    assert len(broadcasts.problems(draft, NOW)) == 4


def test_worst_cases_are_real_people_each_once(inside: UUID) -> None:
    long, hebrew = a_person("Wolfeschlegelsteinhausenbergerdorff Maximiliana"), a_person("דנה כהן", "dana@example.com")
    a_person("Bo")

    found = {case.label: case.candidate for case in worst_cases.among(Candidate.objects.all())}

    assert (found["The longest name"], found["Written from right to left"]) == (long, hebrew)
    assert len({one.pk for one in found.values()}) == len(found)


def test_pages_lead_from_a_draft_to_its_approval(tenant: Tenant, owner: Member, recruiter: Member) -> None:
    with open_tenant(tenant):
        people(3)
        policy(approval_people=2)
        segment, topic = a_segment(), topics.in_use()[0]
    mine, theirs = logged_in(recruiter), logged_in(owner)
    form = {"name": "Open day", "topic": topic.pk, "subject": "Come", "body": "Hello.", "segments": [segment.pk]}
    made = mine.post(
        "/o/acme/broadcasts/new/", form | {"time": "at_once", "days_open": 7, "sender_choice": "fixed", "priority": 3}
    )
    page = made.headers["Location"]

    tried = mine.post(f"{page}trial/", follow=True).content.decode()
    mine.post(f"{page}send/")
    own = mine.post(f"{page}approve/", follow=True).content.decode()
    reach = theirs.get(f"{page}reach/?reason=receives").content.decode()
    theirs.post(f"{page}approve/")

    with open_tenant(tenant):
        assert Broadcast.objects.get().status == BroadcastStatus.RUNNING
        assert SandboxMessage.objects.get(outbound=None).subject == "[Test] Come"
    assert "A trial is on its way" in tried
    assert "Nobody approves their own" in own
    assert "person0@example.com" in reach


def test_api_makes_sends_and_sums_up(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        people(2)
        segment, topic = a_segment(), topics.in_use()[0]
    root = "/o/acme/api/v1/broadcasts/"
    words = {"name": "News", "subject": "Hello", "body": "Hi.", "topic": str(topic.pk), "segments": [str(segment.pk)]}

    made = recruiter_client.post(root, words, content_type="application/json").json()
    reach = recruiter_client.get(f"{root}{made['id']}/reach/").json()
    sent = recruiter_client.post(f"{root}{made['id']}/send/").json()
    counted = recruiter_client.get(f"{root}{made['id']}/sums/").json()
    late = recruiter_client.patch(f"{root}{made['id']}/", {"subject": "New"}, content_type="application/json")

    assert (made["problems"], reach["receives"], sent["status"]) == ([], 2, "running")
    assert (counted["planned"], counted["waiting"], late.status_code) == (2, 2, 400)


def test_api_copies_a_broadcast_with_its_audience(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        segment, topic = a_segment(), topics.in_use()[0]
    root = "/o/acme/api/v1/broadcasts/"
    words = {"name": "News", "subject": "Hello", "body": "Hi.", "topic": str(topic.pk), "segments": [str(segment.pk)]}
    made = recruiter_client.post(root, words, content_type="application/json").json()

    copied = recruiter_client.post(f"{root}{made['id']}/copy/")

    said = copied.json()
    assert (copied.status_code, said["name"], said["status"]) == (201, "News (2)", "draft")
    assert (said["subject"], said["audience"]) == ("Hello", made["audience"])
