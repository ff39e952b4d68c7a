"""The hub's API: conversations, messages, timelines, mails to take in."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from crm.models import Member, Tenant
from crm.permissions import Role
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from inbox.models import InboundMail, Message, Thread
from tests.conftest import logged_in
from tests.factories.inbox import a_mail, a_sent_message, deliver
from tests.ground import shared

API = "/o/acme/api/v1/"


def _key(tenant: Tenant, member: Member, role: str) -> dict[str, str]:
    with open_tenant(tenant):
        _, secret = api_keys.create(name="Test", role=role, expires_at=None, by=member.actor)
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def key(tenant: Tenant, owner: Member) -> dict[str, str]:
    return _key(tenant, owner, Role.OWNER)


@shared
def thread(tenant: Tenant) -> Thread:
    with open_tenant(tenant):
        deliver(tenant, a_mail(In_Reply_To=a_sent_message().message_id))
        return Thread.objects.get()


def _get(path: str, key: dict[str, str]) -> HttpResponse:
    return Client().get(API + path, headers=key)


def test_threads_are_listed(thread: Thread, key: dict[str, str]) -> None:
    answer = _get("threads/", key).json()

    assert [(one["id"], one["subject"]) for one in answer["results"]] == [(str(thread.pk), "A role in Stockholm")]
    assert answer["next"] == ""


def test_thread_shows_both_sides(thread: Thread, key: dict[str, str]) -> None:
    said = _get(f"threads/{thread.pk}/", key).json()

    assert [(one["direction"], one["text"]) for one in said] == [("out", "Hello Zoë"), ("in", "Yes, let us talk.")]


def test_thread_is_done(tenant: Tenant, thread: Thread, key: dict[str, str]) -> None:
    answer = Client().post(f"{API}threads/{thread.pk}/done/", headers=key)

    with open_tenant(tenant):
        assert (answer.status_code, Thread.objects.needing_reply().count()) == (204, 0)


def test_reply_goes_out_as_the_member(thread: Thread, recruiter: Member) -> None:
    body = {"request_id": str(uuid4()), "text": "Tuesday?"}

    answer = logged_in(recruiter).post(f"{API}threads/{thread.pk}/reply/", body, content_type="application/json")

    assert (answer.status_code, answer.json()["state"]) == (202, "planned")


def test_reply_needs_a_person(thread: Thread, key: dict[str, str]) -> None:
    body = {"request_id": str(uuid4()), "text": "Tuesday?"}

    answer = Client().post(f"{API}threads/{thread.pk}/reply/", body, content_type="application/json", headers=key)

    assert answer.json()["error"]["fields"] == {"text": ["A person has to answer: log in instead of sending a key."]}


def test_messages_are_listed_by_person(thread: Thread, key: dict[str, str]) -> None:
    found = _get(f"received-messages/?candidate={thread.candidate_id}", key).json()

    assert [(one["text"], one["matched_by"], one["attachments"]) for one in found] == [
        ("Yes, let us talk.", "reference", [])
    ]


def test_message_is_shown(tenant: Tenant, thread: Thread, key: dict[str, str]) -> None:
    with open_tenant(tenant):
        message = Message.objects.get()

    assert _get(f"received-messages/{message.pk}/", key).json()["message_id"] == "<1@mx.example.com>"


def test_timeline_has_sentences(thread: Thread, key: dict[str, str]) -> None:
    answer = _get(f"candidates/{thread.candidate_id}/timeline/?show=mail", key).json()

    assert [(one["kind"], one["words"]) for one in answer["results"]] == [("message_received", "replied")]


@pytest.mark.parametrize(
    "path", ["threads/?after=x", "received-messages/?candidate=x", "candidates/{}/timeline/?after=x"]
)
def test_nonsense_is_refused_in_a_sentence(thread: Thread, key: dict[str, str], path: str) -> None:
    answer = _get(path.format(thread.candidate_id), key)

    assert (answer.status_code, list(answer.json()["error"]["fields"]) != []) == (400, True)


def test_inbound_takes_a_mail(tenant: Tenant, key: dict[str, str]) -> None:
    answer = Client().post(f"{API}inbound/", a_mail(), content_type="message/rfc822", headers=key)

    with open_tenant(tenant):
        assert (answer.status_code, str(InboundMail.objects.get().pk)) == (202, answer.json()["id"])


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"", "message/rfc822", 400),
        (b"x" * (25 * 1024 * 1024 + 1), "message/rfc822", 400),
        (a_mail(), "text/csv", 415),
    ],
)
def test_inbound_refuses(tenant: Tenant, key: dict[str, str], raw: bytes, kind: str, status: int) -> None:
    answer = Client().post(f"{API}inbound/", raw, content_type=kind, headers=key)

    with open_tenant(tenant):
        assert (answer.status_code, InboundMail.objects.count()) == (status, 0)


def test_inbound_needs_a_strong_role(tenant: Tenant, owner: Member) -> None:
    weak = _key(tenant, owner, Role.RECRUITER)

    assert Client().post(f"{API}inbound/", a_mail(), content_type="message/rfc822", headers=weak).status_code == 403
