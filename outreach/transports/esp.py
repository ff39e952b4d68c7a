"""Mail providers' APIs through anymail, over our own HTTP client, which never reaches private networks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage as ParsedMessage
from email.mime.image import MIMEImage
from email.policy import default
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from anymail.message import AnymailMessage
from django.core.mail import get_connection
from requests.adapters import BaseAdapter

from outreach.transports import http
from outreach.transports.base import Answer, Envelope, HandOver, Meanwhile, Result, Session, nothing
from outreach.transports.providers import OURS, PROVIDERS

# What a mail of ours says beyond addresses, subject and parts. The rest belongs to the provider.
CARRIED = ("Date", "Message-ID", "In-Reply-To", "References", "List-Unsubscribe", "List-Unsubscribe-Post", "X-Ref")
KEEP = {"X-PM-KeepID": "true"}  # Postmark leaves our Message-ID alone then; to the others it says nothing
NAMED_PICTURE = re.compile(r'<img src="cid:[^>]*>')
METADATA = "outbound"  # comes back with each of the provider's reports
NO = {"rejected", "failed", "invalid"}


class _SafeAdapter(BaseAdapter):
    """The bottom of a `requests` session: asks for the hand-over, then sends through `safe_http`."""

    def __init__(self) -> None:
        super().__init__()
        self.hand_over: HandOver = lambda: False

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        given = http.Request(str(request.url), body, {k: str(v) for k, v in request.headers.items()})  # type: ignore[arg-type]
        answer = http.hand(str(request.method), given, self.hand_over)
        response = requests.Response()
        response.status_code, response.url, response.request = answer.status, str(request.url), request
        response.headers.update(answer.headers)
        response._content = answer.body
        response.encoding = "utf-8"
        return response

    def close(self) -> None:
        """There is nothing to close: each request has a connection of its own."""


def as_message(envelope: Envelope, *, shows_pictures: bool = True) -> AnymailMessage:
    """The mail as anymail takes it; its id of ours is sent along, to be named in the provider's reports.

    Without `shows_pictures`, those that the HTML names go along as files.
    """
    parsed = message_from_bytes(envelope.raw, _class=ParsedMessage, policy=default)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    message = AnymailMessage(
        subject=str(parsed["Subject"] or ""),
        body=text.get_content() if text else "",
        from_email=str(parsed["From"]),
        to=[str(parsed["To"])],
        reply_to=[str(parsed["Reply-To"])] if parsed["Reply-To"] else None,
        headers={name: str(parsed[name]) for name in CARRIED if parsed[name]} | KEEP,
    )
    if html is not None:
        content = html.get_content() if shows_pictures else NAMED_PICTURE.sub("", html.get_content())
        message.attach_alternative(content, "text/html")
    for picture in (part for part in parsed.walk() if part["Content-ID"]):
        message.attach(_picture(picture, is_inside=shows_pictures))
    message.metadata = {METADATA: str(envelope.outbound_id)}
    return message


def _picture(part: ParsedMessage, *, is_inside: bool) -> MIMEImage:
    """A picture that the HTML names, or a file beside it, as anymail takes it."""
    image = MIMEImage(part.get_content(), part.get_content_subtype())
    if is_inside:
        image.add_header("Content-ID", str(part["Content-ID"]))
    image.add_header("Content-Disposition", "inline" if is_inside else "attachment", filename=part.get_filename())
    return image


def _judge(error: AnymailAPIError) -> Answer:
    response = error.response
    if response is None:
        return Answer(Result.REFUSED, text=_words(error))  # it was never sent: anymail could not build the request
    return http.judged(response.status_code, response.headers, response.text) if not response.ok else _unreadable(error)


def _unreadable(error: AnymailAPIError) -> Answer:
    return Answer(Result.UNKNOWN, text=_words(error))


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:400]


def _outcome(message: AnymailMessage) -> Answer:
    """What anymail read in the provider's answer; it takes some refusals for an unknown state."""
    status = message.anymail_status
    response = status.esp_response
    if response is not None and not response.ok:
        return http.judged(response.status_code, response.headers, response.text)
    if status.status and status.status <= NO:
        return Answer(Result.REFUSED, text=f"The provider said: {', '.join(sorted(status.status))}.")
    ref = str(status.message_id or "")
    replaced = ref if ref.startswith("<") and ref.endswith(">") else ""
    return Answer(Result.ACCEPTED, 200, "Taken by the provider.", provider_message_id=replaced, provider_ref=ref)


class EspSession:
    """One provider, asked once for each mail."""

    def __init__(self, backend: Any, shows_pictures: bool) -> None:
        self._shows_pictures = shows_pictures
        self._adapter, session = _SafeAdapter(), requests.Session()
        session.trust_env = False
        session.adapters.clear()
        for scheme in ("https://", "http://"):
            session.mount(scheme, self._adapter)
        self._backend = backend
        self._backend.session = session

    def send(self, envelope: Envelope, hand_over: HandOver, _: Meanwhile = nothing, /) -> Answer:
        message = as_message(envelope, shows_pictures=self._shows_pictures)
        self._adapter.hand_over = hand_over
        return http.attempt(lambda: self._sent(message))

    def _sent(self, message: Any) -> Answer:
        try:
            self._backend.send_messages([message])
        except AnymailRecipientsRefused as error:
            return Answer(Result.REFUSED, text=_words(error))
        except AnymailAPIError as error:
            return _judge(error)
        except (AnymailError, ValueError) as error:
            return Answer(Result.REFUSED, text=_words(error))
        return _outcome(message)

    def close(self) -> None:
        """There is no connection."""


@dataclass(frozen=True)
class EspTransport:
    """A provider of `providers.PROVIDERS` with an account's options and secrets."""

    provider: str
    values: Mapping[str, str] = field(repr=False)
    api_url: str = ""  # another address than the provider's own, for tests
    name: str = "esp"
    most_connections: int = 8

    def arguments(self) -> dict[str, Any]:
        """What anymail's class is given."""
        urls = PROVIDERS[self.provider].urls or {}
        url = self.api_url or urls.get(self.values.get("region", ""), "")
        given = {name: value for name, value in self.values.items() if value and name not in OURS}
        return given | ({"api_url": url} if url else {})

    def open(self) -> Session:
        provider = PROVIDERS[self.provider]
        return EspSession(get_connection(provider.backend, **self.arguments()), provider.shows_pictures)
