"""Templates in several languages, and those that only administrators change."""

from __future__ import annotations

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import MessageTemplate, OutboundMessage, TemplateTranslation
from outreach.services import languages, ledger, message_templates
from outreach.services.languages import NotALanguage
from outreach.services.message_templates import Shelf
from talent.models import Candidate, ContactPreference
from tests.factories.outreach import NOON, a_person, a_sequence, enrolled


def a_template(**shelf: object) -> MessageTemplate:
    """In English, and in German."""
    place = Shelf(language="en", **shelf)
    row = message_templates.save(name="Hello", subject="Hello", body="Are you there?", by=SYSTEM, shelf=place)
    languages.put(template=row, language="de", subject="Hallo", body="Sind Sie da?", by=SYSTEM)
    return row


def a_reader(language: str) -> Candidate:
    person = a_person(f"Reader {language}")
    ContactPreference.objects.create(candidate=person, language=language)
    return person


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(("reads", "subject"), [("de", "Hallo"), ("en", "Hello"), ("fr", "Hello"), ("", "Hello")])
def test_mail_is_in_the_language_of_its_person(tenant: Tenant, reads: str, subject: str) -> None:
    sequence = a_sequence()
    sequence.steps.update(template=a_template())
    enrolled(sequence, [a_reader(reads)])

    [message] = ledger.reserve(tenant=tenant, now=NOON).messages

    assert OutboundMessage.objects.get(pk=message.pk).subject == subject


@pytest.mark.usefixtures("inside")
def test_preview_says_which_language_and_why() -> None:
    template = a_template()

    notes = [languages.for_person(template, a_reader(code)).note for code in ("de", "fr", "en")]

    assert [note.split(" ", 2)[2] for note in notes if note] == [
        "reads German: these are the template's words in it.",
        "reads French. The template has no words in it, so they get those in English.",
    ]
    assert notes[2] == ""


@pytest.mark.usefixtures("inside")
def test_template_has_its_own_language_once() -> None:
    with pytest.raises(NotALanguage):
        languages.put(template=a_template(), language="en", subject="Hi", body="Hi", by=SYSTEM)


@pytest.mark.usefixtures("inside")
def test_copy_has_all_words_and_no_lock() -> None:
    first = message_templates.copy(template=a_template(is_locked=True), by=SYSTEM, author=None)
    second = message_templates.copy(template=first, by=SYSTEM, author=None)

    assert (first.name, second.name, second.is_locked) == ("Hello (copy)", "Hello (copy) (copy)", False)
    assert TemplateTranslation.objects.get(template=second).subject == "Hallo"


def test_company_template_is_changed_by_administrators_only(
    tenant: Tenant, owner_client: Client, recruiter_client: Client
) -> None:
    with open_tenant(tenant):
        template = a_template(is_locked=True)
    page, said = f"/o/acme/templates/{template.pk}/edit/", {"name": "Hello", "subject": "Hi", "body": "Hi"}
    api = f"/o/acme/api/v1/templates/{template.pk}/"

    assert recruiter_client.get(page).status_code == 200
    assert recruiter_client.post(page, said).status_code == 403
    assert recruiter_client.put(api, said, content_type="application/json").status_code == 403
    assert recruiter_client.post(f"{api}copy/").status_code == 201
    assert owner_client.post(page, {**said, "is_locked": "on"}).status_code == 302


def test_words_in_a_language_are_written_on_their_page(tenant: Tenant, owner_client: Client) -> None:
    with open_tenant(tenant):
        template = a_template()
    page, api = f"/o/acme/templates/{template.pk}/", f"/o/acme/api/v1/templates/{template.pk}/translations/"

    said = {"language": "fr", "subject": "Bonjour", "body": "Etes-vous la ?"}
    assert owner_client.post(f"{page}languages/new/", said).status_code == 302
    refused = owner_client.post(api, {**said, "language": "xx"}, content_type="application/json")
    rows = owner_client.get(api).json()
    assert owner_client.get(f"/o/acme/translations/{rows[1]['id']}/edit/").status_code == 200
    assert (refused.status_code, [row["language"] for row in rows]) == (400, ["de", "fr"])
