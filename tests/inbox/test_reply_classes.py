"""What answers mean: read by phrases in seven languages, shown, corrected, and used."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from crm.models import Event, Tenant
from crm.tenancy.context import tenant as open_tenant
from inbox.choices import MessageKind
from inbox.mail.meaning import meaning
from inbox.models import Message
from inbox.services import classes
from outreach import events as kinds
from outreach.choices import MessageEventKind, ReplyClass, StepKind
from outreach.models import MessageEvent, SequenceStep
from outreach.services import conditions, triggers
from tests.factories.inbox import a_mail, a_sent_message, received
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled
from tests.ground import shared

LABELLED: dict[str, list[dict[str, str]]] = json.loads(
    (Path(__file__).parent / "reply_classes.json").read_text("utf-8")
)


def shares(part: str) -> tuple[float, float]:
    """Of the labelled answers of a part: how many are read rightly, and how many wrongly (not clear is neither)."""
    read = [(meaning(case["text"]), case["class"]) for case in LABELLED[part]]
    right, wrong = sum(a == b for a, b in read), sum(a not in ("", b) for a, b in read)
    return right / len(read), wrong / len(read)


def test_answers_that_the_phrases_were_written_for_are_read() -> None:
    assert shares("tuned")[0] >= 0.95


def test_answers_that_nobody_looked_at_are_mostly_read_and_seldom_wrongly() -> None:
    right, wrong = shares("held_out")

    assert (right >= 0.6, wrong <= 0.15) == (True, True)


@given(st.text(max_size=300))
def test_any_text_has_a_class_or_none(text: str) -> None:
    assert meaning(text) in {"", *ReplyClass.values}


@pytest.mark.parametrize(
    ("kind", "found"), [("auto_reply", "out_of_office"), ("bounce", "bounce"), ("other", ""), ("reply", "interested")]
)
def test_machines_answers_have_their_class(kind: str, found: str) -> None:
    assert classes.read(MessageKind(kind), "I am very interested.") == found


@shared
def reply(tenant: Tenant) -> Message:
    with open_tenant(tenant):
        sent = a_sent_message()
    text = "Not right now, please try again in the autumn."
    with open_tenant(tenant):
        return received(tenant, a_mail(text, In_Reply_To=sent.message_id))


def told(tenant: Tenant, kind: str) -> dict[str, Any]:
    with open_tenant(tenant):
        data: dict[str, Any] = Event.objects.get(kind=kind).data
        return data


def test_answer_is_classed_as_it_comes_in(tenant: Tenant, reply: Message) -> None:
    assert (reply.reply_class, told(tenant, kinds.MESSAGE_RECEIVED)["class"]) == ("not_now", "not_now")


def test_colleague_corrects_the_class_on_the_thread(tenant: Tenant, reply: Message, owner_client: Client) -> None:
    url = f"/o/acme/received-messages/{reply.pk}/class/"

    page = owner_client.post(url, {"reply_class": "interested"}, follow=True).content.decode()
    wrong = owner_client.post(url, {"reply_class": "angry"}, follow=True).content.decode()

    assert ("Corrected." in page, "Interested" in page, "corrected by" in page) == (True, True, True)
    assert "Choose what the reply means." in wrong
    assert told(tenant, kinds.MESSAGE_CLASSED)["was"] == "not_now"


def test_api_corrects_the_class_once(tenant: Tenant, reply: Message, owner_client: Client) -> None:
    url, said = f"/o/acme/api/v1/received-messages/{reply.pk}/", {"reply_class": "referral"}

    twice = [owner_client.patch(url, said, content_type="application/json") for _ in range(2)]
    wrong = owner_client.patch(url, {"reply_class": "bounce"}, content_type="application/json")

    assert [one.json()["reply_class"] for one in twice] == ["referral", "referral"]
    assert (wrong.status_code, told(tenant, kinds.MESSAGE_CLASSED)["class"]) == (400, "referral")


@pytest.mark.parametrize(
    ("kind", "data", "fits"),
    [
        (kinds.MESSAGE_RECEIVED, {"kind": "reply", "class": "not_now"}, True),
        (kinds.MESSAGE_CLASSED, {"class": "not_now", "was": ""}, True),
        (kinds.MESSAGE_CLASSED, {"class": "", "was": "not_now"}, False),
        (kinds.MESSAGE_RECEIVED, {"kind": "reply", "class": "interested"}, False),
    ],
)
def test_automation_waits_for_a_class(kind: str, data: dict[str, str], fits: bool) -> None:
    event = Event(kind=kind, data=data)

    assert triggers.TRIGGERS["replied"].fits(event, {"reply_class": "not_now"}) == fits


def test_correction_is_no_second_reply() -> None:
    assert not triggers.TRIGGERS["replied"].fits(Event(kind=kinds.MESSAGE_CLASSED, data={"class": "not_now"}), {})


@pytest.mark.usefixtures("inside")
def test_branch_asks_what_the_reply_means() -> None:
    [message] = enrolled(a_sequence(), [a_person()])
    MessageEvent.objects.create(
        message=message, kind=MessageEventKind.REPLIED, occurred_at=NOON + timedelta(days=1), reply_class="interested"
    )
    asks = {
        name: SequenceStep(kind=StepKind.BRANCH, settings={"when": "class", "reply_class": name})
        for name in ("interested", "not_now")
    }

    met = {name: len(conditions.met(step, [message.enrolment])) for name, step in asks.items() if message.enrolment}
    assert met == {"interested": 1, "not_now": 0}


def test_machines_answer_that_a_person_wrote_is_a_reply() -> None:
    event = Event(kind=kinds.MESSAGE_CLASSED, data={"class": "", "became": "reply"})

    assert triggers.TRIGGERS["replied"].fits(event, {})
