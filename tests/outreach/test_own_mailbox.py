"""A recruiter's own mailbox: tokens, what the makers' APIs are asked, and connecting it."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client as Browser
from django.utils import timezone

from crm.actors import SYSTEM
from crm.models import Member, Tenant
from crm.tenancy.context import tenant as open_tenant
from outreach.models import MailApp, Mailbox
from outreach.services import connecting, mailbox_secrets, mailboxes
from outreach.services.connecting import WAYS, NotConnected
from outreach.transports.base import Answer, NotReached, Result
from outreach.transports.oauth import MAKERS, Client, Grant, NotGranted, Tokens, lacking
from outreach.transports.own_mailbox import OwnMailboxTransport
from tests.fakes import http_api
from tests.fakes.http_api import Api, Reply
from tests.outreach.test_smtp import an_envelope

SOON, LATER = datetime.now(UTC) + timedelta(minutes=1), datetime.now(UTC) + timedelta(hours=1)
FRESH = Reply(200, {"access_token": "fresh", "expires_in": 3600})
MAIL = an_envelope()
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B


def tokens(api: Api, ends: datetime = LATER, kept: list[Grant] | None = None) -> Tokens:
    client = Client(MAKERS["google"], "id", "secret", token_url=f"{api.url}/token")
    return Tokens(client, "refresh", "access", ends, (kept if kept is not None else []).append)


def sent(api: Api, name: str = "gmail", ends: datetime = LATER, thread: str = "") -> Answer:
    transport = OwnMailboxTransport(name, tokens(api, ends), api.url)  # type: ignore[arg-type]
    return transport.open().send(replace(MAIL, thread=thread), lambda: True)


def test_gmail_gets_the_mail_byte_for_byte() -> None:
    with http_api.running(Reply(200, {"id": "18c", "threadId": "18b"})) as api:
        answer = sent(api)

    [asked] = api.asked
    assert (answer.result, answer.provider_ref, answer.provider_thread) == (Result.ACCEPTED, "18c", "18b")
    assert "threadId" not in asked.json
    assert (asked.path, asked.headers["authorization"]) == ("/gmail/v1/users/me/messages/send", "Bearer access")
    assert base64.urlsafe_b64decode(asked.json["raw"]) == MAIL.raw


def test_gmail_is_told_the_conversation_of_an_answer() -> None:
    with http_api.running(Reply(200, {"id": "18c", "threadId": "18b"})) as api:
        sent(api, thread="18b")

    assert api.asked[0].json["threadId"] == "18b"


@pytest.mark.parametrize("status", [400, 404])
def test_answer_goes_where_its_conversation_was_deleted(status: int) -> None:
    with http_api.running(Reply(401, {}), FRESH, Reply(status, {}), Reply(200, {"id": "18c"})) as api:
        answer = sent(api, thread="gone")

    assert (answer.result, ["threadId" in one.json for one in (api.asked[2], api.asked[3])]) == (
        Result.ACCEPTED,
        [True, False],
    )
    assert api.asked[3].headers["authorization"] == "Bearer fresh"


def test_refused_mail_is_not_sent_again() -> None:
    with http_api.running(Reply(400, {})) as api:
        answer = sent(api)

    assert (answer.result, len(api.asked)) == (Result.REFUSED, 1)


def test_graph_gets_the_mail_as_mime() -> None:
    with http_api.running(Reply(202, "")) as api:
        answer = sent(api, "graph")

    [asked] = api.asked
    assert (answer.result, asked.path, asked.headers["content-type"]) == (
        Result.ACCEPTED,
        "/v1.0/me/sendMail",
        "text/plain",
    )
    assert base64.b64decode(asked.body) == MAIL.raw


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        (Reply(403, {"error": {"errors": [{"reason": "userRateLimitExceeded"}]}}), Result.LATER),
        (Reply(429, "", {"retry-after": "60"}), Result.LATER),
        (Reply(503, ""), Result.LATER),
        (Reply(500, ""), Result.UNKNOWN),
        (Reply(400, {"error": {"code": "ErrorMimeContentInvalidBase64String"}}), Result.REFUSED),
        (Reply(hangs_up=True), Result.UNKNOWN),
    ],
)
def test_answers_of_a_maker(reply: Reply, result: Result) -> None:
    with http_api.running(reply) as api:
        assert sent(api, "graph").result == result


def test_token_that_ended_early_is_renewed_and_the_mail_sent_once_more() -> None:
    with http_api.running(Reply(401, {}), FRESH, Reply(200, {"id": "18c"})) as api:
        answer = sent(api)

    assert answer.result == Result.ACCEPTED
    assert [one.path.rpartition("/")[2] for one in api.asked] == ["send", "token", "send"]
    assert api.asked[-1].headers["authorization"] == "Bearer fresh"


def test_token_that_ends_soon_is_renewed_first_and_kept() -> None:
    kept: list[Grant] = []
    with http_api.running(FRESH) as api:
        assert tokens(api, SOON, kept).access(datetime.now(UTC)) == "fresh"

    assert [one.access_token for one in kept] == ["fresh"]
    assert api.asked[0].form["grant_type"] == "refresh_token"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(400, {"error": "invalid_grant", "error_description": "Token has been revoked."}), NotGranted),
        (Reply(503, ""), NotReached),
        (Reply(200, []), NotReached),
        (Reply(hangs_up=True), NotReached),
    ],
)
def test_token_that_cannot_be_renewed(reply: Reply, error: type[NotReached]) -> None:
    with http_api.running(reply) as api, pytest.raises(error):
        tokens(api, SOON).access(datetime.now(UTC))


def test_address_to_agree_at_carries_state_and_challenge() -> None:
    client = Client(MAKERS["microsoft"], "id", "secret", "acme dir")

    url = urlsplit(
        client.authorize(scopes=("a", "b"), redirect_uri="https://x.test/", state="s", verifier=VERIFIER, login="")
    )

    assert url.path == "/acme%20dir/oauth2/v2.0/authorize"
    asked = {name: value[0] for name, value in parse_qs(url.query).items()}
    assert (asked["scope"], asked["state"], asked["code_challenge_method"]) == ("a b", "s", "S256")
    assert asked["code_challenge"] == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.fixture
def app(inside: Tenant) -> MailApp:
    return connecting.save_app(maker="google", client_id="id", secret="app-secret", directory="", by=SYSTEM)


GRANT = Grant("access-1", 3600, "refresh-1")


@pytest.mark.usefixtures("app")
def test_connected_mailbox_keeps_its_tokens_sealed(owner: Member) -> None:
    mailbox = connecting.connect(member=owner, way=WAYS["gmail"], grant=GRANT, now=timezone.now())

    assert "refresh-1" not in mailbox.sealed_secrets
    assert mailbox_secrets.secrets_of(mailbox)["refresh_token"] == "refresh-1"
    assert (mailbox.from_address, mailbox.transport) == (owner.user.email, "gmail")


@pytest.mark.usefixtures("app")
def test_renewed_token_is_stored_and_the_refresh_token_stays(owner: Member) -> None:
    mailbox = connecting.connect(member=owner, way=WAYS["gmail"], grant=GRANT, now=timezone.now())

    connecting.tokens_of(mailbox).keep(replace(GRANT, access_token="access-2", refresh_token=""))

    secrets = mailbox_secrets.secrets_of(Mailbox.objects.get(pk=mailbox.pk))
    assert (secrets["access_token"], secrets["refresh_token"]) == ("access-2", "refresh-1")


@pytest.mark.usefixtures("app")
def test_single_mails_leave_from_the_own_mailbox(owner: Member, tenant: Tenant) -> None:
    main = mailboxes.for_sender(tenant=tenant, sender=owner)

    own = connecting.connect(member=owner, way=WAYS["gmail"], grant=GRANT, now=timezone.now())

    assert [mailboxes.for_sender(tenant=tenant, sender=who) for who in (owner, None)] == [own, main]


def test_grant_without_lasting_access_is_not_taken(inside: Tenant, owner: Member) -> None:
    with pytest.raises(NotConnected, match="no lasting access"):
        connecting.connect(member=owner, way=WAYS["gmail"], grant=Grant("a"), now=timezone.now())


@pytest.fixture
def under_way(owner_client: Browser, tenant: Tenant) -> tuple[Browser, str]:
    """A browser that was sent to the maker, and the state it will come back with."""
    with open_tenant(tenant):
        connecting.save_app(maker="google", client_id="id", secret="app-secret", directory="", by=SYSTEM)
    asked = owner_client.post("/o/acme/settings/own-mailbox/connect/gmail/")
    return owner_client, parse_qs(urlsplit(asked["Location"]).query)["state"][0]


def test_connecting_comes_back_to_its_workspace(under_way: tuple[Browser, str]) -> None:
    browser, state = under_way

    answer = browser.get("/mail-oauth/", {"state": state, "code": "c"})

    assert answer["Location"] == f"/o/acme/settings/own-mailbox/connected/?code=c&state={state}"


@pytest.mark.parametrize("url", ["/mail-oauth/", "/o/acme/settings/own-mailbox/connected/"])
def test_connecting_wants_the_state_it_gave(under_way: tuple[Browser, str], url: str) -> None:
    assert under_way[0].get(url, {"state": "guessed", "code": "c"}).status_code == 404


def test_connecting_that_was_refused_says_so(under_way: tuple[Browser, str]) -> None:
    browser, state = under_way

    answer = browser.get("/o/acme/settings/own-mailbox/connected/", {"state": state, "error": "denied"}, follow=True)

    assert "access was not granted" in answer.text


GMAIL = MAKERS["google"].scopes


@pytest.mark.parametrize(
    ("wanted", "granted", "missing"),
    [
        (GMAIL, " ".join(GMAIL), []),
        (GMAIL, GMAIL[0], [GMAIL[1]]),
        (MAKERS["google"].smtp_scopes, "https://mail.google.com/", []),
        (MAKERS["microsoft"].scopes, "Mail.Send Mail.ReadBasic", []),
        (MAKERS["microsoft"].scopes, "https://graph.microsoft.com/mail.send https://graph.microsoft.com/Mail.Read", []),
        (MAKERS["microsoft"].scopes, "User.Read Mail.Send", ["https://graph.microsoft.com/Mail.ReadBasic"]),
        (
            MAKERS["microsoft"].smtp_scopes,
            "https://outlook.office.com/SMTP.Send",
            ["https://outlook.office.com/IMAP.AccessAsUser.All"],
        ),
    ],
)
def test_rights_are_held_against_what_is_needed(wanted: tuple[str, ...], granted: str, missing: list[str]) -> None:
    assert lacking(wanted, granted) == missing


def test_token_tells_what_it_is_good_for() -> None:
    with http_api.running(Reply(200, {"access_token": "fresh", "scope": GMAIL[0]})) as api:
        kept: list[Grant] = []
        tokens(api, kept=kept).renew(datetime.now(UTC))

    assert [one.scope for one in kept] == [GMAIL[0]]


@pytest.mark.usefixtures("app")
def test_grant_without_the_right_to_send_is_not_taken(owner: Member) -> None:
    with pytest.raises(NotConnected, match="no right to send"):
        connecting.connect(member=owner, way=WAYS["gmail"], grant=replace(GRANT, scope=GMAIL[1]), now=timezone.now())


@pytest.mark.usefixtures("app")
def test_mailbox_that_was_connected_before_learns_its_rights_with_its_next_token(owner: Member) -> None:
    mailbox = connecting.connect(member=owner, way=WAYS["gmail"], grant=GRANT, now=timezone.now())
    Mailbox.objects.update(granted="")
    mailbox.refresh_from_db()
    before, ends = connecting.rights_of(mailbox), connecting.tokens_of(mailbox).ends_at

    connecting.tokens_of(mailbox).keep(replace(GRANT, refresh_token="", scope=GMAIL[0]))
    mailbox.refresh_from_db()

    assert (before, connecting.rights_of(mailbox)) == ("unknown", "lacking")
    assert ends is not None
    assert ends < timezone.now() < (connecting.tokens_of(mailbox).ends_at or ends)


def page_of(owner_client: Browser, path: str) -> str:
    return owner_client.get(f"/o/acme/settings/{path}/").content.decode()


@pytest.mark.parametrize(
    ("scope", "says", "offers"),
    [
        ("", "", False),
        (GMAIL[0], "may not look into its sent mail", True),
        ("unknown", "before we noted what it may do", False),
    ],
)
def test_page_says_which_right_is_lacking_and_asks_again(
    tenant: Tenant, owner: Member, owner_client: Browser, scope: str, says: str, offers: bool
) -> None:
    with open_tenant(tenant):
        connecting.save_app(maker="google", client_id="id", secret="app-secret", directory="", by=SYSTEM)
        grant = GRANT if scope == "unknown" else replace(GRANT, scope=scope)
        connecting.connect(member=owner, way=WAYS["gmail"], grant=grant, now=timezone.now())
        if scope == "unknown":
            Mailbox.objects.update(granted="")

    own, every = page_of(owner_client, "own-mailbox"), page_of(owner_client, "sending")

    known = ("may not look into its sent mail", "before we noted what it may do")
    assert [words for words in known if words in own] == ([says] if says else [])
    assert (("Ask again" in own), ("It may not look into its sent mail" in every)) == (offers, offers)


def test_asking_again_asks_for_everything(tenant: Tenant, owner: Member, owner_client: Browser) -> None:
    with open_tenant(tenant):
        connecting.save_app(maker="google", client_id="id", secret="app-secret", directory="", by=SYSTEM)

    asked = owner_client.post("/o/acme/settings/own-mailbox/connect/gmail/")

    said = parse_qs(urlsplit(asked["Location"]).query)
    assert (said["scope"], said["prompt"]) == ([" ".join(GMAIL)], ["consent"])
