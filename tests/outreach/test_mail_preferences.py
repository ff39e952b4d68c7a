"""What people want to get: topics, how often, pauses; and why a mail came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.choices import EnrolmentState, ExclusionReason, Frequency, MessageState
from outreach.models import Enrolment, OutboundMessage, SandboxMessage, Topic
from outreach.services import (
    contact_rules,
    gate,
    gate_words,
    ledger,
    mail_preferences,
    sending,
    tokens,
    topics,
    why,
)
from outreach.services.gate import Intent
from outreach.services.gate_words import Contact, Wall
from outreach.services.mail_preferences import NotAPause, Wanted
from talent.models import Candidate, ContactBan
from talent.services import segments
from tests.factories.outreach import NOON, a_person, a_sequence, a_single, enrolled
from tests.ground import shared

TODAY = NOON.date()


def a_topic() -> Topic:
    return topics.in_use()[0]


def want(candidate: Candidate, now: datetime = NOON, **values: object) -> list[str]:
    wanted = replace(mail_preferences.of(candidate), **values)
    return mail_preferences.put(candidate=candidate, wanted=wanted, by=SYSTEM, now=now, today=now.date())


def test_mail_about_a_topic_that_is_off_never_goes(tenant: Tenant) -> None:
    with open_tenant(tenant):
        maya, topic = a_person(), a_topic()
        [message] = enrolled(a_sequence(topic=topic), [maya])
        want(maya, off=frozenset({topic.pk}))

        ledger.reserve(tenant=tenant, now=NOON)

        message.refresh_from_db()
        assert (message.state, message.excluded_reason) == (MessageState.EXCLUDED, ExclusionReason.TOPIC_OFF)
        assert Enrolment.objects.get().state == EnrolmentState.STOPPED


def test_other_topics_and_answers_still_go(inside: UUID) -> None:
    maya, (first, second, _) = a_person(), topics.in_use()
    want(maya, off=frozenset({first.pk}))
    intents = [Intent("a", broadcast_id=maya.pk, topic_id=second.pk), Intent("b", is_proactive=False)]

    found = [gate.verdicts(candidate_ids=[maya.pk], intent=one, now=NOON)[maya.pk].may for one in intents]

    assert found == [True, True]


@given(st.sampled_from([7, 30, 90]), st.lists(st.integers(1, 2000), max_size=20))
def test_nobody_hears_more_often_than_they_asked(days: int, hours: list[int]) -> None:
    sent = [NOON]
    for pause in hours:
        now = sent[-1] + timedelta(hours=pause)
        found = gate_words.rarely([Contact(at) for at in sent], days, Wall(UTC), now)
        sent.append(found.retry_at if found and found.retry_at else now)

    assert all(b - a >= timedelta(days=days) for a, b in pairwise(sent))


def test_rarely_puts_off_and_a_change_of_mind_takes_it_back(tenant: Tenant, run_readers: Callable[[], int]) -> None:
    with open_tenant(tenant):
        maya = a_person()
        earlier = a_single(maya, proactive=True, now=NOON - timedelta(days=20))
        OutboundMessage.objects.filter(pk=earlier.pk).update(
            state=MessageState.ACCEPTED, handed_over_at=NOON - timedelta(days=20)
        )
        want(maya, days=Frequency.MONTHLY)
        [message] = enrolled(a_sequence(), [maya])
        ledger.reserve(tenant=tenant, now=NOON)
        message.refresh_from_db()
        held = (message.put_off_reason, message.due_at)

        want(maya, days=Frequency.ANY)
        run_readers()

        message.refresh_from_db()
        assert held == (ExclusionReason.TOO_OFTEN, NOON + timedelta(days=10))
        assert (message.put_off_reason, message.due_at) == ("", NOON)


def test_pause_must_end_in_the_future(inside: UUID) -> None:
    maya = a_person()

    with pytest.raises(NotAPause):
        want(maya, paused_until=TODAY)

    assert want(maya, paused_until=TODAY + timedelta(days=30)) == ["paused_until"]
    assert want(maya, paused_until=TODAY + timedelta(days=30)) == []


@shared
def sent(tenant: Tenant) -> OutboundMessage:
    """A mail of a sequence about a topic, to somebody who came in by a segment."""
    with open_tenant(tenant):
        maya = a_person()
        segment = segments.create(name="Cloud people", rule={"all": []}, by=SYSTEM, now=timezone.now())
        enrolled(a_sequence(topic=a_topic(), name="Spring hello"), [maya], timezone.now())
        Enrolment.objects.update(segment=segment)
    sending.send_due(tenant=tenant)
    with open_tenant(tenant):
        return OutboundMessage.objects.get()


def page_of(message: OutboundMessage) -> str:
    return "/w/" + tokens.make("why", tenant_id=message.tenant_id, row_id=message.pk) + "/"


def test_every_mail_by_plan_leads_to_its_reason(sent: OutboundMessage, tenant: Tenant) -> None:
    with open_tenant(tenant):
        raw = bytes(SandboxMessage.objects.get().raw).decode().replace("=\r\n", "")

    assert page_of(sent) in raw
    assert f'{page_of(sent)}">Why you get this' in sent.html


def test_answer_names_who_what_since_when_and_whence(sent: OutboundMessage, client: Client) -> None:
    page = client.get(page_of(sent)).content.decode()

    for said in ("Spring hello", "Cloud people", "Jobs that fit", "one of a series of mails", "m…@example.com"):
        assert said in page
    assert "maya.lindqvist@" not in page


def test_workspace_may_keep_its_names_to_itself(sent: OutboundMessage, client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        contact_rules.change(values={"tells_names": False}, by=SYSTEM)

    page = client.get(page_of(sent)).content.decode()

    assert ("Spring hello" in page, "Cloud people" in page, "legitimate interest" in page) == (False, False, True)


def test_page_changes_nothing_by_get_and_everything_by_post(
    sent: OutboundMessage, client: Client, tenant: Tenant
) -> None:
    client.get(page_of(sent))
    with open_tenant(tenant):
        before = mail_preferences.of(Candidate.objects.get())
        keep = [str(one.pk) for one in topics.in_use()[1:]]

    done = client.post(page_of(sent), {"topics": keep, "days": "30", "pause": "91"})

    with open_tenant(tenant):
        after = mail_preferences.of(Candidate.objects.get())
        off = [Topic.objects.get(pk=key).name for key in after.off]
    assert (before, done.status_code, off, after.days) == (Wanted(), 200, ["Jobs that fit"], 30)
    assert after.paused_until is not None


def test_topic_out_of_use_stays_off(sent: OutboundMessage, client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        maya, topic = Candidate.objects.get(), a_topic()
        want(maya, timezone.now(), off=frozenset({topic.pk}))
        topics.save(values={"is_archived": True}, by=SYSTEM, topic=topic)
        keep = [str(one.pk) for one in topics.in_use()]

    client.post(page_of(sent), {"topics": keep, "days": "30", "pause": ""})

    with open_tenant(tenant):
        assert mail_preferences.of(maya).off == {topic.pk}


@pytest.mark.parametrize("kind", ["open", "unsubscribe"])
def test_token_of_another_purpose_opens_nothing(sent: OutboundMessage, client: Client, kind: tokens.Kind) -> None:
    token = tokens.make(kind, tenant_id=sent.tenant_id, row_id=sent.pk)

    assert client.get(f"/w/{token}/").status_code == 404


def test_one_press_on_the_page_stops_everything_at_all_addresses(
    sent: OutboundMessage, client: Client, tenant: Tenant
) -> None:
    token = tokens.make("unsubscribe", tenant_id=sent.tenant_id, row_id=sent.pk)
    button = f'action="{tokens.url("unsubscribe", tenant_id=sent.tenant_id, row_id=sent.pk)}"'
    before = client.get(page_of(sent)).content.decode()

    client.post(f"/u/{token}/", {"what": "everything"})

    assert button in before
    assert 'name="what" value="everything"' in before
    assert "You told us to stop" in client.get(page_of(sent)).content.decode()
    with open_tenant(tenant):
        assert ContactBan.objects.count() == 1


def test_colleague_notes_it_and_the_api_reads_it(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        maya, topic = a_person(), a_topic()
    root = f"/o/acme/candidates/{maya.pk}/"

    recruiter_client.post(f"{root}mail-preferences/", {"topics": [str(topic.pk)], "days": "7", "pause": ""})
    said = recruiter_client.get(f"/o/acme/api/v1/candidates/{maya.pk}/mail-preferences/").json()
    page = recruiter_client.get(root).content.decode()

    assert (said["days"], len(said["topics_off"]), said["paused_until"]) == (7, 2, None)
    assert "At most once a week" in page


def test_api_keeps_topics_and_wishes(owner_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        maya = a_person()
    made = owner_client.post("/o/acme/api/v1/topics/", {"name": "Talks"}, content_type="application/json").json()
    root = f"/o/acme/api/v1/candidates/{maya.pk}/mail-preferences/"
    words = {"topics_off": [made["id"]], "days": 30, "paused_until": None}

    kept = owner_client.put(root, words, content_type="application/json").json()
    wrong = owner_client.put(root, words | {"paused_until": "2020-01-01"}, content_type="application/json")

    assert (kept, wrong.status_code) == (words, 400)


def test_answer_about_a_single_mail(inside: UUID, tenant: Tenant) -> None:
    message = a_single(a_person())

    found = why.answer(why.message_of(message.pk) or message, tenant, NOON)

    assert (found.kind, found.name, found.topic) == ("a single mail, written to you", "", None)
