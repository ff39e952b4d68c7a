"""The pages of the hub: inbox, conversation, tray, settings, messages."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from inbox.models import Message, Thread
from outreach.models import OutboundMessage
from talent.models import Candidate, ContactPoint, ContactPreference
from talent.services import off_limits
from tests.factories.inbox import a_mail, a_sent_message, deliver
from tests.factories.talent import a_candidate
from tests.ground import shared


@shared
def thread(tenant: Tenant) -> Thread:
    """A conversation that waits for an answer."""
    with open_tenant(tenant):
        deliver(tenant, a_mail(In_Reply_To=a_sent_message().message_id))
        return Thread.objects.select_related("candidate").get()


@shared
def stray(tenant: Tenant) -> Message:
    """A mail of an unknown sender."""
    with open_tenant(tenant):
        deliver(tenant, a_mail("I saw your page.", sender="Amara Okafor <amara@example.net>", subject="Hello"))
        return Message.objects.get()


def _people(tenant: Tenant, count: int) -> None:
    with open_tenant(tenant):
        for n in range(count):
            sent = a_sent_message(a_candidate(f"Person {n}", f"p{n}@example.com"))
            deliver(tenant, a_mail(f"Answer {n}", uid=f"u{n}", sender=f"p{n}@example.com", In_Reply_To=sent.message_id))


@pytest.mark.parametrize("rows", [1, 3])
def test_inbox_lists_with_the_same_queries(
    tenant: Tenant, recruiter_client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _people(tenant, rows)
    recruiter_client.get("/o/acme/inbox/")

    with django_assert_num_queries(10):
        page = recruiter_client.get("/o/acme/inbox/")

    assert page.content.count(b"data-row>") + page.content.count(b'data-row class="is-unread"') == rows


def test_inbox_shows_the_beginning_of_the_latest_answer(thread: Thread, recruiter_client: Client) -> None:
    assert b"Yes, let us talk." in recruiter_client.get("/o/acme/inbox/").content


def test_conversation_shows_both_sides(thread: Thread, recruiter_client: Client) -> None:
    page = recruiter_client.get(f"/o/acme/inbox/{thread.pk}/").content.decode()

    assert page.index("Hello Zoë") < page.index("Yes, let us talk.", page.index('id="conversation"'))


@pytest.mark.parametrize("target", ["conversation", "div#conversation"])
def test_conversation_is_shown_anew_without_its_page(thread: Thread, recruiter_client: Client, target: str) -> None:
    asked = {"HX-Request": "true", "HX-Target": target}

    part = recruiter_client.get(f"/o/acme/inbox/{thread.pk}/", headers=asked).content.decode()

    assert part.lstrip().startswith('<div id="conversation"')
    assert "</html>" not in part


def test_reply_is_planned_in_the_ledger_and_threads(tenant: Tenant, thread: Thread, recruiter_client: Client) -> None:
    answer = recruiter_client.post(f"/o/acme/inbox/{thread.pk}/reply/", {"request_id": uuid4(), "text": "Tuesday?"})

    with open_tenant(tenant):
        planned = OutboundMessage.objects.get(state="planned")
        came = Message.objects.get()
        thread.refresh_from_db()
    assert (answer.status_code, planned.subject, planned.text) == (302, "Re: A role in Stockholm", "Tuesday?")
    assert (planned.references, planned.in_reply_to) == ([thread.root, came.message_id], came.message_id)
    assert thread.needs_reply_since is None


def test_reply_twice_with_one_form_is_one_message(tenant: Tenant, thread: Thread, recruiter_client: Client) -> None:
    form = {"request_id": uuid4(), "text": "Tuesday?"}

    codes = [recruiter_client.post(f"/o/acme/inbox/{thread.pk}/reply/", form).status_code for _ in range(2)]

    with open_tenant(tenant):
        assert (codes, OutboundMessage.objects.filter(state="planned").count()) == ([302, 422], 1)


def test_reply_to_somebody_who_asked_to_stop_is_refused(tenant: Tenant, recruiter_client: Client) -> None:
    with open_tenant(tenant):
        deliver(tenant, a_mail("Please stop writing to me.", In_Reply_To=a_sent_message().message_id))
        thread = Thread.objects.get()

    page = recruiter_client.post(f"/o/acme/inbox/{thread.pk}/reply/", {"request_id": uuid4(), "text": "But why?"})

    assert (page.status_code, b"Asked to stop on" in page.content, b"But why?" in page.content) == (422, True, True)


def test_cancelled_reply_is_not_sent_and_waits_again(tenant: Tenant, thread: Thread, recruiter_client: Client) -> None:
    recruiter_client.post(f"/o/acme/inbox/{thread.pk}/reply/", {"request_id": uuid4(), "text": "Tuesday?"})
    with open_tenant(tenant):
        planned = OutboundMessage.objects.get(state="planned")

    recruiter_client.post(f"/o/acme/inbox/outgoing/{planned.pk}/cancel/")

    with open_tenant(tenant):
        planned.refresh_from_db()
        thread.refresh_from_db()
    assert (planned.state, thread.needs_reply_since is not None) == ("excluded", True)


def test_done_goes_on_to_the_next(tenant: Tenant, recruiter_client: Client) -> None:
    _people(tenant, 2)
    with open_tenant(tenant):
        first, second = Thread.objects.needing_reply().newest_reply_first()

    answer = recruiter_client.post(f"/o/acme/inbox/{first.pk}/done/")

    assert answer["Location"] == f"/o/acme/inbox/{second.pk}/"


def test_undo_of_done_brings_it_back(tenant: Tenant, thread: Thread, recruiter_client: Client) -> None:
    recruiter_client.post(f"/o/acme/inbox/{thread.pk}/done/")

    answer = recruiter_client.post(f"/o/acme/inbox/{thread.pk}/reopen/", headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == f"/o/acme/inbox/{thread.pk}/"
    with open_tenant(tenant):
        assert Thread.objects.needing_reply().count() == 1


@pytest.mark.parametrize("path", ["inbox/", "inbox/tray/", "sandbox/", "settings/inbound-mail/"])
def test_empty_pages_say_what_lives_there(owner_client: Client, path: str) -> None:
    assert owner_client.get(f"/o/acme/{path}").status_code == 200


def test_viewer_does_not_open_the_inbox(viewer: object, thread: Thread) -> None:
    client = Client()
    client.force_login(viewer.user)  # type: ignore[attr-defined]

    assert client.get(f"/o/acme/inbox/{thread.pk}/").status_code == 403


def test_new_mail_to_a_person_is_planned(tenant: Tenant, recruiter_client: Client) -> None:
    with open_tenant(tenant):
        person = a_candidate()

    form = {"request_id": uuid4(), "subject": "Hello", "text": "See https://example.com/jobs"}
    answer = recruiter_client.post(f"/o/acme/candidates/{person.pk}/write/", form)

    with open_tenant(tenant):
        planned = OutboundMessage.objects.get()
    assert (answer.status_code, planned.subject, planned.is_proactive) == (302, "Hello", True)
    assert '<a href="https://example.com/jobs">' in planned.html


@pytest.mark.parametrize(
    ("state", "told", "way_on"),
    [
        ("paused", "Outreach to them is paused", "Change or end the pause"),
        ("no address", "No e-mail address", "Add an address that works"),
    ],
)
def test_whoever_cannot_be_written_to_is_said_before(
    tenant: Tenant, recruiter_client: Client, state: str, told: str, way_on: str
) -> None:
    with open_tenant(tenant):
        person = a_candidate()
        if state == "paused":
            ContactPreference.objects.create(candidate=person, paused_until=timezone.localdate() + timedelta(days=9))
        else:
            ContactPoint.objects.all().delete()

    url = f"/o/acme/candidates/{person.pk}/write/"
    page = recruiter_client.get(url).content.decode()
    refused = recruiter_client.post(url, {"request_id": uuid4(), "subject": "Hello", "text": "My long letter"})

    assert ("It cannot be sent" in page, told in page, way_on in page) == (True, True, True)
    assert (refused.status_code, "My long letter" in refused.content.decode()) == (422, True)


def test_first_mail_while_all_sending_is_stopped_says_that_it_waits(tenant: Tenant, recruiter_client: Client) -> None:
    with open_tenant(tenant):
        person = a_candidate()
        Tenant.objects.filter(pk=tenant.pk).update(sending_stopped=True)

    url, form = f"/o/acme/candidates/{person.pk}/write/", {"request_id": uuid4(), "subject": "Hello", "text": "Hello"}
    page = recruiter_client.get(url).content.decode()
    sent = recruiter_client.post(url, form, follow=True).content.decode()

    assert ("Send when it may go" in page, "It waits. All sending is stopped" in sent) == (True, True)


# --- the tray


def test_tray_offers_people_who_match(tenant: Tenant, stray: Message, recruiter_client: Client) -> None:
    with open_tenant(tenant):
        person = a_candidate("Amara Okafor", "amara@example.com")

    page = recruiter_client.get(f"/o/acme/inbox/tray/{stray.pk}/")

    assert str(person.pk).encode() in page.content


def test_tray_assigns_to_a_person_who_then_has_the_address(
    tenant: Tenant, stray: Message, recruiter_client: Client
) -> None:
    with open_tenant(tenant):
        person = a_candidate("Amara Okafor", "amara@example.com")

    form = {"candidate": person.pk, "remember_address": "on"}
    recruiter_client.post(f"/o/acme/inbox/tray/{stray.pk}/assign/", form)

    with open_tenant(tenant):
        stray.refresh_from_db()
        known = ContactPoint.objects.filter(normal="amara@example.net", candidate=person).exists()
        waits = Thread.objects.needing_reply().filter(candidate=person).exists()
    assert (stray.candidate_id, stray.matched_by, known, waits) == (person.pk, "hand", True, True)


def test_tray_makes_the_sender_a_person(tenant: Tenant, stray: Message, recruiter_client: Client) -> None:
    recruiter_client.post(f"/o/acme/inbox/tray/{stray.pk}/new-person/", {"name": "Amara Okafor"})

    with open_tenant(tenant):
        person = Candidate.objects.get()
        assert (person.name, person.messages.count(), person.last_replied_at is not None) == ("Amara Okafor", 1, True)


def test_tray_dismisses_and_puts_back(tenant: Tenant, stray: Message, recruiter_client: Client) -> None:
    counts = []
    for act in ("dismiss", "put-back"):
        recruiter_client.post(f"/o/acme/inbox/tray/{stray.pk}/{act}/")
        with open_tenant(tenant):
            counts.append(Message.objects.in_tray().count())

    assert counts == [0, 1]


def test_tray_refuses_a_person_of_another_tenant(
    tenant: Tenant, stray: Message, outsider: object, recruiter_client: Client
) -> None:
    with open_tenant(outsider.tenant):  # type: ignore[attr-defined]
        stranger = a_candidate()

    page = recruiter_client.post(f"/o/acme/inbox/tray/{stray.pk}/assign/", {"candidate": stranger.pk})

    assert (page.status_code, b"This person is no longer here." in page.content) == (422, True)


# --- one message

HTML = (
    b"From: zoe@example.com\r\nSubject: pictures\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n'
    b'<p onclick="x()">Hi <img src="cid:logo@x"><img src="https://tracker.test/p.gif"><script>alert(1)</script></p>\r\n'
    b"--b\r\nContent-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Disposition: inline; filename=logo.png\r\n\r\n"
    b"\x89PNG...\r\n--b--\r\n"
)


def test_body_runs_and_loads_nothing(tenant: Tenant, recruiter_client: Client) -> None:
    with open_tenant(tenant):
        deliver(tenant, HTML)
        message = Message.objects.get()

    page = recruiter_client.get(f"/o/acme/received-messages/{message.pk}/body/")

    body = page.content.decode()
    assert [word in body for word in ("script", "onclick", "tracker.test", "cid:")] == [False] * 4
    assert 'src="data:image/png;base64,' in body
    assert page["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert (page["X-Frame-Options"], page["Cache-Control"]) == ("SAMEORIGIN", "private, no-store")


def test_attachment_and_bytes_are_downloads(tenant: Tenant, recruiter_client: Client) -> None:
    with open_tenant(tenant):
        deliver(tenant, HTML)
        message = Message.objects.get()
        file = message.attachments.get()

    answers = [
        recruiter_client.get(f"/o/acme/received-messages/{message.pk}/{path}") for path in (f"files/{file.pk}/", "raw/")
    ]

    assert [a["Content-Disposition"] for a in answers] == [
        'attachment; filename="logo.png"',
        'attachment; filename="mail.eml"',
    ]
    assert b"".join(answers[1].streaming_content) == HTML


def test_settings_show_the_secret_once(owner_client: Client) -> None:
    made = owner_client.post("/o/acme/settings/inbound-mail/").content
    again = owner_client.get("/o/acme/settings/inbound-mail/").content

    assert (made.count(b'value="inb_'), again.count(b'value="inb_')) == (1, 0)


def test_answer_where_they_wrote_first_goes_with_a_warning(tenant: Tenant, recruiter_client: Client) -> None:
    with open_tenant(tenant):
        person = a_candidate(email="zoe@example.com")
        Candidate.objects.filter(pk=person.pk).update(current_company="Nordlicht")
        off_limits.add(kind="company", value="Nordlicht", reason="Client.", until=None, by=SYSTEM, now=timezone.now())
        deliver(tenant, a_mail("Are you hiring?", sender="zoe@example.com", subject="Hello"))
        theirs = Thread.objects.get()
        deliver(tenant, a_mail(uid="2", sender="zoe@example.com", In_Reply_To=a_sent_message(person).message_id))
        ours = Thread.objects.exclude(pk=theirs.pk).get()
    said = {"request_id": uuid4(), "text": "Yes."}

    shown = [recruiter_client.get(f"/o/acme/inbox/{one.pk}/").content.decode() for one in (theirs, ours)]
    codes = [recruiter_client.post(f"/o/acme/inbox/{one.pk}/reply/", said).status_code for one in (theirs, ours)]

    assert ["They wrote first" in page for page in shown] == [True, False]
    assert "Nordlicht is off limits: Client." in shown[1]
    assert codes == [302, 422]
