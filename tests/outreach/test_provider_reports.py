"""What mail providers report: who is let in, each event once, and what it does to message, person and mailbox."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from collections.abc import Sequence as Row
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Notification, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import BounceCause, MessageState
from outreach.models import Enrolment, Mailbox, MessageEvent, OutboundMessage, ProviderCall, ProviderEvent
from outreach.services import bounce_causes, evidence, mailbox_secrets, mailboxes, provider_calls, provider_signatures
from outreach.services.mailboxes import Setup
from outreach.services.provider_signatures import Call
from talent.models import ContactBan, ContactPoint
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled
from tests.fakes import sns

MAILGUN_KEY = "key-test"


def a_mailbox(provider: str = "postmark", **secrets: str) -> Mailbox:
    setup = Setup("ESP", "ines@acme.test", transport="esp", provider=provider, secrets={"api_key": "k", **secrets})
    return mailboxes.save(mailbox=Mailbox(), setup=setup, by=SYSTEM)


def a_sent_mail(
    mailbox: Mailbox, name: str = "Maya Lindqvist", state: str = "accepted", waits: Row[int] = ()
) -> OutboundMessage:
    [message] = enrolled(a_sequence(name=f"For {name}", waits=waits), [a_person(name)], NOON)
    message.state, message.mailbox, message.handed_over_at = state, mailbox, NOON
    message.provider_ref = f"ref {name}"
    message.to_address = f"{name.lower().replace(' ', '.')}@example.com"
    message.save()
    return message


def postmark(message: OutboundMessage, record: str = "Delivery", **more: Any) -> bytes:
    said = {"RecordType": record, "MessageID": message.provider_ref, "Metadata": {"outbound": str(message.pk)}}
    return json.dumps({**said, "Recipient": message.to_address, "DeliveredAt": "2026-06-03T12:01:00Z", **more}).encode()


def told(mailbox: Mailbox, body: bytes, **headers: str) -> None:
    """Take a call in and read what waits."""
    given = {"content-type": "application/json", **headers}
    provider_calls.take(door=provider_calls.door_of(mailbox), call=Call(body, given), now=timezone.now())
    provider_calls.read_batch(now=timezone.now())


class TestDoor:
    """Who may report."""

    @pytest.fixture
    def address(self, tenant: Tenant) -> tuple[str, str]:
        """Path and secret of a mailbox's webhook."""
        with open_tenant(tenant):
            mailbox = a_mailbox()
            secret = mailbox_secrets.secrets_of(mailbox)["hook"]
        return f"/hooks/provider/acme/{mailbox.pk}/", secret

    def post(self, path: str, secret: str, body: bytes = b"{}") -> int:
        basic = base64.b64encode(f"rapport:{secret}".encode()).decode()
        answer = Client().post(path, body, "application/json", headers={"Authorization": f"Basic {basic}"})
        return answer.status_code

    def stored(self, tenant: Tenant) -> int:
        with open_tenant(tenant):
            return ProviderCall.objects.count()

    def test_call_is_stored_before_it_is_answered(self, tenant: Tenant, address: tuple[str, str]) -> None:
        assert (self.post(*address), self.stored(tenant)) == (200, 1)

    def test_same_call_again_is_answered_and_stored_once(self, tenant: Tenant, address: tuple[str, str]) -> None:
        assert ([self.post(*address) for _ in range(3)], self.stored(tenant)) == ([200] * 3, 1)

    def test_wrong_secret_finds_nothing(self, tenant: Tenant, address: tuple[str, str]) -> None:
        assert (self.post(address[0], address[1] + "x"), self.stored(tenant)) == (404, 0)

    def test_secret_is_asked_for(self, tenant: Tenant, address: tuple[str, str]) -> None:
        answer = Client().post(address[0], b"{}", "application/json")

        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Basic realm="Reports"')

    def test_head_is_answered(self, address: tuple[str, str]) -> None:
        assert Client().head(address[0]).status_code == 200


def mailgun_body(now: datetime, key: str = MAILGUN_KEY, **event: Any) -> bytes:
    stamp, token = str(int(now.timestamp())), "a" * 50
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return json.dumps(
        {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": event}
    ).encode()


def a_sendgrid_call(now: datetime) -> tuple[Call, str]:
    private = ec.generate_private_key(ec.SECP256R1())
    stamp, body = str(int(now.timestamp())), b"[]"
    signature = private.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    head = {"x-twilio-email-event-webhook-timestamp": stamp}
    head["x-twilio-email-event-webhook-signature"] = base64.b64encode(signature).decode()
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Call(body, head), base64.b64encode(public).decode()


# The vector of the Standard Webhooks specification.
SVIX = Call(
    b'{"test": 2432232314}',
    {
        "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "svix-timestamp": "1614265330",
        "svix-signature": "v1,bm9wZQ== v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
)
SVIX_KEY, SVIX_TIME = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", datetime.fromtimestamp(1614265330, UTC)


class TestSignatures:
    """Those of the providers that sign."""

    def test_mailgun(self) -> None:
        assert provider_signatures.mailgun(Call(mailgun_body(NOON), {}), MAILGUN_KEY, NOON)

    def test_mailgun_vector(self) -> None:
        now = datetime.fromtimestamp(1700000000, UTC)

        assert b"c831b43c5b16fe108131ca2a0ee82b53808fd53255a924f124c12c5aa8b5c2a3" in mailgun_body(now)

    def test_sendgrid(self) -> None:
        call, key = a_sendgrid_call(NOON)

        assert provider_signatures.sendgrid(call, key, NOON)

    def test_resend(self) -> None:
        assert provider_signatures.standard(SVIX, SVIX_KEY, SVIX_TIME)

    @pytest.mark.parametrize(
        "is_genuine",
        [
            lambda: provider_signatures.mailgun(Call(mailgun_body(NOON), {}), "other", NOON),
            lambda: provider_signatures.mailgun(Call(mailgun_body(NOON), {}), MAILGUN_KEY, NOON + timedelta(days=2)),
            lambda: provider_signatures.mailgun(Call(b"[]", {}), MAILGUN_KEY, NOON),
            lambda: provider_signatures.mailgun(Call(b"\xff", {}), MAILGUN_KEY, NOON),
            lambda: provider_signatures.sendgrid(*a_sendgrid_call(NOON), NOON + timedelta(days=2)),
            lambda: provider_signatures.sendgrid(a_sendgrid_call(NOON)[0], a_sendgrid_call(NOON)[1], NOON),
            lambda: provider_signatures.sendgrid(Call(b"[]", {}), "no key", NOON),
            lambda: provider_signatures.standard(SVIX, SVIX_KEY, SVIX_TIME + timedelta(minutes=6)),
            lambda: provider_signatures.standard(Call(b"{}", SVIX.headers), SVIX_KEY, SVIX_TIME),
            lambda: provider_signatures.standard(SVIX, "whsec_AAAA", SVIX_TIME),
        ],
    )
    def test_forged_and_old_ones_are_refused(self, is_genuine: Callable[[], bool]) -> None:
        assert not is_genuine()


@pytest.mark.parametrize(
    ("words", "is_hard", "cause"),
    [
        ("smtp;550 5.1.1 The email account does not exist", False, BounceCause.HARD),
        ("550-5.7.26 This mail is unauthenticated", True, BounceCause.POLICY),
        ("550 5.7.515 Access denied", True, BounceCause.POLICY),
        ("452 4.2.2 The mailbox is over quota", True, BounceCause.SOFT),
        ("552 5.2.2 Mailbox full", True, BounceCause.SOFT),
        ("host 10.5.1.1 said: no", True, BounceCause.HARD),
        ("", True, BounceCause.HARD),
        ("", False, BounceCause.SOFT),
    ],
)
def test_cause_of_a_bounce(words: str, is_hard: bool, cause: BounceCause) -> None:
    assert bounce_causes.cause(is_hard=is_hard, words=words) == cause


@pytest.mark.usefixtures("inside")
class TestEvents:
    """What a report does."""

    def test_delivery_settles_what_was_unknown(self) -> None:
        message = a_sent_mail(mailbox := a_mailbox(), state="unknown")

        told(mailbox, postmark(message))

        message.refresh_from_db()
        assert (message.state, message.settled_by) == (MessageState.DELIVERED, "evidence")

    def test_message_is_found_by_the_providers_id(self) -> None:
        message = a_sent_mail(mailbox := a_mailbox())

        told(mailbox, postmark(message, Metadata={}))

        message.refresh_from_db()
        assert message.state == MessageState.DELIVERED

    def test_event_that_comes_in_another_call_again_has_one_effect(self) -> None:
        message = a_sent_mail(mailbox := a_mailbox())

        for spaces in ("", " ", "\n"):
            told(mailbox, postmark(message) + spaces.encode())

        assert (ProviderCall.objects.count(), ProviderEvent.objects.count()) == (3, 1)
        assert MessageEvent.objects.filter(kind="delivered").count() == 1

    def test_hard_bounce_marks_the_address_and_stops_the_sequence(self) -> None:
        message = a_sent_mail(mailbox := a_mailbox())

        told(mailbox, postmark(message, "Bounce", ID=1, Type="HardBounce", Details="550 5.1.1 unknown user"))

        assert Enrolment.objects.get().stop_reason == "bounced"
        assert ContactPoint.objects.get().bounced_at is not None

    def test_third_soft_bounce_marks_the_address(self) -> None:
        mailbox, marked = a_mailbox(), []
        message = a_sent_mail(mailbox)
        for number in range(3):
            other = message if number == 0 else self.again(message, number)
            evidence.record_bounce(message_id=other.pk, cause=BounceCause.SOFT, note="452 4.2.2", now=NOON)
            marked.append(ContactPoint.objects.get().bounced_at is not None)

        assert marked == [False, False, True]

    def again(self, message: OutboundMessage, number: int) -> OutboundMessage:
        """Another mail to the same address."""
        message.pk, message._state.adding = OutboundMessage().pk, True
        message.send_key, message.message_id, message.reply_token = f"k{number}", f"<{number}@x>", f"t{number}"
        message.state = MessageState.ACCEPTED
        message.save()
        return message

    def test_refusal_for_policy_is_not_the_addresss_fault(self) -> None:
        message = a_sent_mail(mailbox := a_mailbox())

        told(mailbox, postmark(message, "Bounce", ID=1, Type="HardBounce", Details="550 5.7.26 unauthenticated"))

        assert ContactPoint.objects.get().bounced_at is None
        assert MessageEvent.objects.get(kind="bounced").cause == "policy"

    def test_automatic_answer_pauses_and_is_no_reply(self) -> None:
        message = a_sent_mail(mailbox := a_mailbox(), state="unknown", waits=[3])

        told(mailbox, postmark(message, "Bounce", ID=3, Type="AutoResponder", BouncedAt="2026-06-03T12:01:00Z"))

        message.refresh_from_db()
        row = Enrolment.objects.get()
        assert (message.state, message.settled_by) == (MessageState.ACCEPTED, "evidence")
        assert (row.state, row.paused_until) == ("paused", datetime(2026, 6, 13, 12, 1, tzinfo=UTC))
        assert set(MessageEvent.objects.values_list("kind", flat=True)) == {"auto_replied"}

    def test_complaint_bans_for_good(self) -> None:
        message = a_sent_mail(mailbox := a_mailbox())

        told(mailbox, postmark(message, "SpamComplaint", ID=2, Type="SpamComplaint"))

        assert ContactBan.objects.in_force().get().reason == "complained"

    def test_report_about_nobody_does_nothing(self) -> None:
        message = a_sent_mail(mailbox := a_mailbox())

        told(mailbox, postmark(message, MessageID="other", Metadata={"outbound": "no id"}))

        message.refresh_from_db()
        assert (message.state, ProviderEvent.objects.get().message_id) == (MessageState.ACCEPTED, None)

    def test_call_that_makes_no_sense_is_given_up_after_three_attempts(self) -> None:
        mailbox = a_mailbox()

        told(mailbox, b"<html>")
        for _ in range(3):
            provider_calls.read_batch(now=timezone.now())

        call = ProviderCall.objects.get()
        assert (call.state, call.attempts, "JSON" in call.problem) == ("failed", 3, True)

    def test_mailgun_and_ses_reports_are_understood(self) -> None:
        mailgun, ses = a_mailbox("mailgun"), a_mailbox("ses")
        one, two = a_sent_mail(mailgun, "One Person"), a_sent_mail(ses, "Two Person")
        mail = {"messageId": two.provider_ref, "destination": [two.to_address], "tags": {"outbound": [str(two.pk)]}}
        delivery = {"eventType": "Delivery", "mail": mail, "delivery": {"recipients": [two.to_address]}}
        notice = sns.signed(MessageId="n1", Message=json.dumps(delivery))
        event = {"event": "delivered", "timestamp": 1.0, "user-variables": {"outbound": str(one.pk)}, "recipient": "x"}

        told(mailgun, mailgun_body(NOON, **event))
        told(ses, json.dumps(notice).encode())

        assert set(OutboundMessage.objects.values_list("state", flat=True)) == {"delivered"}


@pytest.mark.usefixtures("inside")
class TestHealth:
    """A mailbox is stopped when too much comes back."""

    def filled(self, mailbox: Mailbox, sent: int) -> list[OutboundMessage]:
        """Mails sent a moment ago, copied from one."""
        first = a_sent_mail(mailbox)
        rows = [first]
        for number in range(sent - 1):
            row = OutboundMessage.objects.get(pk=first.pk)
            row.pk, row.send_key = OutboundMessage().pk, f"k{number}"
            row.message_id, row.reply_token = f"<{number}@x>", f"t{number}"
            rows.append(row)
        OutboundMessage.objects.bulk_create(rows[1:])
        return rows

    def bounce(self, messages: list[OutboundMessage]) -> None:
        for message in messages:
            evidence.record_bounce(message_id=message.pk, cause=BounceCause.HARD, note="550 5.1.1", now=NOON)

    def test_dead_addresses_stop_it_with_a_reason_that_its_managers_see(self, owner: Any) -> None:
        mailbox = a_mailbox()
        self.bounce(self.filled(mailbox, 40)[:5])

        mailbox.refresh_from_db()
        assert mailbox.stopped_reason == "5 of 40 mails of the last 7 days went to addresses that do not exist."
        assert Notification.objects.get().member_id == owner.pk

    def test_few_dead_addresses_are_chance(self) -> None:
        mailbox = a_mailbox()
        self.bounce(self.filled(mailbox, 10)[:4])

        mailbox.refresh_from_db()
        assert mailbox.stopped_at is None

    def test_resumed_mailbox_is_judged_anew(self) -> None:
        mailbox = a_mailbox()
        messages = self.filled(mailbox, 40)
        self.bounce(messages[:5])
        mailbox.refresh_from_db()
        mailboxes.resume(mailbox=mailbox, by=SYSTEM, now=NOON + timedelta(minutes=1))

        self.bounce(messages[5:6])

        mailbox.refresh_from_db()
        assert mailbox.stopped_at is None
