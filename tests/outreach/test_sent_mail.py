"""The sent mail of a mailbox as evidence, and the conversations that its maker keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.core.cache import cache
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import MessageState
from outreach.models import Enrolment, Mailbox, OutboundMessage
from outreach.services import connecting, freezing, ledger, sending
from outreach.services.connecting import WAYS
from outreach.transports import own_mailbox, sent_mail
from outreach.transports.oauth import Grant
from tests.factories.outreach import NOON, a_person, a_sequence, a_single, enrolled
from tests.fakes import http_api
from tests.fakes.http_api import Api, Reply

GRANT = Grant("access-1", 3600, "refresh-1")
MAKERS = {"gmail": "google", "graph": "microsoft"}


def a_mailbox(owner: Member, way: str = "gmail") -> Mailbox:
    connecting.save_app(maker=MAKERS[way], client_id="id", secret="app-secret", directory="", by=SYSTEM)
    return connecting.connect(member=owner, way=WAYS[way], grant=GRANT, now=timezone.now())


def handed_over(mailbox: Mailbox, ago: timedelta = timedelta(minutes=20), **values: Any) -> OutboundMessage:
    """The first mail of a sequence, after whose hand-over nothing was heard."""
    [message] = enrolled(a_sequence(waits=[3]), [a_person()], timezone.now())
    message.state, message.mailbox, message.transport = MessageState.UNKNOWN, mailbox, mailbox.transport
    message.handed_over_at = timezone.now() - ago
    for name, value in values.items():
        setattr(message, name, value)
    message.save()
    return message


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Api]]:
    """The makers' APIs, answering what they are told."""
    cache.clear()
    opened = []

    def start(*replies: Reply) -> Api:
        context = http_api.running(*replies)
        api = context.__enter__()
        opened.append(context)
        for module, name in ((sent_mail, "GMAIL"), (sent_mail, "GRAPH"), (own_mailbox, "GMAIL")):
            monkeypatch.setattr(module, name, api.url)
        return api

    yield start
    for context in opened:
        context.__exit__(None, None, None)


def listed(*keys: str, **more: str) -> Reply:
    return Reply(200, {"messages": [{"id": key, "threadId": f"t-{key}"} for key in keys], **more})


def kept(key: str, at: datetime, **headers: str) -> Reply:
    rows = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    moment = str(int(at.timestamp() * 1000))
    return Reply(200, {"id": key, "threadId": f"t-{key}", "internalDate": moment, "payload": {"headers": rows}})


def state_of(tenant: Tenant, message: OutboundMessage) -> tuple[str, str, str]:
    with open_tenant(tenant):
        message.refresh_from_db()
    return message.state, message.settled_by, message.provider_ref


def test_copy_in_gmail_settles_and_the_sequence_goes_on(
    tenant: Tenant, owner: Member, answering: Callable[..., Api]
) -> None:
    with open_tenant(tenant):
        message = handed_over(a_mailbox(owner))
    now = timezone.now()
    api = answering(
        listed("a", nextPageToken="p2"),
        kept("a", now, Message_ID="<other@x>"),
        listed("b"),
        kept("b", now - timedelta(minutes=20), Message_ID=message.message_id),
    )

    sending.settle_open(tenant=tenant)

    assert state_of(tenant, message) == ("accepted", "evidence", "b")
    assert (message.provider_thread, message.provider_message_id) == ("t-b", "")
    with open_tenant(tenant):
        assert Enrolment.objects.get().next_due_at is not None
    asked = [parse_qs(urlsplit(one.path).query) for one in api.asked]
    assert (asked[0]["labelIds"], asked[2]["pageToken"], asked[1]["format"]) == (["SENT"], ["p2"], ["metadata"])
    assert all("q" not in one for one in asked)


def test_copy_whose_message_id_was_replaced_is_known_by_its_reference(
    tenant: Tenant, owner: Member, answering: Callable[..., Api]
) -> None:
    with open_tenant(tenant):
        message = handed_over(a_mailbox(owner))
    headers = {"Message_Id": "<new@mail.gmail.com>", "X_Ref": message.reply_token}
    answering(listed("a"), kept("a", timezone.now(), **headers))

    sending.settle_open(tenant=tenant)

    assert state_of(tenant, message) == ("accepted", "evidence", "a")
    assert message.provider_message_id == "<new@mail.gmail.com>"


def test_walk_ends_before_what_was_sent_earlier(tenant: Tenant, owner: Member, answering: Callable[..., Api]) -> None:
    with open_tenant(tenant):
        message = handed_over(a_mailbox(owner))
    api = answering(listed("a", "b"), kept("a", timezone.now() - timedelta(hours=1), Message_ID="<other@x>"))

    sending.settle_open(tenant=tenant)

    assert (state_of(tenant, message)[0], len(api.asked)) == ("unknown", 2)


def test_copy_in_graph_settles(tenant: Tenant, owner: Member, answering: Callable[..., Api]) -> None:
    with open_tenant(tenant):
        message = handed_over(a_mailbox(owner, "graph"))
    api = answering(Reply(200, {"value": [{"id": "AAk", "conversationId": "c1"}]}))

    sending.settle_open(tenant=tenant)

    assert state_of(tenant, message) == ("accepted", "evidence", "AAk")
    asked = urlsplit(api.asked[0].path)
    assert asked.path == "/v1.0/me/mailFolders/sentitems/messages"
    assert parse_qs(asked.query)["$filter"] == [f"internetMessageId eq '{message.message_id}'"]


@pytest.mark.parametrize(
    "reply", [Reply(200, {"value": []}), Reply(403, {}), Reply(200, []), Reply(200, {"value": [[]]}), Reply(200, "<p>")]
)
def test_without_a_copy_it_stays_unknown(
    tenant: Tenant, owner: Member, answering: Callable[..., Api], reply: Reply
) -> None:
    with open_tenant(tenant):
        message = handed_over(a_mailbox(owner, "graph"))
    answering(reply)

    sending.settle_open(tenant=tenant)

    assert state_of(tenant, message)[0] == "unknown"


def test_mailbox_is_looked_into_now_and_then(tenant: Tenant, owner: Member, answering: Callable[..., Api]) -> None:
    with open_tenant(tenant):
        handed_over(a_mailbox(owner, "graph"))
    api = answering(Reply(200, {"value": []}))

    for _ in range(3):
        sending.settle_open(tenant=tenant)

    assert len(api.asked) == 1


@pytest.mark.parametrize("values", [{"transport": "sandbox"}, {"ago": timedelta(days=3)}])
def test_what_cannot_lie_there_is_not_looked_for(
    tenant: Tenant, owner: Member, answering: Callable[..., Api], values: dict[str, Any]
) -> None:
    with open_tenant(tenant):
        handed_over(a_mailbox(owner), **values)
    api = answering(listed())

    sending.settle_open(tenant=tenant)

    assert api.asked == []


def an_answer_to(first: OutboundMessage, mailbox: Mailbox) -> OutboundMessage:
    """A letter in the conversation of another one, ready to leave."""
    answer = a_single(first.candidate, now=NOON)
    answer.in_reply_to, answer.references, answer.mailbox = first.message_id, [first.message_id], mailbox
    answer.sender = mailbox.owner
    answer.save()
    [reserved] = ledger.reserve(tenant=mailbox.tenant, now=NOON).messages
    return reserved


@pytest.mark.parametrize(("way", "same", "thread"), [("gmail", True, "18b"), ("gmail", False, ""), ("graph", True, "")])
def test_answer_names_the_conversation_of_its_own_mailbox(
    inside: UUID, owner: Member, recruiter: Member, way: str, same: bool, thread: str
) -> None:
    mailbox = a_mailbox(owner, way)
    first = a_single(a_person(), now=NOON - timedelta(days=2))
    first.state, first.handed_over_at, first.provider_thread = MessageState.ACCEPTED, NOON - timedelta(days=2), "18b"
    first.mailbox = mailbox if same else a_mailbox(recruiter, way)
    first.save()

    reserved = an_answer_to(first, mailbox)

    assert freezing.envelope(reserved, now=NOON).thread == thread
