"""Unsubscribing by one press: from what the mail was about, and from everything where one asks for that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import Event, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import ExclusionReason, MessageState
from outreach.events import UNSUBSCRIBED
from outreach.models import Enrolment, MessageEvent, OutboundMessage, Sequence, TopicOptOut
from outreach.services import ledger, provider_events, sending, tokens, topics
from outreach.services.provider_events import Reported
from talent.models import ContactBan
from tests.factories.broadcasts import a_broadcast, started
from tests.factories.outreach import a_person, a_sequence, enrolled
from tests.ground import shared

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@shared
def sent(tenant: Tenant) -> OutboundMessage:
    """A broadcast about “News from the teams” that went, to somebody whom a colleague wrote to one by one as well."""
    with open_tenant(tenant):
        maya = a_person()
        started(timezone.now())
    sending.send_due(tenant=tenant)
    with open_tenant(tenant):
        enrolled(a_sequence(name="For you alone"), [maya], timezone.now() + timedelta(days=10))
        return OutboundMessage.objects.get(broadcast__isnull=False)


@pytest.fixture
def address(sent: OutboundMessage) -> str:
    return "/u/" + tokens.make("unsubscribe", tenant_id=sent.tenant_id, row_id=sent.pk) + "/"


@pytest.fixture
def stranger() -> Client:
    """A mail program: no cookies, and CSRF checked as in production."""
    return Client(enforce_csrf_checks=True)


def off(tenant: Tenant) -> list[str]:
    with open_tenant(tenant):
        return list(TopicOptOut.objects.values_list("topic__name", flat=True))


def goes_on(tenant: Tenant) -> bool:
    """Whether the colleague's own sequence does: its next mail is let through by the gate."""
    with open_tenant(tenant):
        message = OutboundMessage.objects.get(enrolment__sequence__name="For you alone")
        ledger.reserve(tenant=tenant, now=message.due_at + timedelta(minutes=1))
        message.refresh_from_db()
        return message.state == MessageState.RESERVED and Enrolment.objects.open().exists()


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_one_click_turns_off_the_topic_and_nothing_else(
    tenant: Tenant, stranger: Client, address: str, form: str
) -> None:
    if form == "urlencoded":
        answer = stranger.post(address, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    else:
        answer = stranger.post(address, ONE_CLICK)

    assert (answer.status_code, answer.has_header("Location")) == (200, False)
    assert off(tenant) == ["News from the teams"]
    with open_tenant(tenant):
        assert not ContactBan.objects.exists()
    assert goes_on(tenant)


def test_pressed_again_it_is_off_once(tenant: Tenant, stranger: Client, address: str) -> None:
    pages = [stranger.post(address, ONE_CLICK).content.decode() for _ in range(3)]

    assert (len(off(tenant)), ["Done. No more mails" in page for page in pages]) == (1, [True] * 3)
    with open_tenant(tenant):
        assert MessageEvent.objects.filter(kind="unsubscribed").count() == 1
        assert [one.data["topic"] for one in Event.objects.filter(kind=UNSUBSCRIBED)] == ["News from the teams"]


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_turns_nothing_off(tenant: Tenant, stranger: Client, address: str, method: str) -> None:
    getattr(stranger, method)(address + "?List-Unsubscribe=One-Click&what=everything")

    assert (off(tenant), goes_on(tenant)) == ([], True)


def test_page_says_what_is_off_and_offers_the_rest(stranger: Client, address: str) -> None:
    before = stranger.get(address).content.decode()
    done = stranger.post(address).content.decode()

    assert "No more mails about “News from the teams” from Acme?" in before
    for said in ("Done. No more mails about “News from the teams”.", "Undo", "Stop everything"):
        assert said in done


def test_undo_turns_it_on_again(tenant: Tenant, stranger: Client, address: str) -> None:
    stranger.post(address, ONE_CLICK)

    page = stranger.post(address, {"what": "undo"}).content.decode()

    assert ("may come again" in page, off(tenant)) == (True, [])


def test_everything_is_everything_and_is_not_undone_by_a_link(tenant: Tenant, stranger: Client, address: str) -> None:
    stranger.post(address, ONE_CLICK)

    page = stranger.post(address, {"what": "everything"}).content.decode()
    stranger.post(address, {"what": "undo"})

    assert "You will not hear from us again" in page
    with open_tenant(tenant):
        assert ContactBan.objects.in_force().get().reason == "unsubscribed"
        assert not Enrolment.objects.open().exists()


def test_mail_program_cannot_be_made_to_ask_for_more(tenant: Tenant, stranger: Client, address: str) -> None:
    stranger.post(address, ONE_CLICK | {"what": "everything"})

    assert (off(tenant), goes_on(tenant)) == (["News from the teams"], True)


def test_next_mail_about_it_does_not_go(tenant: Tenant, stranger: Client, address: str) -> None:
    stranger.post(address, ONE_CLICK)

    with open_tenant(tenant):
        later = started(timezone.now(), name="July news")
        message = OutboundMessage.objects.get(broadcast=later)
        assert (message.state, message.excluded_reason) == (MessageState.EXCLUDED, ExclusionReason.TOPIC_OFF)


def test_sequence_about_a_topic_ends_with_it(tenant: Tenant, stranger: Client, address: str) -> None:
    with open_tenant(tenant):
        maya, topic = OutboundMessage.objects.all()[0].candidate, topics.in_use()[1]
        enrolled(a_sequence(name="About it", topic=topic), [maya], timezone.now() + timedelta(days=20))

    stranger.post(address, ONE_CLICK)

    with open_tenant(tenant):
        stood = Enrolment.objects.values_list("sequence__name", "state", "stop_reason").order_by("sequence__name")
        assert list(stood) == [("About it", "stopped", "unsubscribed"), ("For you alone", "active", "")]


def test_broadcast_without_a_topic_ends_everything(tenant: Tenant, stranger: Client, address: str) -> None:
    with open_tenant(tenant):
        broadcast = a_broadcast(topic=None, name="About nothing")
        OutboundMessage.objects.filter(broadcast__isnull=False).update(broadcast=broadcast, topic=None)

    page = stranger.post(address, ONE_CLICK).content.decode()

    assert "You will not hear from us again" in page
    with open_tenant(tenant):
        assert (ContactBan.objects.in_force().count(), Enrolment.objects.open().count()) == (1, 0)


@pytest.mark.parametrize(
    ("event", "bans"), [(Reported("unsubscribed"), 0), (Reported("rejected", reason="unsubscribed"), 1)]
)
def test_providers_report_counts_like_the_click(
    tenant: Tenant, sent: OutboundMessage, event: Reported, bans: int
) -> None:
    with open_tenant(tenant):
        provider_events.take_effect(event, sent.pk, timezone.now())

        assert ContactBan.objects.in_force().count() == bans
    assert len(off(tenant)) == 1 - bans


@pytest.fixture
def step_sent(tenant: Tenant) -> OutboundMessage:
    """The first mail of a sequence about events, with a second one to come; the sequence is about jobs by now."""
    with open_tenant(tenant):
        jobs, _news, events = topics.in_use()
        sequence = a_sequence(name="Meet us", waits=(0, 3))
        Sequence.objects.filter(pk=sequence.pk).update(topic=events)
        enrolled(Sequence.objects.get(pk=sequence.pk), [a_person()], timezone.now() - timedelta(hours=1))
    sending.send_due(tenant=tenant)
    with open_tenant(tenant):
        Sequence.objects.filter(pk=sequence.pk).update(topic=jobs)
        return OutboundMessage.objects.left().get()


def pressed(stranger: Client, message: OutboundMessage) -> str:
    token = tokens.make("unsubscribe", tenant_id=message.tenant_id, row_id=message.pk)
    return stranger.post(f"/u/{token}/", ONE_CLICK).content.decode()


def test_one_click_is_about_what_the_mail_was_about_when_it_left(
    tenant: Tenant, stranger: Client, step_sent: OutboundMessage
) -> None:
    page = pressed(stranger, step_sent)

    assert ("Done. No more mails about “Events”" in page, off(tenant)) == (True, ["Events"])
    with open_tenant(tenant):
        assert not Enrolment.objects.open().exists()


def test_mail_that_was_about_nothing_ends_all_though_its_sequence_has_a_topic_now(
    tenant: Tenant, stranger: Client, step_sent: OutboundMessage
) -> None:
    with open_tenant(tenant):
        OutboundMessage.objects.update(topic=None)

    pressed(stranger, step_sent)

    assert off(tenant) == []
    with open_tenant(tenant):
        assert ContactBan.objects.in_force().get().reason == "unsubscribed"


def test_broadcast_keeps_its_topic(tenant: Tenant, sent: OutboundMessage) -> None:
    with open_tenant(tenant):
        assert sent.topic is not None
        assert (sent.topic.name, topics.of(sent)) == ("News from the teams", sent.topic)


def test_second_try_is_about_what_it_is_about_by_then(tenant: Tenant) -> None:
    with open_tenant(tenant):
        jobs, _news, events = topics.in_use()
        sequence, now = a_sequence(), timezone.now()
        enrolled(sequence, [a_person()], now - timedelta(hours=1))
        seen = []
        for topic in (events, jobs):
            Sequence.objects.update(topic=topic)
            held = ledger.reserve(tenant=tenant, now=now)
            seen += [row.topic for row in OutboundMessage.objects.select_related("topic")]
            ledger.release(claim=held.claim, now=now)

    assert seen == [events, jobs]
