"""The addresses in our mails: opens, clicks, unsubscribing (RFC 8058)."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.signing import Signer
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import Enrolment, MessageEvent, OutboundMessage, TrackedLink
from outreach.services import evidence, sending, tokens
from talent.models import ContactBan
from tests.factories.outreach import a_person, a_sequence, enrolled
from tests.ground import shared
from tests.properties import costly

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@shared
def sent(tenant: Tenant) -> OutboundMessage:
    """A mail with a link, in the sandbox."""
    with open_tenant(tenant):
        [message] = enrolled(a_sequence(body="Read https://blog.example.com/a"), [a_person()], timezone.now())
        sending.send_due(tenant=tenant)
    return message


@pytest.fixture
def stranger() -> Client:
    """A mail program: no cookies, and CSRF checked as in production."""
    return Client(enforce_csrf_checks=True)


def path_of(kind: tokens.Kind, message: OutboundMessage) -> str:
    row = TrackedLink.objects.get().pk if kind == "click" else message.pk
    return "/" + tokens.url(kind, tenant_id=message.tenant_id, row_id=row).split("/", 3)[3]


def paths(tenant: Tenant, message: OutboundMessage) -> dict[str, str]:
    with open_tenant(tenant):
        return {kind: path_of(kind, message) for kind in ("open", "click", "unsubscribe")}  # type: ignore[arg-type]


def noted(tenant: Tenant) -> list[str]:
    """What is known of the mail, beside its delivery."""
    with open_tenant(tenant):
        return list(MessageEvent.objects.exclude(kind="delivered").values_list("kind", flat=True))


@pytest.mark.parametrize(("kind", "status", "event"), [("open", 200, "opened"), ("click", 302, "clicked")])
def test_hit_is_noted(
    tenant: Tenant, sent: OutboundMessage, stranger: Client, kind: str, status: int, event: str
) -> None:
    response = stranger.get(paths(tenant, sent)[kind])

    assert (response.status_code, noted(tenant)) == (status, [event])


def whose(tenant: Tenant) -> list[str]:
    with open_tenant(tenant):
        return list(MessageEvent.objects.exclude(kind="delivered").order_by("occurred_at").values_list("by", flat=True))


def sent_long_ago(tenant: Tenant, ago: timedelta = timedelta(hours=1)) -> None:
    """So that a hit is not taken for a scanner's because it is quick."""
    with open_tenant(tenant):
        OutboundMessage.objects.update(handed_over_at=timezone.now() - ago)


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize("kind", ["open", "click"])
def test_head_is_kept_as_a_scanner(tenant: Tenant, sent: OutboundMessage, stranger: Client, kind: str) -> None:
    sent_long_ago(tenant)

    stranger.head(paths(tenant, sent)[kind], headers={"User-Agent": FIREFOX})

    assert whose(tenant) == ["bot"]


@pytest.mark.parametrize(
    ("headers", "by"),
    [
        ({"User-Agent": FIREFOX}, "human"),
        ({"User-Agent": FIREFOX, "Sec-Purpose": "prefetch;prerender"}, "bot"),
        (
            {"User-Agent": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"},
            "proxy",
        ),
        ({"User-Agent": "Mozilla/5.0"}, "proxy"),
        ({"User-Agent": "Barracuda Sentinel (EE)"}, "bot"),
        ({}, "unknown"),
    ],
)
def test_hit_is_classed_and_kept(
    tenant: Tenant, sent: OutboundMessage, stranger: Client, headers: dict[str, str], by: str
) -> None:
    sent_long_ago(tenant)

    stranger.get(paths(tenant, sent)["open"], headers=headers)

    assert whose(tenant) == [by]


def test_two_links_within_a_second_are_a_scanners(tenant: Tenant, sent: OutboundMessage) -> None:
    sent_long_ago(tenant)
    with open_tenant(tenant):
        other = TrackedLink.objects.create(message=sent, target="https://blog.example.com/b")
        now = timezone.now()
        for number, link in enumerate((TrackedLink.objects.exclude(pk=other.pk).get(), other)):
            now += number * timedelta(milliseconds=500)
            evidence.record_clicked(link=link, now=now, by="human", agent=FIREFOX)

    assert whose(tenant) == ["human", "bot"]


def test_head_does_not_unsubscribe(tenant: Tenant, sent: OutboundMessage, stranger: Client) -> None:
    stranger.head(paths(tenant, sent)["unsubscribe"])

    assert noted(tenant) == []


def test_link_leads_where_its_author_meant(tenant: Tenant, sent: OutboundMessage, stranger: Client) -> None:
    assert stranger.get(paths(tenant, sent)["click"])["Location"] == "https://blog.example.com/a"


@pytest.mark.parametrize(("later", "by"), [(evidence.PREFETCH / 2, "bot"), (evidence.PREFETCH * 2, "human")])
def test_quick_hit_counts_as_a_program(tenant: Tenant, sent: OutboundMessage, later: timedelta, by: str) -> None:
    """By the mail's own clock: how quick the machine is that runs this must not decide."""
    with open_tenant(tenant):
        handed_over_at = OutboundMessage.objects.get().handed_over_at
        assert handed_over_at
        evidence.record_opened(message_id=sent.pk, now=handed_over_at + later, by="human", agent=FIREFOX)

    assert whose(tenant) == [by]


def test_get_does_not_unsubscribe(tenant: Tenant, sent: OutboundMessage, stranger: Client) -> None:
    response = stranger.get(paths(tenant, sent)["unsubscribe"])

    assert (response.status_code, noted(tenant)) == (200, [])


@pytest.mark.parametrize("body", [ONE_CLICK, {}])
def test_post_unsubscribes_at_once(
    tenant: Tenant, sent: OutboundMessage, stranger: Client, body: dict[str, str]
) -> None:
    response = stranger.post(paths(tenant, sent)["unsubscribe"], body)

    with open_tenant(tenant):
        assert ContactBan.objects.in_force().get().candidate_id == sent.candidate_id
    assert (response.status_code, response.has_header("Location")) == (200, False)


def test_unsubscribing_twice_is_once(tenant: Tenant, sent: OutboundMessage, stranger: Client) -> None:
    for _ in range(2):
        stranger.post(paths(tenant, sent)["unsubscribe"], ONE_CLICK)

    assert noted(tenant) == ["unsubscribed"]


def test_unsubscribing_ends_the_sequences(tenant: Tenant, sent: OutboundMessage, stranger: Client) -> None:
    with open_tenant(tenant):
        enrolled(a_sequence(name="Other"), [sent.candidate], timezone.now())

    stranger.post(paths(tenant, sent)["unsubscribe"], ONE_CLICK)

    with open_tenant(tenant):
        assert Enrolment.objects.open().count() == 0


def test_suspended_workspace_leads_nowhere(tenant: Tenant, sent: OutboundMessage, stranger: Client) -> None:
    addresses = paths(tenant, sent)
    tenant.status = Tenant.Status.SUSPENDED
    tenant.save()

    assert stranger.get(addresses["click"]).status_code == 404


@given(place=st.integers(0, 80), letter=st.characters(codec="ascii", categories=["Lu", "Ll", "Nd"]))
@costly(60)
def test_changed_token_leads_nowhere(db: None, place: int, letter: str) -> None:
    tenant_id = row_id = OutboundMessage().pk
    token = tokens.make("click", tenant_id=tenant_id, row_id=row_id)
    changed = token[:place] + letter + token[place + 1 :]

    found = tokens.read("click", changed)

    assert found is None or (found.tenant_id, found.row_id) == (tenant_id, row_id)


def test_token_of_one_kind_is_no_other() -> None:
    row = OutboundMessage().pk

    assert tokens.read("unsubscribe", tokens.make("open", tenant_id=row, row_id=row)) is None


def test_token_is_short() -> None:
    row = OutboundMessage().pk

    assert len(tokens.make("unsubscribe", tenant_id=row, row_id=row)) == 64


def test_token_of_a_mail_sent_long_ago_still_works() -> None:
    row = OutboundMessage().pk
    packed = base64.urlsafe_b64encode(row.bytes + row.bytes).decode().rstrip("=")
    token = Signer(salt="outreach.unsubscribe", sep=".").sign(packed)

    assert tokens.read("unsubscribe", token) == tokens.Target(row, row)


def test_token_outlives_a_change_of_the_key() -> None:
    row = OutboundMessage().pk
    token = tokens.make("unsubscribe", tenant_id=row, row_id=row)

    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[django_settings.SECRET_KEY]):
        found = tokens.read("unsubscribe", token)

    assert found == tokens.read("unsubscribe", token) == tokens.Target(row, row)
