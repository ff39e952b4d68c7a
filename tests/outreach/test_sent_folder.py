"""The sent folder of a mailbox over IMAP."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import Mailbox
from outreach.services import connecting, mailboxes, sending
from outreach.services.connecting import WAYS
from outreach.transports import sent_folder
from outreach.transports.base import NotReached
from outreach.transports.oauth import Grant
from outreach.transports.sent_folder import ImapSent
from outreach.transports.sent_mail import Copy, Sought
from tests.fakes import imap
from tests.fakes.imap import Server
from tests.outreach.test_sent_mail import handed_over, state_of

MAIL = Sought(uuid4(), "<key@acme.test>", "abc123", timezone.now())
OTHER = Sought(uuid4(), "<other@acme.test>", "def456", timezone.now())


def folder(server: Server, token: str = "access") -> ImapSent:
    return ImapSent("127.0.0.1", "ines@acme.test", lambda: token, server.port, is_encrypted=False)


@pytest.mark.parametrize(
    "headers", [{"Message-ID": "<key@acme.test>"}, {"Message-ID": "<new@mail.example.com>", "X-Ref": "abc123"}]
)
def test_copy_is_found_and_the_folder_only_read(headers: dict[str, str]) -> None:
    with imap.running(headers=[{"Message-ID": "<x@acme.test>"}, headers]) as server:
        found = folder(server).find([OTHER, MAIL])

    assert found == {MAIL.outbound_id: Copy()}
    assert [line.split()[0] for line in server.asked[-5:]] == ["LIST", "EXAMINE", "UID", "UID", "LOGOUT"]


@pytest.mark.parametrize("message_id", ['<a"b@acme.test>', "<a\r\nX DELETE INBOX>", "<a\\>", "<ä@acme.test>", ""])
def test_id_that_could_be_a_command_is_not_asked_for(message_id: str) -> None:
    with imap.running() as server:
        found = folder(server).find([Sought(uuid4(), message_id, "abc123", timezone.now())])

    assert (found, [line for line in server.asked if "UID" in line or "DELETE" in line]) == ({}, [])


def test_wrong_token_is_a_sentence() -> None:
    with imap.running() as server, pytest.raises(NotReached, match="Invalid credentials"):
        folder(server, "old").find([MAIL])


def test_no_server_is_a_sentence() -> None:
    with imap.running() as server:
        gone = folder(server)

    with pytest.raises(NotReached):
        gone.find([MAIL])


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ([rb'(\HasNoChildren \Sent) "/" "Gesendet"', rb'(\HasNoChildren) "/" "Sent"'], b'"Gesendet"'),
        ([rb'(\HasNoChildren) "/" INBOX', rb'(\HasNoChildren) "/" "Sent Items"'], b'"Sent Items"'),
        ([rb"(\Marked) NIL Sent"], b"Sent"),
        ([(rb'(\Sent) "/" {4}', b"Sent"), rb'(\SENT) "." "a \"b\""'], rb'"a \"b\""'),
    ],
)
def test_folder_is_known_by_its_use_else_by_its_name(lines: list[object], name: bytes) -> None:
    assert sent_folder.sent_folder(lines) == name


@pytest.mark.parametrize("lines", [[], [None], [rb'(\HasNoChildren) "/" "Inbox"']])
def test_mailbox_without_sent_mail_says_so(lines: list[object]) -> None:
    with pytest.raises(NotReached, match="no folder"):
        sent_folder.sent_folder(lines)


@pytest.mark.parametrize("way", ["google-smtp", "microsoft-smtp"])
def test_own_mailbox_over_smtp_is_looked_into(
    tenant: Tenant, owner: Member, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    cache.clear()
    with open_tenant(tenant):
        connecting.save_app(maker=WAYS[way].maker, client_id="id", secret="s", directory="", by=SYSTEM)
        grant = Grant("access", 3600, "refresh-1")
        mailbox = connecting.connect(member=owner, way=WAYS[way], grant=grant, now=timezone.now())
        message = handed_over(mailbox)
        found = mailboxes.sent_mail_of(mailbox)
        assert isinstance(found, ImapSent)
    with imap.running(headers=[{"X-Ref": message.reply_token}]) as server:
        server.login = f"user={mailbox.username}\x01auth=Bearer access\x01\x01"
        here = ImapSent("127.0.0.1", found.username, found.token, server.port, is_encrypted=False)
        monkeypatch.setattr(mailboxes, "sent_mail_of", lambda _: here)

        sending.settle_open(tenant=tenant)

    assert (found.host in ("imap.gmail.com", "outlook.office365.com"), state_of(tenant, message)[:2]) == (
        True,
        ("accepted", "evidence"),
    )


def test_server_that_is_none_of_theirs_has_no_folder_for_us(inside: Tenant) -> None:
    assert mailboxes.sent_mail_of(Mailbox(transport="smtp", host="mail.example.com")) is None
