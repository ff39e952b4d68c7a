"""What outreach does when an answer, a bounce, a complaint or a ban comes in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from crm import events
from crm.actors import SYSTEM
from crm.models import Tenant
from outreach.choices import EnrolmentState, MessageState, StopReason
from outreach.events import MESSAGE_RECEIVED
from outreach.models import Enrolment, MessageEvent, OutboundMessage
from outreach.services import sending
from talent.models import Candidate, ContactBan, ContactPoint
from talent.services import contact
from tests.factories.outreach import a_person, a_sequence, enrolled
from tests.ground import shared

pytestmark = pytest.mark.usefixtures("inside")
NOW = timezone.now()


@shared
def sent(tenant: Tenant, inside: UUID) -> OutboundMessage:
    """The first mail of a sequence of two, accepted by the server."""
    [message] = enrolled(a_sequence(waits=[1]), [a_person()], NOW)
    sending.send_due(tenant=tenant)
    message.refresh_from_db()
    return message


def received(message: OutboundMessage, kind: str, **data: object) -> None:
    """The inbox says that this came in."""
    facts = {"kind": kind, "outbound": str(message.pk), **data}
    events.publish(MESSAGE_RECEIVED, candidate=message.candidate_id, occurred_at=NOW, actor=SYSTEM, data=facts)


def how_it_ended() -> tuple[str, str]:
    enrolment = Enrolment.objects.get()
    return enrolment.state, enrolment.stop_reason


@pytest.mark.parametrize(
    ("kind", "data", "ended"),
    [
        ("reply", {}, (EnrolmentState.STOPPED, StopReason.REPLIED)),
        ("bounce", {"hard": True}, (EnrolmentState.STOPPED, StopReason.BOUNCED)),
        ("bounce", {"hard": False}, (EnrolmentState.ACTIVE, "")),
        ("complaint", {}, (EnrolmentState.STOPPED, StopReason.COMPLAINED)),
        ("auto_reply", {}, (EnrolmentState.PAUSED, "")),
        ("other", {}, (EnrolmentState.ACTIVE, "")),
    ],
)
def test_incoming_mail_moves_the_enrolment(
    sent: OutboundMessage, run_readers: Callable[[], int], kind: str, data: dict[str, object], ended: tuple[str, str]
) -> None:
    received(sent, kind, **data)

    run_readers()

    assert how_it_ended() == ended


def test_stopped_person_has_nothing_planned(sent: OutboundMessage, run_readers: Callable[[], int]) -> None:
    received(sent, "reply")

    run_readers()

    assert OutboundMessage.objects.filter(state=MessageState.PLANNED).count() == 0


def test_hard_bounce_marks_the_address(sent: OutboundMessage, run_readers: Callable[[], int]) -> None:
    received(sent, "bounce", hard=True)

    run_readers()

    assert ContactPoint.objects.get().bounced_at == NOW
    assert OutboundMessage.objects.get(pk=sent.pk).state == MessageState.BOUNCED


def test_complaint_bans_the_person(sent: OutboundMessage, run_readers: Callable[[], int]) -> None:
    received(sent, "complaint")

    run_readers()

    assert list(ContactBan.objects.values_list("reason", flat=True)) == ["complained"]


@pytest.mark.parametrize(("zone", "at"), [("", time(9)), ("Asia/Kolkata", time(3, 30))])
def test_absent_person_is_written_to_on_the_morning_of_their_return(
    sent: OutboundMessage, run_readers: Callable[[], int], zone: str, at: time
) -> None:
    Candidate.objects.update(time_zone=zone)
    back = (NOW + timedelta(days=20)).date()
    received(sent, "auto_reply", returns_on=back.isoformat())

    run_readers()

    assert OutboundMessage.objects.get(state=MessageState.PLANNED).due_at == datetime.combine(back, at, tzinfo=UTC)


def test_absent_person_who_names_no_day_has_ten(sent: OutboundMessage, run_readers: Callable[[], int]) -> None:
    received(sent, "auto_reply")

    run_readers()

    assert Enrolment.objects.get().paused_until == NOW + timedelta(days=10)


def test_reply_is_noted_on_the_message(sent: OutboundMessage, run_readers: Callable[[], int]) -> None:
    received(sent, "reply")

    run_readers()

    assert list(MessageEvent.objects.order_by("created_at").values_list("kind", flat=True)) == ["delivered", "replied"]


def test_ban_by_hand_stops_everything(sent: OutboundMessage, run_readers: Callable[[], int]) -> None:
    contact.ban(candidate=sent.candidate, reason="manual", evidence="", by=SYSTEM, now=NOW)

    run_readers()

    assert how_it_ended() == (EnrolmentState.STOPPED, StopReason.EXCLUDED)
