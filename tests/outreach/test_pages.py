"""The pages of outreach, walked as a recruiter and as an owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.permissions import Role
from crm.tenancy.context import tenant as open_tenant
from outreach.models import Enrolment, Mailbox, MessageTemplate, OutboundMessage, Sequence, SequenceStep
from outreach.services import mailbox_secrets, sending, sequences
from talent.choices import BanReason
from talent.models import Segment, SegmentMembership
from talent.services import contact
from tests.conftest import logged_in
from tests.factories.outreach import a_person, a_sequence, enrolled, people
from tests.factories.people import a_member
from tests.ground import shared

HOST = {
    "name": "Recruiting",
    "from_address": "ines@acme.example.com",
    "from_name": "Ines",
    "reply_domain": "",
    "username": "",
    "password": "",
}


@shared
def sequence(tenant: Tenant) -> Sequence:
    """An active sequence of two mails; one person had the first."""
    with open_tenant(tenant):
        made = a_sequence(waits=[3])
        enrolled(made, [a_person()], timezone.now())
        sending.send_due(tenant=tenant)
    return made


def rows(tenant: Tenant, model: type[Any]) -> list[Any]:
    with open_tenant(tenant):
        return list(model.objects.all())


@pytest.mark.parametrize(
    "page",
    [
        "templates/",
        "templates/new/",
        "sequences/",
        "sequences/new/",
        "sequences/{sequence}/",
        "sequences/{sequence}/edit/",
        "sequences/{sequence}/enrol/",
        "sequences/{sequence}/people/",
        "sequences/{sequence}/people/?state=active",
        "sequences/{sequence}/results/",
        "steps/{mail}/edit/",
        "steps/{wait}/edit/",
        "messages/",
        "messages/?sequence={sequence}&state=accepted",
        "messages/{message}/",
    ],
)
def test_page_opens(recruiter_client: Client, tenant: Tenant, sequence: Sequence, page: str) -> None:
    with open_tenant(tenant):
        path = page.format(
            sequence=sequence.pk,
            mail=sequence.steps.get(position=0).pk,
            wait=sequence.steps.get(position=1).pk,
            message=OutboundMessage.objects.exclude(handed_over_at=None).get().pk,
        )

    assert recruiter_client.get(f"/o/acme/{path}").status_code == 200


def test_settings_open_for_those_who_manage(owner_client: Client) -> None:
    assert owner_client.get("/o/acme/settings/sending/").status_code == 200


def test_settings_are_closed_to_recruiters(recruiter_client: Client) -> None:
    assert recruiter_client.get("/o/acme/settings/sending/").status_code == 403


def test_template_is_made(recruiter_client: Client, tenant: Tenant) -> None:
    recruiter_client.post("/o/acme/templates/new/", {"name": "First", "subject": "Hi", "body": "Hello"})

    assert [t.name for t in rows(tenant, MessageTemplate)] == ["First"]


def test_template_is_no_way_for_who_may_not_edit_it(recruiter_client: Client, tenant: Tenant) -> None:
    recruiter_client.post("/o/acme/templates/new/", {"name": "First", "subject": "Hi", "body": "Hello"})
    manager = logged_in(a_member(tenant, Role.HIRING_MANAGER))

    pages = [client.get("/o/acme/templates/").content.decode() for client in (recruiter_client, manager)]

    assert [("First" in page, "/edit/" in page) for page in pages] == [(True, True), (True, False)]


def test_second_template_of_a_name_is_refused_and_nothing_is_lost(recruiter_client: Client, tenant: Tenant) -> None:
    words = {"name": "First", "subject": "Hi", "body": "Hello"}
    recruiter_client.post("/o/acme/templates/new/", words)

    response = recruiter_client.post("/o/acme/templates/new/", {**words, "body": "Other words"})

    assert response.status_code == 422
    assert b"Other words" in response.content


def test_preview_shows_problems_and_the_person(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        a_person("Zoë Ångström")

    response = recruiter_client.post(
        "/o/acme/templates/preview/", {"subject": "Hi", "body": "Dear {{ name }}"}, headers={"HX-Request": "true"}
    )

    assert "full name may be missing" in response.text
    assert "Dear Zoë Ångström" in response.text


def test_sequence_is_written_and_started(recruiter_client: Client, tenant: Tenant) -> None:
    recruiter_client.post("/o/acme/sequences/new/", {"name": "Engineers"})
    [sequence], [step] = rows(tenant, Sequence), rows(tenant, SequenceStep)

    refused = recruiter_client.post(f"/o/acme/sequences/{sequence.pk}/activate/", follow=True)
    recruiter_client.post(f"/o/acme/steps/{step.pk}/edit/", {"subject": "Hi", "body": "Hello", "template": ""})
    recruiter_client.post(f"/o/acme/sequences/{sequence.pk}/activate/")

    assert "There is no subject." in refused.text
    assert rows(tenant, Sequence)[0].status == "active"


def test_words_beside_a_template_are_refused_and_kept(recruiter_client: Client, tenant: Tenant) -> None:
    recruiter_client.post("/o/acme/sequences/new/", {"name": "First contact"})
    recruiter_client.post("/o/acme/templates/new/", {"name": "Hello", "subject": "Hi", "body": "Hello"})
    (step,), (template,) = rows(tenant, SequenceStep), rows(tenant, MessageTemplate)
    path, said = f"/o/acme/steps/{step.pk}/edit/", {"subject": "Mine", "body": "", "template": str(template.pk)}

    refused = recruiter_client.post(path, said)
    taken = recruiter_client.post(path, {**said, "subject": " "})

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert "A template brings its own subject and words" in refused.content.decode()
    assert 'value="Mine"' in refused.content.decode()
    assert rows(tenant, SequenceStep)[0].template_id == template.pk


def test_segment_is_put_in(recruiter_client: Client, tenant: Tenant, sequence: Sequence) -> None:
    with open_tenant(tenant):
        segment = Segment.objects.create(name="All", rule={"all": []})
        for candidate in people(3):
            SegmentMembership.objects.create(
                segment=segment, candidate=candidate, entered_at=timezone.now(), entered_by="rule"
            )

    shown = recruiter_client.get(f"/o/acme/sequences/{sequence.pk}/enrol/?segment={segment.pk}")
    recruiter_client.post(f"/o/acme/sequences/{sequence.pk}/enrol/{segment.pk}/")

    assert "Write to 3 people" in shown.text
    assert len(rows(tenant, Enrolment)) == 4


@pytest.mark.parametrize("verb", ["add/email", "add/wait", "pause"])
def test_verbs_of_a_sequence_answer(recruiter_client: Client, sequence: Sequence, verb: str) -> None:
    assert recruiter_client.post(f"/o/acme/sequences/{sequence.pk}/{verb}/").status_code == 302


@pytest.mark.parametrize("verb", ["remove"])
def test_verbs_of_a_step_answer(recruiter_client: Client, tenant: Tenant, sequence: Sequence, verb: str) -> None:
    with open_tenant(tenant):
        step = sequence.steps.get(position=1)

    assert recruiter_client.post(f"/o/acme/steps/{step.pk}/{verb}/").status_code == 302


def test_person_is_taken_out(recruiter_client: Client, tenant: Tenant, sequence: Sequence) -> None:
    [enrolment] = rows(tenant, Enrolment)

    recruiter_client.post(f"/o/acme/enrolments/{enrolment.pk}/stop/")

    assert rows(tenant, Enrolment)[0].stop_reason == "by_hand"


@pytest.mark.parametrize("verb", ["arrived", "send-again", "give-up"])
def test_settled_message_is_not_settled_again(
    recruiter_client: Client, tenant: Tenant, sequence: Sequence, verb: str
) -> None:
    with open_tenant(tenant):
        message = OutboundMessage.objects.exclude(handed_over_at=None).get()

    response = recruiter_client.post(f"/o/acme/messages/{message.pk}/{verb}/", follow=True)

    assert "This message is settled already." in response.text


def test_going_live_asks_for_a_server_first(owner_client: Client, tenant: Tenant) -> None:
    response = owner_client.post("/o/acme/settings/sending/go-live/", follow=True)

    tenant.refresh_from_db()
    assert "Enter your mail server first." in response.text
    assert tenant.is_in_test_mode


def test_password_is_sealed_and_never_shown(owner_client: Client, tenant: Tenant) -> None:
    secret = {"host": "mail.example.com", "port": "587", "encryption": "starttls", "username": "ines"}

    owner_client.post("/o/acme/mailboxes/new/smtp/", {**HOST, **secret, "password": "correct horse"})

    edited = f"/o/acme/mailboxes/{rows(tenant, Mailbox)[0].pk}/edit/smtp/"
    assert "correct horse" not in owner_client.get(edited).text
    assert rows(tenant, Mailbox)[0].sealed_password.startswith("v1.")


POSTMARK = {"server_token": "correct-horse", "message_stream": "outbound"}


def test_keys_of_a_provider_are_sealed_and_never_shown(owner_client: Client, tenant: Tenant) -> None:
    owner_client.post("/o/acme/mailboxes/new/postmark/", {**HOST, **POSTMARK})

    [mailbox] = rows(tenant, Mailbox)
    assert (mailbox.transport, mailbox.provider, mailbox.options) == ("esp", "postmark", {"message_stream": "outbound"})
    assert "correct-horse" not in mailbox.sealed_secrets
    assert "correct-horse" not in owner_client.get(f"/o/acme/mailboxes/{mailbox.pk}/edit/postmark/").text


def test_keys_of_a_provider_stay_when_none_is_entered(owner_client: Client, tenant: Tenant) -> None:
    owner_client.post("/o/acme/mailboxes/new/postmark/", {**HOST, **POSTMARK})
    [mailbox] = rows(tenant, Mailbox)

    owner_client.post(f"/o/acme/mailboxes/{mailbox.pk}/edit/postmark/", {**HOST, "from_name": "Other"})

    [changed] = rows(tenant, Mailbox)
    secrets = mailbox_secrets.secrets_of(changed)
    assert (changed.from_name, secrets["server_token"]) == ("Other", "correct-horse")
    assert secrets["hook"] == mailbox_secrets.secrets_of(mailbox)["hook"]


def test_provider_does_not_send_for_addresses_of_a_mailbox_maker(owner_client: Client) -> None:
    response = owner_client.post(
        "/o/acme/mailboxes/new/brevo/", {**HOST, "api_key": "k", "from_address": "a@gmail.com"}
    )

    assert (response.status_code, "refused as forged" in response.text) == (422, True)


def test_password_over_an_open_line_is_refused(owner_client: Client) -> None:
    server = {"host": "mail.example.com", "port": "25", "encryption": "none", "username": "ines"}

    response = owner_client.post("/o/acme/mailboxes/new/smtp/", {**HOST, **server, "password": "x"})

    assert response.status_code == 422


def test_outbox_and_ledger_mark_what_is_shown(recruiter_client: Client) -> None:
    late = recruiter_client.get("/o/acme/outbox/?hold=late").content.decode()
    sent = recruiter_client.get("/o/acme/messages/?state=accepted").content.decode()

    assert ('href="?hold=late" aria-current="true"' in late, "Nothing of that kind" in late) == (True, True)
    assert 'href="?state=accepted" aria-current="true"' in sent


def test_planned_mail_leads_to_its_words(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        [row] = enrolled(a_sequence(), [a_person()], timezone.now())
    page = f"/o/acme/messages/{row.pk}/"
    shown = recruiter_client.get(page).content.decode()
    with open_tenant(tenant):
        OutboundMessage.objects.update(due_at=timezone.now() + timedelta(days=60))

    later = recruiter_client.get(page).content.decode()
    assert (f'href="{page}edit/"' in shown, f'href="{page}edit/"' in later) == (True, False)


def test_ledger_says_what_somebody_was_left_out_of(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        maya = a_person()
        contact.ban(candidate=maya, reason=BanReason.MANUAL, evidence="-", by=SYSTEM, now=timezone.now())
        sequences.enrol(sequence=a_sequence(), candidate_ids=[maya.pk], by=SYSTEM, now=timezone.now())
        row = OutboundMessage.objects.select_related("step").get()

    listed = owner_client.get("/o/acme/messages/").content.decode()
    shown = owner_client.get(f"/o/acme/messages/{row.pk}/").content.decode()

    assert (row.enrolment_id, "Engineers" in listed) == (None, True)
    assert f'href="/o/acme/sequences/{row.step.sequence_id}/"' in shown
