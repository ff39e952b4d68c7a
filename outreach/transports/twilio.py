"""Text messages through Twilio's REST API, and the signatures of its webhooks."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlencode, urlsplit, urlunsplit

from outreach.transports import http
from outreach.transports.base import Answer, Envelope, NotReached, Result
from outreach.transports.http import Request

API = "https://api.twilio.com"
SUBJECT = "Text message"


def pack(*, sender: str, to: str, text: str, message_id: str) -> bytes:
    """A text message as bytes that the sandbox and every reader of mails understand."""
    message = EmailMessage(policy=default.clone(cte_type="8bit"))
    message["X-From"], message["X-To"], message["Subject"] = sender, to, SUBJECT
    message["Message-ID"] = message_id
    message.set_content(text, charset="utf-8")
    return message.as_bytes()


def text_of(raw: bytes) -> str:
    """The text that `pack` was given."""
    body = message_from_bytes(raw, _class=EmailMessage, policy=default).get_content()
    return str(body).removesuffix("\n")


@dataclass(frozen=True)
class TwilioTransport(http.Direct):
    """An account and the number that it sends from; `callback` is told what became of each message."""

    account: str
    token: str = field(repr=False)
    number: str = ""
    callback: str = ""
    api_url: str = ""  # another address than Twilio's own, for tests
    name: str = "twilio"
    most_connections: int = 1

    def read(self, answer: Answer, body: bytes) -> Answer:
        return _read(answer, body)

    def request(self, envelope: Envelope) -> Request:
        form = {"To": envelope.to_address, "From": self.number, "Body": text_of(envelope.raw)}
        form |= {"StatusCallback": self.callback} if self.callback else {}
        login = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        head = {"authorization": f"Basic {login}", "content-type": "application/x-www-form-urlencoded"}
        url = f"{self.api_url or API}/2010-04-01/Accounts/{self.account}/Messages.json"
        return Request(url, urlencode(form).encode(), head)


def _read(answer: Answer, body: bytes) -> Answer:
    try:
        said = json.loads(body)
        ref, words = str(said.get("sid") or ""), str(said.get("message") or "")
    except (ValueError, AttributeError):
        ref = words = ""
    if answer.result == Result.ACCEPTED:
        return Answer(Result.ACCEPTED, answer.code, "Taken by Twilio.", provider_ref=ref)
    return Answer(answer.result, answer.code, words[:400] or answer.text, retry_after=answer.retry_after)


def look(*, account: str, token: str, api_url: str = "") -> str:
    """Whether Twilio knows the account and takes its token; returns "" or what is wrong, in a sentence."""
    login = base64.b64encode(f"{account}:{token}".encode()).decode()
    url = f"{api_url or API}/2010-04-01/Accounts/{account}.json"
    try:
        answer = http.ask("GET", url, headers={"authorization": f"Basic {login}"})
    except NotReached as error:
        return str(error)
    return "" if answer.ok else f"Twilio does not let this account in (HTTP {answer.status})."


def signature(token: str, url: str, form: Mapping[str, Sequence[str]], algorithm: str = "sha1") -> str:
    """What Twilio puts into X-Twilio-Signature: HMAC of the address and all parameters, sorted, values once each."""
    text = url + "".join(f"{name}{value}" for name in sorted(form) for value in sorted(set(form[name])))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), algorithm).digest()).decode()


def _forms(url: str) -> list[str]:
    """The address with its port and without it: Twilio signs the one or the other."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    hosts = (parts.hostname or "", f"{parts.hostname}:{port}")
    return [urlunsplit(parts._replace(netloc=host)) for host in hosts]


def is_genuine(*, token: str, url: str, form: Mapping[str, Sequence[str]], given: str) -> bool:
    """Whether a webhook call with these parameters was signed with the account's token."""
    wanted = [signature(token, one, form) for one in _forms(url)]
    return any(hmac.compare_digest(one.encode(), given.encode()) for one in wanted)
