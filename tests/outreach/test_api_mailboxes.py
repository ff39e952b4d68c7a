"""The API of mailboxes and tracking."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.permissions import Role
from crm.safe_hosts import Policy
from crm.services import api_keys
from crm.tenancy.context import tenant as open_tenant
from outreach.models import Mailbox
from outreach.services import mailbox_secrets, mailboxes
from outreach.services.mailboxes import Setup
from tests.conftest import logged_in
from tests.factories.outreach import a_person
from tests.fakes import smtp as fakes

BASE = "/o/acme/api/v1"
JSON = "application/json"


@pytest.fixture
def key(tenant: Tenant, owner: Member) -> Client:
    with open_tenant(tenant):
        _, secret = api_keys.create(name="Script", by=owner.actor, role=Role.ADMIN)
        setup = Setup("ESP", "ines@acme.test", transport="esp", provider="postmark", secrets={"server_token": "s3cret"})
        mailboxes.save(mailbox=Mailbox(), setup=setup, by=SYSTEM)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def the_mailbox(key: Client) -> dict[str, Any]:
    [found] = key.get(f"{BASE}/mailboxes/").json()
    return dict(found)


def test_mailboxes_are_told_without_their_secrets(key: Client) -> None:
    answer = key.get(f"{BASE}/mailboxes/")

    assert answer.json()[0]["health"] == {"sent": 0, "dead": 0, "complaints": 0}
    assert "s3cret" not in answer.text


def test_mailbox_is_stopped_for_a_reason_and_resumed(key: Client) -> None:
    path, seen = f"{BASE}/mailboxes/{the_mailbox(key)['id']}", []
    for verb, body in (("stop", {}), ("stop", {"reason": "Holidays."}), ("resume", {})):
        answer = key.post(f"{path}/{verb}/", body, content_type=JSON)
        seen.append((answer.status_code, the_mailbox(key)["stopped_reason"]))

    assert seen == [(400, ""), (200, "Holidays."), (200, "")]


def test_person_is_not_counted_any_more(key: Client, tenant: Tenant) -> None:
    with open_tenant(tenant):
        path = f"{BASE}/candidates/{a_person().pk}/tracking/"

    key.put(path, {"is_on": False}, content_type=JSON)

    assert key.get(path).json() == {"is_on": False}


SMTP = {"name": "Ours", "from_address": "ines@acme.test", "host": "mail.example.com", "username": "ines"}
POSTMARK = {"kind": "postmark", "name": "Campaigns", "from_address": "ines@jobs.acme.test"}


def send(key: Client, method: str, path: str, **body: Any) -> Any:
    return getattr(key, method)(f"{BASE}/{path}", body, content_type=JSON)


def stored(tenant: Tenant, pk: str) -> tuple[Mailbox, str, dict[str, str]]:
    """A mailbox with its password and its other secrets, without that of its reports."""
    with open_tenant(tenant):
        row = Mailbox.objects.get(pk=pk)
        kept = {name: value for name, value in mailbox_secrets.secrets_of(row).items() if name != "hook"}
        return row, mailbox_secrets.password_of(row), kept


def test_server_is_made_and_changed_and_its_password_stays(key: Client, tenant: Tenant) -> None:
    made = send(key, "post", "mailboxes/", kind="smtp", password=" s3cret ", port=465, encryption="tls", **SMTP)
    path = f"mailboxes/{made.json()['id']}/"
    changed = send(key, "patch", path, from_name="Ines")

    row, password, _ = stored(tenant, made.json()["id"])
    assert (made.status_code, changed.status_code, password) == (201, 200, " s3cret ")
    assert (row.host, row.port, row.encryption, row.from_name, row.transport) == (
        "mail.example.com",
        465,
        "tls",
        "Ines",
        "smtp",
    )
    assert "s3cret" not in made.text + changed.text + key.get(f"{BASE}/{path}").text


@pytest.mark.parametrize("elsewhere", [{"host": "mail.evil.test"}, {"username": "somebody"}])
def test_kept_password_is_told_to_no_other_server(key: Client, tenant: Tenant, elsewhere: dict[str, str]) -> None:
    made = send(key, "post", "mailboxes/", kind="smtp", password="s3cret", port=465, encryption="tls", **SMTP)
    path = f"mailboxes/{made.json()['id']}/"
    refused = send(key, "patch", path, **elsewhere)
    moved = send(key, "patch", path, password="other", **elsewhere)

    assert (refused.status_code, moved.status_code) == (400, 200)
    assert "Enter the password again" in refused.text
    assert stored(tenant, made.json()["id"])[1] == "other"


def test_provider_is_asked_for_what_its_page_asks(key: Client, tenant: Tenant) -> None:
    missing = send(key, "post", "mailboxes/", **POSTMARK)
    unknown = send(key, "post", "mailboxes/", **POSTMARK, settings={"token": "t"})
    made = send(key, "post", "mailboxes/", **POSTMARK, settings={"server_token": "t0ken", "message_stream": "jobs"})
    send(key, "patch", f"mailboxes/{made.json()['id']}/", settings={"message_stream": "news"})

    row, _, secrets = stored(tenant, made.json()["id"])
    assert [list(one.json()["error"]["fields"]) for one in (missing, unknown)] == [["server_token"], ["settings"]]
    assert (row.provider, row.options, secrets) == ("postmark", {"message_stream": "news"}, {"server_token": "t0ken"})
    assert "t0ken" not in made.text


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"host": "no host"}, "host"),
        ({"username": "ines", "encryption": "none"}, "encryption"),
        ({"port": 0}, "port"),
        ({"sealed_password": "x"}, "sealed_password"),
        ({"kind": "pigeon"}, "kind"),
    ],
)
def test_server_that_makes_no_sense_is_refused(key: Client, body: dict[str, Any], field: str) -> None:
    refused = send(key, "post", "mailboxes/", **{"kind": "smtp", **SMTP, **body})

    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [field])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"host": "127.0.0.1"}, "host"),
        ({"host": "10.1.2.3"}, "host"),
        ({"host": "valkey"}, "host"),
        ({"host": "metadata.google.internal"}, "host"),
        ({"port": 6379}, "port"),
    ],
)
def test_server_inside_is_refused_where_the_operator_allows_none(
    key: Client, owner_client: Client, settings: Any, body: dict[str, Any], field: str
) -> None:
    settings.SAFE_MAIL = Policy(ports=(25, 465, 587))

    told = {**SMTP, **body}
    refused = send(key, "post", "mailboxes/", kind="smtp", **told)
    page = owner_client.post("/o/acme/mailboxes/new/smtp/", {"port": 587, "encryption": "starttls", **told})

    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [field])
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])


def test_mailbox_entered_before_is_not_tested_inside(key: Client, owner: Member, settings: Any) -> None:
    with fakes.running() as sink:
        server = {**SMTP, "username": "", "host": "127.0.0.1", "port": sink.port, "encryption": "none"}
        made = send(key, "post", "mailboxes/", kind="smtp", **server).json()
        settings.SAFE_MAIL = Policy(ports=())
        refused = send(key, "post", f"mailboxes/{made['id']}/test/", to=str(owner.pk))

    assert (refused.status_code, "private network" in refused.content.decode()) == (400, True)


def test_main_mailbox_is_another_one(key: Client) -> None:
    made = send(key, "post", "mailboxes/", kind="smtp", **SMTP).json()

    send(key, "post", f"mailboxes/{made['id']}/main/")

    assert [one["id"] for one in key.get(f"{BASE}/mailboxes/").json() if one["is_default"]] == [made["id"]]


def test_workspace_goes_live_with_a_tested_mailbox(key: Client, tenant: Tenant, owner: Member) -> None:
    with fakes.running() as sink:
        server = {**SMTP, "username": "", "host": "127.0.0.1", "port": sink.port, "encryption": "none"}
        made = send(key, "post", "mailboxes/", kind="smtp", **server).json()
        send(key, "post", f"mailboxes/{made['id']}/main/")
        early = send(key, "post", "sending/go-live/")
        tested = send(key, "post", f"mailboxes/{made['id']}/test/", to=str(owner.pk))
    live = send(key, "post", "sending/go-live/")
    unreachable = send(key, "post", f"mailboxes/{made['id']}/test/", to=str(owner.pk))
    back = send(key, "post", "sending/test-mode/")

    assert (early.status_code, tested.json()["tested_at"] is not None, unreachable.status_code) == (400, True, 400)
    assert (live.json(), back.json()) == ({"mail_mode": "live"}, {"mail_mode": "test"})


@pytest.mark.parametrize("values", [{"transport": "gmail"}, {"transport": "twilio"}])
def test_mailbox_that_is_connected_elsewhere_is_not_changed(
    key: Client, tenant: Tenant, values: dict[str, str]
) -> None:
    with open_tenant(tenant):
        row = Mailbox.objects.create(name="Other", from_address="a@acme.test", **values)

    asked = [("patch", ""), ("post", "main/"), ("post", "test/")]
    assert [send(key, verb, f"mailboxes/{row.pk}/{path}").status_code for verb, path in asked] == [404] * 3


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "mailboxes/"),
        ("patch", "mailboxes/{pk}/"),
        ("post", "mailboxes/{pk}/main/"),
        ("post", "mailboxes/{pk}/test/"),
        ("post", "sending/go-live/"),
        ("post", "sending/test-mode/"),
    ],
)
def test_recruiters_and_strangers_set_nothing_up(
    key: Client, recruiter_client: Client, outsider: Member, method: str, path: str
) -> None:
    asked = path.format(pk=the_mailbox(key)["id"])

    answers = [send(client, method, asked).status_code for client in (recruiter_client, logged_in(outsider))]

    assert answers == [403, 404]


def test_domains_are_told_before_anybody_asked_the_dns(key: Client) -> None:
    listed = key.get(f"{BASE}/sending-domains/").json()

    assert [(one["domain"], one["checked_at"], one["findings"]) for one in listed] == [("acme.test", None, [])]


def test_domain_gets_a_new_key(key: Client) -> None:
    send(key, "patch", "sending-domains/acme.test/", daily_cap=400)
    before = key.get(f"{BASE}/sending-domains/").json()[0]

    renewed = send(key, "post", "sending-domains/acme.test/renew-key/").json()

    assert renewed["selector"] != before["selector"]
    assert renewed["public_key"] != before["public_key"]
    assert renewed["daily_cap"] == 400


@pytest.mark.parametrize("verb", ["check", "renew-key"])
def test_domain_that_nothing_leaves_from_is_unknown(key: Client, verb: str) -> None:
    assert send(key, "post", f"sending-domains/elsewhere.test/{verb}/").status_code == 404


def test_tracking_is_changed_and_what_is_not_named_stays(key: Client) -> None:
    send(key, "patch", "tracking/", domain="links.acme.test", countries_off=["de", "France"])

    changed = send(key, "patch", "tracking/", is_on=False)

    assert (changed.status_code, changed.json()) == (
        200,
        {"is_on": False, "countries_off": ["DE", "FR"], "domain": "links.acme.test", "domain_seen_at": None},
    )
    assert key.get(f"{BASE}/tracking/").json() == changed.json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"countries_off": ["Atlantis"]}, "countries_off"),
        ({"countries_off": "DE"}, "countries_off"),
        ({"domain": "https://links.acme.test/"}, "domain"),
        ({"domain_seen_at": "2026-01-01T00:00:00Z"}, "domain_seen_at"),
    ],
)
def test_tracking_that_makes_no_sense_is_refused(key: Client, body: dict[str, Any], field: str) -> None:
    refused = send(key, "patch", "tracking/", **body)

    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [field])


def test_domain_of_links_is_tried_once_there_is_one(key: Client) -> None:
    refused = send(key, "post", "tracking/check-domain/")

    assert refused.json()["error"]["fields"] == {"domain": ["Enter a domain first."]}
