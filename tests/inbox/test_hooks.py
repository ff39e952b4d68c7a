"""The webhooks: a secret of the tenant, stored before the answer, sentences for what cannot be taken."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from inbox.choices import InboundSource
from inbox.models import InboundHook, InboundMail, Message
from inbox.services import hooks, inbound
from tests.factories.inbox import a_mail, a_sent_message
from tests.factories.people import a_tenant

URL = "/hooks/inbound/acme/"


@pytest.fixture
def secret(tenant: Tenant) -> str:
    with open_tenant(tenant):
        return hooks.renew(by=SYSTEM)[1]


def _post(raw: bytes, authorization: str, url: str = URL, **more: str) -> HttpResponse:
    return Client().post(url, raw, content_type="message/rfc822", headers={"Authorization": authorization, **more})


def _stored(tenant: Tenant) -> list[tuple[str, str]]:
    with open_tenant(tenant):
        return list(InboundMail.objects.values_list("source", "state"))


def test_hook_stores_a_mail(tenant: Tenant, secret: str) -> None:
    answer = _post(a_mail(), f"Bearer {secret}")

    assert (answer.status_code, answer.json()["state"]) == (200, "stored")
    assert _stored(tenant) == [("webhook", "stored")]


@pytest.mark.parametrize(
    "authorization",
    [
        lambda s: "",
        lambda s: "Bearer ",
        lambda s: f"Bearer {s}x",
        lambda s: f"Bearer {s[:-1]}",
        lambda s: f"Bearer {s.upper()}",
        lambda s: s,
        lambda s: f"Token {s}",
        lambda s: "Basic %%%",
        lambda s: "Basic " + base64.b64encode(b"rapport:wrong").decode(),
        lambda s: "Basic " + base64.b64encode(b"\xff:\xff").decode(),
    ],
)
def test_hook_knows_nobody_without_the_secret(tenant: Tenant, secret: str, authorization: Callable[[str], str]) -> None:
    answer = _post(a_mail(), authorization(secret))

    assert (answer.status_code, _stored(tenant)) == (404, [])


def test_hook_does_not_take_the_secret_of_another_tenant(tenant: Tenant, secret: str) -> None:
    other = a_tenant("other")

    answer = _post(a_mail(), f"Bearer {secret}", url="/hooks/inbound/other/")

    assert (answer.status_code, _stored(other)) == (404, [])


def test_hook_of_a_tenant_without_secret_is_closed(tenant: Tenant) -> None:
    assert _post(a_mail(), "Bearer -").status_code == 404


def test_hook_of_a_suspended_tenant_is_closed(tenant: Tenant, secret: str) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(status=Tenant.Status.SUSPENDED)

    assert _post(a_mail(), f"Bearer {secret}").status_code == 404


def test_hook_takes_the_secret_as_a_password_too(tenant: Tenant, secret: str) -> None:
    basic = base64.b64encode(f"rapport:{secret}".encode()).decode()

    assert _post(a_mail(), f"Basic {basic}").status_code == 200


def test_hook_stores_the_same_delivery_once(tenant: Tenant, secret: str) -> None:
    first = _post(a_mail(), f"Bearer {secret}").json()
    second = _post(a_mail(), f"Bearer {secret}").json()

    assert (second["id"], len(_stored(tenant))) == (first["id"], 1)


@pytest.mark.parametrize(
    ("raw", "status", "sentence"),
    [
        (b"", 400, "The mail is empty."),
        (b"x" * (25 * 1024 * 1024 + 1), 413, "The mail is larger than 25 MB, the most that is taken."),
    ],
)
def test_hook_refuses_in_a_sentence(tenant: Tenant, secret: str, raw: bytes, status: int, sentence: str) -> None:
    answer = _post(raw, f"Bearer {secret}")

    assert (answer.status_code, answer.json()["error"]["message"], _stored(tenant)) == (status, sentence, [])


def test_hook_takes_a_mail_above_the_limit_of_forms(tenant: Tenant, secret: str) -> None:
    answer = _post(a_mail("x" * 6_000_000), f"Bearer {secret}")

    assert answer.status_code == 200


@pytest.mark.parametrize("as_file", [True, False])
def test_hook_takes_a_form(tenant: Tenant, secret: str, as_file: bool) -> None:
    value = SimpleUploadedFile("mail.eml", a_mail()) if as_file else a_mail().decode()

    answer = Client().post(URL, {"raw": value}, headers={"Authorization": f"Bearer {secret}"})

    assert (answer.status_code, len(_stored(tenant))) == (200, 1)


def test_hook_is_not_read_by_get(secret: str) -> None:
    assert Client().get(URL, headers={"Authorization": f"Bearer {secret}"}).status_code == 405


def test_hook_takes_the_envelope_recipient(tenant: Tenant, secret: str) -> None:
    with open_tenant(tenant):
        sent = a_sent_message()

    stored = _post(a_mail(sender="x@example.net"), f"Bearer {secret}", f"{URL}?recipient=reply%2B{sent.reply_token}@in")

    inbound.read(tenant=tenant, inbound_id=stored.json()["id"])
    with open_tenant(tenant):
        assert Message.objects.get().outbound == sent


def test_renewed_secret_stops_the_old_one(tenant: Tenant, secret: str) -> None:
    with open_tenant(tenant):
        fresh = hooks.renew(by=SYSTEM)[1]

    codes = [_post(a_mail(), f"Bearer {one}").status_code for one in (secret, fresh)]

    assert codes == [404, 200]


def test_secret_is_kept_as_a_fingerprint_only(tenant: Tenant, secret: str) -> None:
    with open_tenant(tenant):
        hook = InboundHook.objects.get()

    assert secret not in f"{hook.prefix} {hook.secret_hash}"


POSTMARK = {
    "FromFull": {"Email": "zoe@example.com", "Name": "Zoë", "MailboxHash": ""},
    "From": "zoe@example.com",
    "ToFull": [{"Email": "team@in.acme.test", "Name": "", "MailboxHash": ""}],
    "CcFull": [],
    "BccFull": [],
    "OriginalRecipient": "team@in.acme.test",
    "Subject": "Re: A role",
    "MessageID": "22c74902-a0c1-4511-804f-341342852c90",
    "Date": "Mon, 2 Mar 2026 08:00:00 +0000",
    "TextBody": "From a provider.",
    "HtmlBody": "",
    "Headers": [{"Name": "Message-ID", "Value": "<abc@mx.example.com>"}],
    "Attachments": [],
}


def _from_provider(secret: str, name: str = "postmark") -> HttpResponse:
    basic = base64.b64encode(f"rapport:{secret}".encode()).decode()
    return Client().post(
        f"{URL}{name}/",
        json.dumps(POSTMARK),
        content_type="application/json",
        headers={"Authorization": f"Basic {basic}"},
    )


def test_provider_delivers_through_its_webhook(tenant: Tenant, secret: str) -> None:
    answers = [_from_provider(secret).status_code for _ in range(2)]

    assert answers == [200, 200]
    with open_tenant(tenant):
        stored = InboundMail.objects.get()
    assert (stored.source, stored.envelope_to) == (InboundSource.PROVIDER, ["team@in.acme.test"])


def test_provider_mail_is_read_like_any_other(tenant: Tenant, secret: str) -> None:
    _from_provider(secret)
    with open_tenant(tenant):
        stored = InboundMail.objects.get()

    inbound.read(tenant=tenant, inbound_id=stored.pk)

    with open_tenant(tenant):
        assert (Message.objects.get().text, Message.objects.get().message_id) == (
            "From a provider.",
            "<abc@mx.example.com>",
        )


@pytest.mark.parametrize(("name", "secret_of"), [("postmark", "wrong"), ("unheard-of", "")])
def test_provider_needs_secret_and_name(tenant: Tenant, secret: str, name: str, secret_of: str) -> None:
    assert _from_provider(secret_of or secret, name).status_code == 404
    assert _stored(tenant) == []
