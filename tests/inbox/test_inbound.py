"""Mails in: stored first, read once, matched by proof, filed with what follows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection

from crm.models import Event, Tenant
from crm.services import files
from crm.tenancy.context import tenant as open_tenant
from inbox.choices import InboundSource, InboundState, MatchedBy
from inbox.events import MESSAGE_RECEIVED
from inbox.models import InboundMail, Message, Thread
from inbox.services import inbound
from inbox.services.inbound import Delivery, MailRefused
from outreach.models import OutboundMessage
from talent.models import Candidate, ContactBan, Document
from tests.factories.inbox import a_mail, a_report, a_sent_message, deliver, received
from tests.factories.people import a_tenant
from tests.factories.talent import NOW, a_candidate


def _received_events() -> list[dict[str, object]]:
    return [e.data for e in Event.objects.filter(kind=MESSAGE_RECEIVED)]


def test_receive_keeps_the_bytes(inside: UUID) -> None:
    raw = a_mail()

    stored = inbound.receive(delivery=Delivery(raw, InboundSource.WEBHOOK), now=NOW)

    assert (files.read(stored.file), stored.state) == (raw, InboundState.STORED)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b" \n", "The mail is empty."),
        (b"x" * (25 * 1024 * 1024 + 1), "The mail is larger than 25 MB, the most that is taken."),
    ],
)
def test_receive_refuses_in_a_sentence(inside: UUID, raw: bytes, sentence: str) -> None:
    with pytest.raises(MailRefused) as refused:
        inbound.receive(delivery=Delivery(raw, InboundSource.WEBHOOK), now=NOW)

    assert (str(refused.value), InboundMail.objects.count()) == (sentence, 0)


def test_receive_knows_a_delivery_again(inside: UUID) -> None:
    first = inbound.receive(delivery=Delivery(a_mail(), InboundSource.WEBHOOK, "event-1"), now=NOW)
    second = inbound.receive(delivery=Delivery(a_mail("Changed"), InboundSource.WEBHOOK, "event-1"), now=NOW)

    assert (second.pk, InboundMail.objects.count()) == (first.pk, 1)


def test_read_has_one_effect_however_often(tenant: Tenant, inside: UUID) -> None:
    a_sent_message()
    stored = deliver(tenant, a_mail())

    inbound.read(tenant=tenant, inbound_id=stored.pk)

    assert (Message.objects.count(), len(_received_events())) == (1, 1)


def test_read_notices_the_same_mail_by_another_way(tenant: Tenant, inside: UUID) -> None:
    deliver(tenant, a_mail(), uid="by-webhook")

    again = deliver(tenant, b"X-Relay: second way\r\n" + a_mail(), uid="by-mailbox")

    assert (again.state, Message.objects.count()) == (InboundState.DUPLICATE, 1)


def test_read_keeps_another_mail_with_the_same_id(tenant: Tenant, inside: UUID) -> None:
    deliver(tenant, a_mail("One thing"))
    deliver(tenant, a_mail("Another thing"))

    assert sorted(Message.objects.values_list("text", flat=True)) == ["Another thing", "One thing"]


def test_read_gives_up_after_three_attempts(tenant: Tenant, inside: UUID) -> None:
    stored = inbound.receive(delivery=Delivery(a_mail(), InboundSource.WEBHOOK), now=NOW)
    InboundMail.objects.filter(pk=stored.pk).update(attempts=3)

    inbound.read(tenant=tenant, inbound_id=stored.pk)

    stored.refresh_from_db()
    assert (stored.state, stored.problem) == (InboundState.FAILED, "It could not be read in three attempts.")


def _deliver_in_a_thread(tenant: Tenant, uid: str) -> None:
    try:
        with open_tenant(tenant):
            stored = inbound.receive(delivery=Delivery(a_mail(), InboundSource.WEBHOOK, uid), now=NOW)
        inbound.read(tenant=tenant, inbound_id=stored.pk)
    finally:
        connection.close()


def test_twenty_deliveries_by_four_threads_have_one_effect(committed: None) -> None:
    tenant = a_tenant("acme")
    with open_tenant(tenant):
        a_sent_message()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: _deliver_in_a_thread(tenant, f"way-{n % 3}"), range(20)))

    with open_tenant(tenant):
        effects = (Message.objects.count(), Thread.objects.count(), len(_received_events()))
        states = sorted(InboundMail.objects.values_list("state", flat=True))
    assert (effects, states) == ((1, 1, 1), ["duplicate", "duplicate", "parsed"])


def test_unread_finds_what_lost_its_wake_up(committed: None) -> None:
    tenant = a_tenant("acme")
    with open_tenant(tenant):
        stored = inbound.receive(delivery=Delivery(a_mail(), InboundSource.WEBHOOK), now=NOW)

    assert inbound.unread() == [(tenant.pk, stored.pk)]


# --- whose mail it is


def _mail_that_answers(sent: OutboundMessage, how: str) -> bytes:
    stranger = "Somebody <else@example.net>"
    return {
        "token": a_mail(sender=stranger, to=f"reply+{sent.reply_token}@in.acme.test"),
        "token in capitals": a_mail(sender=stranger, to=f"REPLY+{sent.reply_token.upper()}@in.acme.test"),
        "in-reply-to": a_mail(sender=stranger, In_Reply_To=sent.message_id),
        "references": a_mail(sender=stranger, References=f"<first@acme.test> {sent.message_id}"),
        "rewritten id": a_mail(sender=stranger, In_Reply_To="<provider@esp.test>"),
        "returned headers": a_report(sent),
        "address": a_mail(),
        "address with other letters": a_mail(sender="ZOE@EXAMPLE.COM"),
        "subject alone": a_mail(sender=stranger),
        "report on somebody else's mail": a_report(None),
    }[how]


@pytest.mark.parametrize(
    ("how", "by"),
    [
        ("token", MatchedBy.TOKEN),
        ("token in capitals", MatchedBy.TOKEN),
        ("in-reply-to", MatchedBy.REFERENCE),
        ("references", MatchedBy.REFERENCE),
        ("rewritten id", MatchedBy.REFERENCE),
        ("returned headers", MatchedBy.RETURNED),
        ("address", MatchedBy.ADDRESS),
        ("address with other letters", MatchedBy.ADDRESS),
        ("subject alone", MatchedBy.NOTHING),
        ("report on somebody else's mail", MatchedBy.NOTHING),
    ],
)
def test_match_rests_on_proof_then_sender_never_on_the_subject(
    tenant: Tenant, inside: UUID, how: str, by: MatchedBy
) -> None:
    sent = a_sent_message(provider_message_id="<provider@esp.test>")

    message = received(tenant, _mail_that_answers(sent, how))

    owner = None if by == MatchedBy.NOTHING else sent.candidate_id
    assert (message.matched_by, message.candidate_id) == (by, owner)


def test_match_takes_the_token_of_the_envelope(tenant: Tenant, inside: UUID) -> None:
    sent = a_sent_message()

    stored = deliver(tenant, a_mail(sender="x@example.net"), to=[f"reply+{sent.reply_token}@in.acme.test"])

    assert Message.objects.get(inbound=stored).outbound == sent


def test_match_does_not_see_messages_of_other_tenants(db: None) -> None:
    other, tenant = a_tenant("other"), a_tenant("acme")
    with open_tenant(other):
        sent = a_sent_message()
    raw = a_mail(to=f"reply+{sent.reply_token}@in.acme.test", In_Reply_To=sent.message_id)

    with open_tenant(tenant):
        message = received(tenant, raw)

        assert (message.candidate, message.outbound) == (None, None)


# --- what follows


def test_reply_is_filed_with_its_new_text_and_told(tenant: Tenant, inside: UUID) -> None:
    sent = a_sent_message()
    quoted = "Tuesday suits me.\r\n\r\nOn Mon, 2 Mar 2026 at 08:00, Rapport <team@acme.test> wrote:\r\n> Hello Zoë"

    message = received(tenant, a_mail(quoted, In_Reply_To=sent.message_id))

    assert (message.text, message.kind) == ("Tuesday suits me.", "reply")
    assert _received_events() == [
        {
            "kind": "reply",
            "class": "interested",
            "message": str(message.pk),
            "outbound": str(sent.pk),
            "returns_on": None,
            "hard": False,
            "address": "",
            "note": "",
            "proven": True,
        }
    ]


def test_reply_moves_the_clock_of_the_person(tenant: Tenant, inside: UUID) -> None:
    message = received(tenant, a_mail(In_Reply_To=a_sent_message().message_id))

    assert Candidate.objects.get(pk=message.candidate_id).last_replied_at == NOW


def test_reply_opens_a_thread_that_needs_a_reply(tenant: Tenant, inside: UUID) -> None:
    sent = a_sent_message()

    received(tenant, a_mail(In_Reply_To=sent.message_id))

    thread = Thread.objects.get()
    assert (thread.root, thread.needs_reply_since, thread.last_reply_at) == (sent.message_id, NOW, NOW)


def test_second_reply_joins_the_thread(tenant: Tenant, inside: UUID) -> None:
    first = received(tenant, a_mail("Hello, I saw your page.", subject="Hello") if a_candidate() else b"")

    second = received(tenant, a_mail("One more thing.", uid="2", In_Reply_To=first.message_id))

    assert (second.thread, Thread.objects.count()) == (first.thread, 1)


def test_auto_reply_names_its_day_and_needs_no_reply(tenant: Tenant, inside: UUID) -> None:
    sent = a_sent_message()
    away = "I am out of the office until 16 March 2026 and will be back on 17 March 2026."

    message = received(tenant, a_mail(away, In_Reply_To=sent.message_id, Auto_Submitted="auto-replied"))

    assert (message.kind, _received_events()[0]["returns_on"]) == ("auto_reply", "2026-03-17")
    assert Thread.objects.needing_reply().count() == 0


def test_bounce_tells_how_hard_it_is(tenant: Tenant, inside: UUID) -> None:
    sent = a_sent_message()

    received(tenant, a_report(sent))

    told = _received_events()[0]
    assert {k: told[k] for k in ("kind", "hard", "address", "outbound")} == {
        "kind": "bounce",
        "hard": True,
        "address": "zoe@example.com",
        "outbound": str(sent.pk),
    }


def test_forged_bounce_changes_nothing(tenant: Tenant, inside: UUID) -> None:
    a_sent_message()

    message = received(tenant, a_report(None))

    assert (message.candidate, _received_events()) == (None, [])


def test_wish_to_stop_bans_contact(tenant: Tenant, inside: UUID) -> None:
    message = received(tenant, a_mail("Please stop writing to me.", In_Reply_To=a_sent_message().message_id))

    ban = ContactBan.objects.get()
    assert (ban.candidate_id, ban.reason, ban.evidence) == (
        message.candidate_id,
        "asked_to_stop",
        "Wrote: “Please stop writing to me.”",
    )


def test_quoted_wish_to_stop_is_not_theirs(tenant: Tenant, inside: UUID) -> None:
    text = "Sounds good!\r\n\r\nOn Mon, 2 Mar 2026 at 08:00, Rapport <team@acme.test> wrote:\r\n> unsubscribe"

    received(tenant, a_mail(text, In_Reply_To=a_sent_message().message_id))

    assert ContactBan.objects.count() == 0


def _mail_with_file(name: str) -> bytes:
    head = a_mail(uid=name).decode().split("MIME-Version")[0]
    return (
        f'{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: text/plain\r\n\r\nMy CV is attached.\r\n--b\r\nContent-Type: application/octet-stream\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n%PDF-1.7 not really {name}\r\n--b--\r\n'
    ).encode()


def test_resume_of_a_known_person_becomes_a_document(tenant: Tenant, inside: UUID) -> None:
    person = a_candidate()

    received(tenant, _mail_with_file("cv.pdf"))
    received(tenant, _mail_with_file("calendar.ics"))

    assert list(Document.objects.values_list("candidate_id", "file__name")) == [(person.pk, "cv.pdf")]


def test_attachments_are_kept(tenant: Tenant, inside: UUID) -> None:
    message = received(tenant, _mail_with_file("cv.pdf"))

    assert [(a.file.name, a.is_inline) for a in message.attachments.select_related("file")] == [("cv.pdf", False)]


HOSTILE = {
    "no headers": b"just a text",
    "only headers": b"From: zoe@example.com\r\n\r\n",
    "zero bytes": b"From: zoe@example.com\r\nSubject: a\x00b\r\n\r\nte\x00xt",
    "endless subject": b"From: zoe@example.com\r\nSubject: " + b"x" * 5000 + b"\r\n\r\nhello",
    "endless ids": b"From: zoe@example.com\r\nMessage-ID: <" + "ü".encode() * 440 + b"@x>\r\n\r\nhello",
    "broken multipart": b'From: zoe@example.com\r\nContent-Type: multipart/mixed; boundary="\xff"\r\n\r\n--x\r\n',
    "year zero": b"From: zoe@example.com\r\nDate: Mon, 01 Jan 0000 00:00:00 +0000\r\n\r\nhello",
    "script": b"From: zoe@example.com\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script><p>hello",
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_mail_is_filed_like_any_other(tenant: Tenant, inside: UUID, name: str) -> None:
    stored = deliver(tenant, HOSTILE[name])

    message = Message.objects.get(inbound=stored)
    assert (stored.state, "\x00" in message.full_text, "<script" in message.html) == (InboundState.PARSED, False, False)


def test_run_readers_hear_of_it(tenant: Tenant, inside: UUID, run_readers: Callable[[], int]) -> None:
    received(tenant, a_mail(In_Reply_To=a_sent_message().message_id))

    assert run_readers() > 0
