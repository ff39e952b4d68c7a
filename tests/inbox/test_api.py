"""The hub's API: conversations, messages, timelines, mails to take in."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from crm.models import Member, Tenant
from crm.permissions import Role
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from inbox.models import InboundMail, Message, Thread
from outreach.models import OutboundMessage
from talent.models import Candidate
from talent.services import preferences
from tests.conftest import logged_in
from tests.factories.inbox import a_mail, a_sent_message, deliver
from tests.factories.outreach import a_person
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

    assert answer.json()["error"]["fields"] == {"text": ["A person has to write: log in instead of sending a key."]}


def _written(recruiter: Member, person: Candidate, **more: object) -> HttpResponse:
    body = {"request_id": str(uuid4()), "subject": "A role in Lund", "text": "Shall we talk?"} | more
    return logged_in(recruiter).post(f"{API}candidates/{person.pk}/mails/", body, content_type="application/json")


def test_first_mail_goes_out_as_the_member(tenant: Tenant, recruiter: Member) -> None:
    with open_tenant(tenant):
        person = a_person()

    answer = _written(recruiter, person)

    with open_tenant(tenant):
        planned = OutboundMessage.objects.get()
    assert (answer.status_code, answer.json()["id"]) == (202, str(planned.pk))
    assert (planned.subject, planned.sender_id, planned.candidate_id) == ("A role in Lund", recruiter.pk, person.pk)


def test_first_mail_is_refused_in_the_words_of_the_gate(tenant: Tenant, recruiter: Member) -> None:
    with open_tenant(tenant):
        person, today = a_person(), timezone.now().date()
        until = today + timedelta(days=30)
        preferences.pause(candidate=person, until=until, by=recruiter.actor, now=timezone.now(), today=today)

    answer = _written(recruiter, person)

    assert answer.status_code == 400
    assert "Outreach to them is paused" in answer.json()["error"]["fields"]["text"][0]


def test_same_first_mail_twice_is_noticed(tenant: Tenant, recruiter: Member) -> None:
    with open_tenant(tenant):
        person = a_person()
    request_id = str(uuid4())
    _written(recruiter, person, request_id=request_id)

    assert _written(recruiter, person, request_id=request_id).status_code == 400
    with open_tenant(tenant):
        assert OutboundMessage.objects.count() == 1


def test_first_mail_is_taken_back_once(tenant: Tenant, recruiter: Member) -> None:
    with open_tenant(tenant):
        person = a_person()
    planned = _written(recruiter, person).json()["id"]
    client = logged_in(recruiter)

    answers = [client.delete(f"{API}outgoing/{planned}/") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 400]
    assert answers[1].json()["error"]["fields"] == {
        "message": ["It no longer waits: it has been sent, or was taken back."]
    }


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
