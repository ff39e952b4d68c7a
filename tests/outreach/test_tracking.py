"""Whose opens and clicks are counted, and on which domain the links lie."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from crm.actors import SYSTEM, Actor
from crm.models import AuditEntry, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.forms.tracking import TrackingForm
from outreach.models import MessageEvent, OutboundMessage, TrackedLink, TrackingPolicy
from outreach.services import evidence, sending, tokens, tracking
from talent.models import Candidate
from tests.factories.outreach import a_person, a_sequence, enrolled


def off_for_all(person: Candidate) -> None:
    tracking.change(is_on=False, countries_off=[], domain="", by=SYSTEM)


def off_in_their_country(person: Candidate) -> None:
    tracking.change(is_on=True, countries_off=["FR", "DE"], domain="", by=SYSTEM)


def off_for_them(person: Candidate) -> None:
    tracking.count(candidate=person, is_on=False, by=SYSTEM)


OFF = [off_for_all, off_in_their_country, off_for_them]


@pytest.mark.usefixtures("inside")
def test_own_word_is_no_colleagues_to_take_back() -> None:
    person = a_person()
    own = Actor("candidate", person.pk, person.name)
    tracking.count(candidate=person, is_on=False, by=own)

    tracking.count(candidate=person, is_on=True, by=SYSTEM)
    assert not tracking.is_counted(person)

    tracking.count(candidate=person, is_on=True, by=own)
    assert tracking.is_counted(person)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["tracking.person_off", "tracking.person_on"]


def test_candidate_switches_it_off_by_the_link_of_a_mail(tenant: Tenant, client: Client) -> None:
    """Also for a mail that they have already."""
    with open_tenant(tenant):
        message = sent_to(a_person(), tenant)
    token = tokens.make("why", tenant_id=tenant.pk, row_id=message.pk)

    looked = client.get(f"/w/{token}/counting/")
    pressed = client.post(f"/w/{token}/counting/", {"count": "off"})

    assert (looked.status_code, pressed.status_code) == (405, 302)
    assert b"We do not note" in client.get(f"/w/{token}/").content
    with open_tenant(tenant):
        evidence.record_opened(message_id=message.pk, now=timezone.now())
        assert not MessageEvent.objects.filter(kind="opened").exists()


def a_german() -> Candidate:
    person = a_person()
    person.country = "DE"
    person.save()
    return person


def sent_to(person: Candidate, tenant: Tenant) -> OutboundMessage:
    [message] = enrolled(a_sequence(body="Read https://blog.example.com/a"), [person], timezone.now())
    sending.send_due(tenant=tenant)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("switch_off", OFF)
@pytest.mark.usefixtures("inside")
def test_mail_of_the_uncounted_has_plain_links_and_no_picture(
    tenant: Tenant, switch_off: Callable[[Candidate], None]
) -> None:
    person = a_german()
    switch_off(person)

    message = sent_to(person, tenant)

    assert ("/t/" in message.html, 'href="https://blog.example.com/a"' in message.html) == (False, True)


@pytest.mark.parametrize("switch_off", OFF)
def test_hits_on_earlier_mails_are_not_kept_and_links_still_lead_there(
    tenant: Tenant, switch_off: Callable[[Candidate], None]
) -> None:
    with open_tenant(tenant):
        message = sent_to(a_german(), tenant)
        switch_off(message.candidate)
        link = TrackedLink.objects.get()

    answer = Client().get("/" + tokens.url("click", tenant_id=tenant.pk, row_id=link.pk).split("/", 3)[3])

    with open_tenant(tenant):
        assert MessageEvent.objects.filter(kind="clicked").count() == 0
    assert answer["Location"] == "https://blog.example.com/a"


@pytest.mark.usefixtures("inside")
def test_others_are_counted_as_before(tenant: Tenant) -> None:
    off_in_their_country(a_person("Somebody Else"))

    message = sent_to(a_person(), tenant)
    evidence.record_opened(message_id=message.pk, now=timezone.now(), by="human")

    assert MessageEvent.objects.filter(kind="opened").count() == 1


@pytest.mark.parametrize(("is_seen", "begins"), [(True, "https://links.acme.test/t/"), (False, "/t/")])
@pytest.mark.usefixtures("inside")
def test_links_lie_on_the_own_domain_once_it_leads_here(tenant: Tenant, is_seen: bool, begins: str) -> None:
    rules = tracking.change(is_on=True, countries_off=[], domain="links.acme.test", by=SYSTEM)
    TrackingPolicy.objects.filter(pk=rules.pk).update(domain_seen_at=timezone.now() if is_seen else None)

    html = sent_to(a_person(), tenant).html

    base = "" if is_seen else settings.BASE_URL
    assert html.count(f'"{base}{begins}') == 2


def test_only_links_may_be_called_on_another_host(db: None) -> None:
    asked = {
        path: Client().get(path, headers={"host": "links.acme.test"}).status_code for path in ("/t/o/x.gif", "/u/x/")
    }

    assert asked == {"/t/o/x.gif": 200, "/u/x/": 400}


def test_domain_that_does_not_answer_is_not_used(inside: Tenant) -> None:
    rules = tracking.change(is_on=True, countries_off=[], domain="links.acme.invalid", by=SYSTEM)

    problem = tracking.look_at_domain(rules=rules, now=timezone.now())

    assert (bool(problem), rules.domain_seen_at) == (True, None)


@pytest.mark.parametrize(
    ("entered", "codes"),
    [("Germany\nfr\n", ["DE", "FR"]), ("", []), ("Atlantis", None)],
)
def test_countries_are_entered_by_name_or_letters(entered: str, codes: list[str] | None) -> None:
    form = TrackingForm({"is_on": "on", "countries_off": entered, "domain": ""})

    assert (form.cleaned_data["countries_off"] if form.is_valid() else None) == codes


def test_person_can_be_left_out_and_counted_again(recruiter_client: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        person = a_person()
    seen = []
    for verb in ("off", "on"):
        recruiter_client.post(f"/o/acme/candidates/{person.pk}/tracking/{verb}/")
        with open_tenant(tenant):
            seen.append(tracking.is_counted(person))

    assert seen == [False, True]
