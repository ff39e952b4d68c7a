"""Going through a sequence again, leaving it, reaching its goal, waits that something ends, webhooks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.safe_hosts import Policy
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import (
    CallState,
    EnrolmentState,
    ExclusionReason,
    MessageState,
    ReEntry,
    SequenceStatus,
    StepKind,
    StopReason,
    WaitingFor,
)
from outreach.models import Enrolment, OutboundMessage, Sequence, SequenceStep, WebhookCall
from outreach.services import enrolments, runner, sequences, webhook_secrets, webhooks
from talent.choices import MembershipCause
from talent.models import Candidate, Segment, SegmentMembership
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled

DAY = timedelta(days=1)
inside = pytest.mark.usefixtures("inside")


def went_through(sequence: Sequence, person: Candidate) -> None:
    enrolled(sequence, [person])
    row = Enrolment.objects.get()
    enrolments.stop(enrolments=[row.pk], reason=StopReason.BY_HAND, now=NOON)


@inside
@pytest.mark.parametrize(
    ("rule", "days", "may"),
    [(ReEntry.NEVER, 900, 0), (ReEntry.AFTER, 29, 0), (ReEntry.AFTER, 30, 1), (ReEntry.ALWAYS, 0, 1)],
)
def test_again_only_as_the_sequence_says(rule: str, days: int, may: int) -> None:
    sequence, person = a_sequence(re_entry=rule, re_entry_days=30), a_person()
    went_through(sequence, person)

    report = sequences.enrol(sequence=sequence, candidate_ids=[person.pk], by=SYSTEM, now=NOON + days * DAY)

    assert len(report.enrolled) == may
    assert OutboundMessage.objects.filter(state=MessageState.PLANNED).count() == may


@inside
def test_second_time_has_keys_of_its_own_and_no_third_at_once() -> None:
    sequence, person = a_sequence(re_entry=ReEntry.ALWAYS), a_person()
    went_through(sequence, person)
    again = [sequences.enrol(sequence=sequence, candidate_ids=[person.pk], by=SYSTEM, now=NOON) for _ in range(2)]

    assert [len(report.enrolled) for report in again] == [1, 0]
    assert again[1].excluded[0].reason == ExclusionReason.ALREADY_ENROLLED
    assert set(Enrolment.objects.values_list("round", flat=True)) == {1, 2}
    assert OutboundMessage.objects.count() == 2


def enter(segment: Segment, person: Candidate) -> None:
    SegmentMembership.objects.create(
        segment=segment, candidate=person, entered_at=NOON, entered_by=next(iter(MembershipCause))
    )


def in_segment(person: Candidate, name: str = "Hired") -> Segment:
    segment = Segment.objects.create(name=name, rule={"all": []})
    enter(segment, person)
    return segment


def with_step(kind: str, settings: dict[str, Any]) -> Sequence:
    """A step of this kind, then a mail."""
    sequence = Sequence.objects.create(name="Steps", status=SequenceStatus.ACTIVE)
    SequenceStep.objects.create(sequence=sequence, position=0, kind=kind, settings=settings)
    SequenceStep.objects.create(sequence=sequence, position=1, subject="Hello", body="Are you there?")
    return sequence


def started(sequence: Sequence, person: Candidate) -> Enrolment:
    sequences.enrol(sequence=sequence, candidate_ids=[person.pk], by=SYSTEM, now=NOON)
    runner.run_due(now=NOON)
    return Enrolment.objects.get()


@inside
@pytest.mark.parametrize("before", [True, False])
def test_goal_reached_before_or_on_the_way_finishes_it(before: bool) -> None:
    person, other = a_person(), a_person("Zoe Okafor")
    segment = in_segment(person if before else other)
    started(with_step(StepKind.GOAL, {"segment": str(segment.pk)}), person)
    if not before:
        enter(segment, person)
        runner.look_at_goals(candidates=[person.pk], now=NOON)

    row = Enrolment.objects.get()

    assert (row.state, row.goal_reached_at) == (EnrolmentState.FINISHED, NOON)
    assert not OutboundMessage.objects.filter(state=MessageState.PLANNED).exists()


@inside
def test_goal_not_reached_lets_them_go_on() -> None:
    segment = in_segment(a_person("Zoe Okafor"))
    started(with_step(StepKind.GOAL, {"segment": str(segment.pk)}), a_person())

    assert OutboundMessage.objects.get().state == MessageState.PLANNED


@inside
@pytest.mark.parametrize("happens", [True, False])
def test_wait_until_something_happens_ends_then_or_after_its_days(happens: bool) -> None:
    person = a_person()
    segment = in_segment(a_person("Zoe Okafor"))
    settings = {"when": "segment", "segment": str(segment.pk), "days": 4}
    row = started(with_step(StepKind.WAIT_UNTIL, settings), person)
    assert (row.waiting_for, row.next_due_at) == (WaitingFor.EVENT, NOON + 4 * DAY)

    if happens:
        enter(segment, person)
        runner.look_again(candidates=[person.pk], now=NOON + DAY)
    else:
        runner.run_due(now=NOON + 4 * DAY)

    assert OutboundMessage.objects.get().due_at == NOON + (1 if happens else 4) * DAY


class Listener(BaseHTTPRequestHandler):
    """Another system: answers with the statuses it was given, keeps what it got."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(self.server.answers.pop(0))  # type: ignore[attr-defined]
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener(settings: Any) -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Listener)
    server.got, server.answers = [], []
    settings.SAFE_HTTP = Policy(schemes=("http", "https"), ports=(), networks=("127.0.0.1/32",), total_seconds=2)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def called(tenant: Tenant, listener: Any) -> Any:
    """The listener, with one call to it that is due at NOON."""
    with open_tenant(tenant):
        started(with_step(StepKind.WEBHOOK, {"url": f"http://127.0.0.1:{listener.server_port}/hook"}), a_person())
    return listener


def delivered(tenant: Tenant, now: datetime) -> WebhookCall:
    webhooks.deliver_due(tenant_id=tenant.pk, now=now)
    with open_tenant(tenant):
        return WebhookCall.objects.get()


def test_webhook_is_signed_and_the_sequence_goes_on(tenant: Tenant, called: Any) -> None:
    called.answers = [204]

    call = delivered(tenant, NOON)

    [(headers, body)] = called.got
    sign = webhooks.signature(
        key=webhook_secrets.first(tenant.pk), message_id=headers["webhook-id"], at=NOON, body=body
    )
    assert (call.state, headers["webhook-signature"]) == (CallState.DELIVERED, sign)
    assert json.loads(body)["data"]["candidate"]["name"] == "Maya Lindqvist"
    with open_tenant(tenant):
        assert OutboundMessage.objects.get().state == MessageState.PLANNED


def test_webhook_is_tried_again_with_the_same_id(tenant: Tenant, called: Any) -> None:
    called.answers = [500, 200]

    states = [delivered(tenant, NOON + timedelta(seconds=n)).state for n in (0, 4, 5, 6)]

    assert states == [CallState.WAITING, CallState.WAITING, CallState.DELIVERED, CallState.DELIVERED]
    assert len({headers["webhook-id"] for headers, _ in called.got}) == 1


def test_change_of_keys_loses_no_delivery(tenant: Tenant, called: Any) -> None:
    """For a day both keys sign, then the new one alone."""
    with open_tenant(tenant):
        webhook_secrets.renew(by=SYSTEM, now=NOON - timedelta(hours=23))
        new = webhook_secrets.keys(NOON)[0]
        assert webhook_secrets.keys(NOON + timedelta(hours=2)) == [new]
    called.answers = [200]

    delivered(tenant, NOON)

    [(headers, body)] = called.got
    signs = [
        webhooks.signature(key=key, message_id=headers["webhook-id"], at=NOON, body=body)
        for key in (new, webhook_secrets.first(tenant.pk))
    ]
    assert headers["webhook-signature"].split(" ") == signs


def test_failed_delivery_is_sent_again_from_its_page(tenant: Tenant, called: Any, owner_client: Client) -> None:
    called.answers = [410, 200]
    failed = delivered(tenant, NOON)
    assert (failed.state, failed.answer_code) == (CallState.FAILED, 410)
    page = owner_client.get("/o/acme/settings/webhooks/?state=failed")

    again = owner_client.post(f"/o/acme/webhook-deliveries/{failed.pk}/again/")

    assert (b"Answered 410." in page.content, again.status_code) == (True, 302)
    assert delivered(tenant, timezone.now()).state == CallState.DELIVERED
    [row] = owner_client.get("/o/acme/api/v1/webhook-deliveries/?state=delivered").json()
    assert (row["answer_code"], row["attempts"]) == (200, 1)
    assert owner_client.post("/o/acme/api/v1/webhook-secret/renew/").status_code == 200


def test_webhook_that_is_gone_is_given_up(tenant: Tenant, called: Any) -> None:
    called.answers = [410]

    assert delivered(tenant, NOON).state == CallState.FAILED


def test_webhook_never_reaches_into_our_own_network(tenant: Tenant, called: Any, settings: Any) -> None:
    settings.SAFE_HTTP = Policy()

    assert (delivered(tenant, NOON).state, called.got) == (CallState.FAILED, [])


def test_signature_is_that_of_the_standard() -> None:
    """The vector of Standard Webhooks."""
    found = webhooks.signature(
        key="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body=b'{"test": 2432232314}',
    )

    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_step_page_refuses_an_address_inside(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        step = with_step(StepKind.WEBHOOK, {}).steps.get(position=0)

    answer = owner_client.post(f"/o/acme/steps/{step.pk}/edit/", {"url": "https://localhost/hook"})

    assert answer.status_code == 422
