"""Events of mail providers: read by anymail's parsers, and what each does to the message it is about."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailCoreWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.http import HttpRequest

from crm import safe_http
from outreach.choices import BounceCause
from outreach.models import OutboundMessage, ProviderCall, TrackedLink
from outreach.services import bounce_causes, evidence, hits, sns_signatures
from outreach.transports.esp import METADATA

VIEWS: dict[str, type[AnymailCoreWebhookView]] = {
    "brevo": BrevoTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "resend": ResendTrackingWebhookView,
    "sendgrid": SendGridTrackingWebhookView,
    "ses": AmazonSESTrackingWebhookView,
    "sparkpost": SparkPostTrackingWebhookView,
}
HARD = (RejectReason.BOUNCED, RejectReason.INVALID)
POLICY = (RejectReason.BLOCKED, RejectReason.SPAM)
BY_PROVIDER = "Their mail provider reported that they unsubscribed."


class NotTaken(ValueError):
    """A call that is no report of events, and leads nowhere."""


@dataclass(frozen=True)
class Reported:
    """One event. `outbound` is our id of the message when the provider gives it back, `ref` the provider's own."""

    kind: str
    event_id: str = ""
    outbound: str = ""
    ref: str = ""
    recipient: str = ""
    occurred_at: datetime | None = None
    cause: BounceCause = BounceCause.SOFT
    reason: str = ""
    words: str = ""
    url: str = ""
    agent: str = ""

    def key(self, provider: str) -> str:
        """The same for the same event, however often it is reported; where there is no id, made of what it says."""
        parts = [provider, self.kind, self.recipient, self.event_id]
        if not self.event_id:
            moment = self.occurred_at.isoformat() if self.occurred_at else ""
            parts += [self.outbound or self.ref, moment, self.url]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _request(call: ProviderCall) -> HttpRequest:
    """The call as a request again, for anymail's parsers."""
    request = HttpRequest()
    request.method, request._body = "POST", bytes(call.body)
    request.META["CONTENT_TYPE"] = call.content_type
    request.content_type = call.content_type.partition(";")[0].strip()
    request.META |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in call.headers.items()}
    return request


def read(call: ProviderCall) -> list[Reported]:
    """The events of a stored call. Raises what a parser raises for a body that makes no sense, or is not signed."""
    if call.provider == "ses":
        notice = json.loads(bytes(call.body))
        sns_signatures.check(notice)
        if _confirms(notice):
            return []
    cls = VIEWS[call.provider]
    view: Any = object.__new__(cls)  # its arguments are for checking who calls, which is done by now
    return [_reported(event) for event in view.parse_events(_request(call))]


def _confirms(notice: dict[str, Any]) -> bool:
    """Agree to a subscription of Amazon SNS, whose call carried the mailbox's secret; True when it was one."""
    if notice.get("Type") != "SubscriptionConfirmation":
        return False
    url = str(notice.get("SubscribeURL", ""))
    host = urlsplit(url).hostname or ""
    if not (host.startswith("sns.") and host.endswith((".amazonaws.com", ".amazonaws.com.cn"))):
        raise NotTaken("The address to confirm the subscription at is not Amazon's.")
    if not safe_http.request("GET", url).ok:
        raise NotTaken("Amazon did not take the confirmation.")
    return True


def _outbound(event: AnymailTrackingEvent) -> str:
    """Our id among what the provider gave back; "" for none, or what is no id."""
    said = (event.metadata or {}).get(METADATA) or _tag_of_ses(event.esp_event)
    try:
        return str(UUID(str(said)))
    except ValueError:
        return ""


def _tag_of_ses(raw: object) -> str:
    mail = raw.get("mail") if isinstance(raw, dict) else None
    tags = mail.get("tags") if isinstance(mail, dict) else None
    values = tags.get(METADATA) if isinstance(tags, dict) else None
    return str(values[0]) if isinstance(values, list) and values else ""


def _reported(event: AnymailTrackingEvent) -> Reported:
    words = " ".join(str(part) for part in (event.mta_response, event.description) if part)
    return Reported(
        kind=str(event.event_type),
        event_id=str(event.event_id or ""),
        outbound=_outbound(event),
        ref=str(event.message_id or ""),
        recipient=str(event.recipient or "").lower(),
        occurred_at=event.timestamp,
        cause=_cause(event, words),
        reason=str(event.reject_reason or ""),
        words=words[:300],
        url=str(event.click_url or ""),
        agent=str(event.user_agent or ""),
    )


def _cause(event: AnymailTrackingEvent, words: str) -> BounceCause:
    """Hard, soft or policy: by the server's status code, else by what the provider calls it."""
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    if event.reject_reason in POLICY:
        return BounceCause.POLICY
    bounce = raw.get("bounce")
    if isinstance(bounce, dict) and bounce.get("bounceType") in ("Transient", "Undetermined"):  # Amazon SES
        return BounceCause.SOFT
    if raw.get("type") == "blocked":  # SendGrid
        return bounce_causes.by_code(words) or BounceCause.SOFT
    return bounce_causes.cause(is_hard=event.reject_reason in (*HARD, None), words=words)


def take_effect(event: Reported, message_id: UUID, now: datetime) -> None:
    """Do what follows from an event; `now` bounds what the provider says about its time."""
    at = min(event.occurred_at or now, now)
    match event.kind:
        case EventType.DELIVERED:
            evidence.record_delivered(message_id=message_id, now=at)
        case EventType.DEFERRED:
            evidence.record_delay(message_id=message_id, note=event.words, now=at)
        case EventType.SENT | EventType.QUEUED:
            evidence.settle_by_evidence(message_id=message_id, note="The provider reported that it has it.", now=at)
        case EventType.AUTORESPONDED:
            _answered_by_a_machine(message_id, at)
        case EventType.BOUNCED | EventType.FAILED | EventType.REJECTED:
            _came_back(event, message_id, at)
        case EventType.COMPLAINED:
            _complained(message_id, at)
        case EventType.UNSUBSCRIBED:
            evidence.unsubscribe(message_id=message_id, how=BY_PROVIDER, now=at)
        case EventType.OPENED | EventType.CLICKED:
            _seen(event, message_id, at)


def _came_back(event: Reported, message_id: UUID, at: datetime) -> None:
    if event.reason == RejectReason.UNSUBSCRIBED:  # the provider takes no mail of ours for them any more
        evidence.unsubscribe_from_everything(message_id=message_id, how=BY_PROVIDER, now=at)
        return
    evidence.record_bounce(message_id=message_id, cause=event.cause, note=event.words, now=at)


def _candidate(message_id: UUID) -> UUID | None:
    found: UUID | None = OutboundMessage.objects.filter(pk=message_id).values_list("candidate_id", flat=True).first()
    return found


def _answered_by_a_machine(message_id: UUID, at: datetime) -> None:
    """The provider took an absence note, or the like, for itself and tells no day of return."""
    candidate = _candidate(message_id)
    if candidate is not None:
        until = at + evidence.UNSTATED_ABSENCE
        evidence.record_auto_reply(candidate_id=candidate, message_id=message_id, until=until, now=at)


def _complained(message_id: UUID, at: datetime) -> None:
    candidate = _candidate(message_id)
    if candidate is not None:
        evidence.record_complaint(candidate_id=candidate, message_id=message_id, now=at)


def _seen(event: Reported, message_id: UUID, at: datetime) -> None:
    """An open or a click that only the provider counted; what our own picture and links count is left to them."""
    message = OutboundMessage.objects.get(pk=message_id)
    who = hits.by_agent(event.agent)
    if event.kind == EventType.OPENED:
        if "/t/o/" not in message.html:
            evidence.record_opened(message_id=message_id, now=at, by=who, agent=event.agent)
    elif event.url and "/t/c/" not in event.url:
        link, _ = TrackedLink.objects.get_or_create(message=message, target=event.url[:2000])
        evidence.record_clicked(link=link, now=at, by=who, agent=event.agent)
