"""Whether anybody takes mail at a new address, asked before the first mail goes there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach import tasks
from outreach.choices import ExclusionReason, MessageState
from outreach.models import OutboundMessage, RecipientDomain
from outreach.services import dns_answers, ledger, recipient_domains, sending
from outreach.services.dns_answers import Dns
from outreach.services.gate_words import Verdict
from talent.models import Candidate
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled
from tests.fakes import dns as fake_dns

DAY = timedelta(days=1)
ZONE = {
    "takes.test": {"MX": ["10 mx.takes.test."]},
    "host.test": {"A": ["192.0.2.1"]},
    "six.test": {"AAAA": ["2001:db8::1"]},
    "null.test": {"MX": ["0 ."], "A": ["192.0.2.1"]},
    "bare.test": {"TXT": ['"hello"']},
}


@pytest.fixture
def dns() -> Iterator[Dns]:
    with fake_dns.running(ZONE) as resolver:
        yield Dns(resolver=resolver)


@pytest.fixture
def live(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """A workspace that sends for real, in a world where the test's domains may be asked about."""
    monkeypatch.setattr(recipient_domains, "RESERVED", ())
    tenant.mail_mode = Tenant.MailMode.LIVE
    tenant.save()
    return tenant


def silence() -> Dns:
    """A DNS that does not answer: nothing listens at its address any more."""
    with fake_dns.running({}) as resolver:
        pass
    return Dns(resolver=resolver, until=time.monotonic() + 0.2)


@pytest.mark.parametrize(
    ("domain", "takes"),
    [
        ("takes.test", True),
        ("host.test", True),
        ("six.test", True),
        ("null.test", False),
        ("bare.test", False),
        ("nowhere.test", False),
        (f"{'x' * 64}.test", None),
    ],
)
def test_dns_says_whether_mail_is_taken(dns: Dns, domain: str, takes: bool | None) -> None:
    assert recipient_domains.ask(domain, dns) is takes


@pytest.mark.parametrize(
    ("domain", "is_kept"), [("example.com", True), ("mail.acme.test", True), ("nexample.com", False), ("a.io", False)]
)
def test_domains_for_examples_are_not_asked_about(domain: str, is_kept: bool) -> None:
    assert recipient_domains.is_reserved(domain) is is_kept


def first_mail(tenant: Tenant, address: str, now: datetime = NOON) -> OutboundMessage:
    with open_tenant(tenant):
        [message] = enrolled(a_sequence(), [a_person(email=address)], now=now)
        OutboundMessage.objects.update(due_at=now)
    return message


def said(tenant: Tenant) -> dict[str, bool | None]:
    with open_tenant(tenant):
        return dict(RecipientDomain.objects.values_list("domain", "takes_mail"))


def test_dns_is_asked_once_before_the_first_mail(live: Tenant, dns: Dns) -> None:
    first_mail(live, "maya@Takes.test")

    assert [recipient_domains.look_up(tenant=live, dns=dns) for _ in range(2)] == [1, 0]
    assert said(live) == {"takes.test": True}


def test_nothing_is_asked_in_test_mode_nor_of_who_had_mail_before(live: Tenant, dns: Dns) -> None:
    first_mail(live, "maya@takes.test")
    live.mail_mode = Tenant.MailMode.TEST
    in_test_mode = recipient_domains.look_up(tenant=live, dns=dns)
    live.mail_mode = Tenant.MailMode.LIVE
    with open_tenant(live):
        Candidate.objects.update(last_contacted_at=NOON - DAY)

    assert (in_test_mode, recipient_domains.look_up(tenant=live, dns=dns), said(live)) == (0, 0, {})


def test_dns_that_does_not_answer_holds_no_mail(live: Tenant) -> None:
    first_mail(live, "maya@takes.test")

    recipient_domains.look_up(tenant=live, dns=silence())

    assert said(live) == {"takes.test": None}
    with open_tenant(live):
        assert len(ledger.reserve(tenant=live, now=NOON).messages) == 1


def test_machine_without_a_name_server_holds_no_mail(live: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_answers, "within", lambda seconds: None)
    first_mail(live, "maya@takes.test")

    assert (recipient_domains.look_up(tenant=live), said(live)) == (1, {"takes.test": None})


def test_mail_to_where_nobody_takes_any_waits_and_is_given_up(live: Tenant, dns: Dns) -> None:
    message, now = first_mail(live, "maya@null.test", timezone.now()), timezone.now()
    recipient_domains.look_up(tenant=live, dns=dns)

    with open_tenant(live):
        assert ledger.reserve(tenant=live, now=now).messages == []
        message.refresh_from_db()
        assert (message.state, message.put_off_reason) == (MessageState.PLANNED, ExclusionReason.NO_ADDRESS)
        assert message.put_off_words.startswith("Nobody takes mail for null.test: ")
        assert message.due_at >= now + DAY
        RecipientDomain.objects.update(silent_since=now - 3 * DAY)
        ledger.reserve(tenant=live, now=now + 2 * DAY)
        message.refresh_from_db()
        assert (message.state, message.excluded_reason) == (MessageState.EXCLUDED, ExclusionReason.NO_ADDRESS)


def test_no_is_asked_again_after_a_day_and_remembers_since_when(live: Tenant, dns: Dns) -> None:
    first_mail(live, "maya@null.test")
    recipient_domains.look_up(tenant=live, dns=dns)
    long_ago = timezone.now() - 3 * DAY
    with open_tenant(live):
        RecipientDomain.objects.update(asked_at=long_ago, silent_since=long_ago)

    recipient_domains.look_up(tenant=live, dns=dns)

    with open_tenant(live):
        row = RecipientDomain.objects.get()
    assert (row.takes_mail, row.silent_since) == (False, long_ago)


def test_domain_that_takes_mail_again_gets_it(live: Tenant, dns: Dns) -> None:
    first_mail(live, "maya@takes.test")
    with open_tenant(live):
        old = timezone.now() - 3 * DAY
        RecipientDomain.objects.create(domain="takes.test", takes_mail=False, asked_at=old, silent_since=old)

    recipient_domains.look_up(tenant=live, dns=dns)

    with open_tenant(live):
        assert len(ledger.reserve(tenant=live, now=NOON).messages) == 1


def test_who_had_mail_before_gets_it_whatever_the_dns_says(live: Tenant) -> None:
    first_mail(live, "maya@null.test")
    with open_tenant(live):
        RecipientDomain.objects.create(domain="null.test", takes_mail=False, asked_at=NOON, silent_since=NOON)
        Candidate.objects.update(last_contacted_at=NOON - 90 * DAY)

        assert len(ledger.reserve(tenant=live, now=NOON).messages) == 1


def test_sender_asks_before_it_reserves(live: Tenant, dns: Dns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_answers, "within", lambda seconds: dns)
    message = first_mail(live, "maya@null.test", timezone.now())

    sent = sending.send_due(tenant=live)

    assert (sent.reserved, said(live)) == (0, {"null.test": False})
    with open_tenant(live):
        message.refresh_from_db()
        assert message.put_off_reason == ExclusionReason.NO_ADDRESS


def test_silence_of_many_domains_is_one_question(inside: UUID, django_assert_num_queries: object) -> None:
    rows = enrolled(a_sequence(), [a_person(f"Person {n}", f"p{n}@d{n}.test") for n in range(3)])
    verdicts = {row.pk: Verdict(True, address=f"p@d{n}.test") for n, row in enumerate(rows)}

    for row in rows:
        row.candidate = Candidate.objects.get(pk=row.candidate_id)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert recipient_domains.kept_back(rows, verdicts, NOON) == {}


def test_what_was_said_is_forgotten_once_it_would_be_asked_again(tenant: Tenant) -> None:
    now = timezone.now()
    with open_tenant(tenant):
        for days, takes in ((31, True), (31, False), (31, None), (29, True), (1, False)):
            name = f"{days}-{takes}.test".lower()
            RecipientDomain.objects.create(domain=name, takes_mail=takes, asked_at=now - days * DAY, silent_since=None)

    tasks.forget_reports(str(tenant.pk))

    with open_tenant(tenant):
        assert sorted(RecipientDomain.objects.values_list("domain", flat=True)) == ["1-false.test", "29-true.test"]
