"""Sending domains: what the DNS says of them, and signatures that receivers can verify."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from datetime import timedelta

import dkim
import pytest
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.services.sealed import SealBroken
from outreach.models import Mailbox, SendingDomain
from outreach.services import domain_checks, mailboxes, mime, sending_domains
from outreach.services.dns_answers import Dns, NoDnsAnswer
from outreach.services.domain_checks import Asked, State
from outreach.services.mailboxes import Setup
from outreach.transports.base import Result
from tests.fakes import dns as fake_dns
from tests.fakes import smtp as fake_smtp
from tests.outreach.test_providers import DRAFT
from tests.outreach.test_smtp import an_envelope

ASKED = Asked("acme.test", senders=["mailgun"])


@dataclass
class Records:
    """Answers from a dictionary; `None` in the place of records: the DNS does not answer."""

    of: dict[str, list[str] | None] = field(default_factory=dict)

    def txt(self, name: str) -> list[str]:
        found = self.of.get(name, [])
        if found is None:
            raise NoDnsAnswer(f"The DNS did not answer for {name}.")
        return found

    mx = txt


@pytest.mark.parametrize(
    ("records", "state", "publish"),
    [
        ([], State.BAD, "v=spf1 include:mailgun.org ~all"),
        (["v=spf1 include:mailgun.org -all"], State.GOOD, ""),
        (["google-site-verification=x", "V=SPF1 include:MAILGUN.org ~all"], State.GOOD, ""),
        (["v=spf1 a ~all"], State.WEAK, "v=spf1 include:mailgun.org a ~all"),
        (["v=spf1 include:mailgun.org +all"], State.BAD, "v=spf1 include:mailgun.org ~all"),
        (["v=spf1 include:mailgun.org"], State.WEAK, "v=spf1 include:mailgun.org ~all"),
        (["v=spf1 ~all", "v=spf1 -all"], State.BAD, "v=spf1 include:mailgun.org ~all"),
        (["v=spf1 include:mailgun.org " + " ".join(f"a:h{n}.test" for n in range(10)) + " ~all"], State.BAD, ""),
        (["v=spf10 include:mailgun.org ~all"], State.BAD, "v=spf1 include:mailgun.org ~all"),
    ],
)
def test_spf(records: list[str], state: State, publish: str) -> None:
    found = domain_checks.spf(ASKED, Records({"acme.test": list(records)}))

    assert (found.state, found.publish) == (state, publish)


def test_look_ups_of_what_is_included_count_and_a_circle_ends() -> None:
    zone = Records({"a.test": ["v=spf1 mx include:b.test ~all"], "b.test": ["v=spf1 include:a.test ~all"]})

    assert domain_checks.look_ups("v=spf1 include:a.test ~all", zone) == 4


@pytest.mark.parametrize(
    ("zone", "state"),
    [
        ({}, State.BAD),
        ({"_dmarc.jobs.acme.test": ["v=DMARC1; p=none; rua=mailto:d@acme.test"]}, State.GOOD),
        ({"_dmarc.acme.test": ["v=DMARC1;p=reject;rua=mailto:d@acme.test"]}, State.GOOD),
        ({"_dmarc.acme.test": ["v=DMARC1; p=none"]}, State.WEAK),
        ({"_dmarc.acme.test": ["v=DMARC1; p=maybe"]}, State.BAD),
        ({"_dmarc.acme.test": ["v=DMARC1; p=none", "v=DMARC1; p=none"]}, State.BAD),
        ({"_dmarc.test": ["v=DMARC1; p=none"]}, State.BAD),
        ({"_dmarc.jobs.acme.test": None}, State.UNKNOWN),
    ],
)
def test_dmarc(zone: dict[str, list[str] | None], state: State) -> None:
    found = domain_checks.check(Asked("jobs.acme.test"), Records(zone))

    assert {one.what: one.state for one in found}["DMARC"] == state


@pytest.mark.parametrize(
    ("record", "state"),
    [([], State.BAD), (["v=DKIM1; k=rsa; p=AB CD"], State.GOOD), (["v=DKIM1; p=other"], State.BAD)],
)
def test_own_key(record: list[str], state: State) -> None:
    asked = Asked("acme.test", smtp_hosts=["mail.acme.test"], selector="rapport", public_key="ABCD")

    assert domain_checks.dkim(asked, Records({"rapport._domainkey.acme.test": list(record)})).state == state


def test_dns_is_asked_on_the_wire() -> None:
    zone = {"acme.test": {"TXT": [fake_dns.txt("v=spf1 " + "x" * 300)], "MX": ["20 b.test.", "10 a.test."]}}

    with fake_dns.running(zone) as resolver:
        found = Dns(resolver)
        assert found.txt("acme.test") == ["v=spf1 " + "x" * 300]
        assert found.mx("acme.test") == ["a.test", "b.test"]
        assert (found.txt("other.test"), found.mx("other.test")) == ([], [])


def test_dns_that_is_silent_is_not_waited_for() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        quick = Dns(fake_dns.resolver_at(mute.getsockname()[1]))
        quick.until -= 14.8

        with pytest.raises(NoDnsAnswer):
            quick.txt("acme.test")


@pytest.fixture
def mailbox(inside: Tenant) -> Mailbox:
    setup = Setup("Main", "ines@acme.test", host="127.0.0.1", encryption="none")
    return mailboxes.save(mailbox=Mailbox(), setup=setup, by=SYSTEM)


def publish(row: SendingDomain) -> Records:
    return Records({f"{row.selector}._domainkey.{row.domain}": [f"v=DKIM1; k=rsa; p={row.public_key}"]})


def test_nothing_is_signed_before_the_key_is_in_the_dns(mailbox: Mailbox) -> None:
    row = sending_domains.of("acme.test")

    sending_domains.check(row=row, now=timezone.now(), dns=Records())

    assert sending_domains.key_for(mailbox) is None


def test_mail_over_smtp_is_signed_so_that_receivers_can_verify_it(mailbox: Mailbox) -> None:
    row = sending_domains.of("acme.test")
    sending_domains.check(row=row, now=timezone.now(), dns=publish(row))
    with fake_smtp.running() as sink:
        mailbox.port = sink.port
        session = mailboxes.live_transport(mailbox).open()
        answer = session.send(an_envelope(mime.build(DRAFT)), lambda: True)
        session.close()

    record = f"v=DKIM1; k=rsa; p={row.public_key}".encode()
    [taken] = sink.taken
    assert answer.result == Result.ACCEPTED
    assert dkim.verify(taken, dnsfunc=lambda name, timeout=5: record)
    assert not dkim.verify(taken.replace(b"/u/x/", b"/u/y/"), dnsfunc=lambda name, timeout=5: record)


def test_key_that_left_the_dns_signs_no_more(mailbox: Mailbox) -> None:
    row = sending_domains.of("acme.test")
    sending_domains.check(row=row, now=timezone.now(), dns=publish(row))

    sending_domains.check(row=row, now=timezone.now(), dns=Records())

    assert sending_domains.key_for(mailbox) is None


def test_silent_dns_takes_no_signature_away(mailbox: Mailbox) -> None:
    row = sending_domains.of("acme.test")
    sending_domains.check(row=row, now=timezone.now(), dns=publish(row))

    sending_domains.check(row=row, now=timezone.now(), dns=Records({"rapport._domainkey.acme.test": None}))

    assert sending_domains.key_for(mailbox) is not None


def test_renewed_key_waits_at_a_new_name(mailbox: Mailbox) -> None:
    row = sending_domains.of("acme.test")
    sending_domains.check(row=row, now=timezone.now(), dns=publish(row))

    fresh = sending_domains.renew_key(row=row, by=SYSTEM)

    assert (fresh.selector, sending_domains.key_for(mailbox)) == ("rapport2", None)


def test_private_key_opens_in_its_place_alone(mailbox: Mailbox) -> None:
    one, two = sending_domains.of("acme.test"), sending_domains.of("other.test")
    SendingDomain.objects.filter(pk=one.pk).update(
        sealed_private_key=two.sealed_private_key, published_at=timezone.now()
    )

    with pytest.raises(SealBroken):
        sending_domains.key_for(mailbox)


def test_domains_are_checked_again_after_a_day(mailbox: Mailbox, tenant: Tenant) -> None:
    row = sending_domains.of("acme.test")
    sending_domains.check(row=row, now=timezone.now() - timedelta(days=2), dns=Records())

    checked = [sending_domains.check_all_again(tenant=tenant, dns=publish(row)) for _ in range(2)]

    row.refresh_from_db()
    assert (checked, row.published_at is not None) == ([1, 0], True)
