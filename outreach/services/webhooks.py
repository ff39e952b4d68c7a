"""Webhooks of steps and automation: what another system is told about a person, by rows that workers deliver again.

Signed as Standard Webhooks 1.0.0 asks: HMAC-SHA256 over `id.timestamp.body`, the key shown as `whsec_...`.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from crm import safe_http
from crm.actors import Actor
from crm.background import wake_on_commit
from crm.safe_hosts import NoAnswer, RequestError
from crm.services import audit
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.waiting import tenants_with
from outreach.choices import CallState
from outreach.models import Enrolment, RuleRun, SequenceStep, WebhookCall
from outreach.services import webhook_secrets

TYPE, RULE_TYPE = "sequence.step", "automation.rule"
BATCH = 20
PAGE = 50
DELIVER = "outreach.tasks.deliver_webhooks"
LEASE = timedelta(minutes=2)  # longer than a request may take: a worker that died is followed by another one
PAUSES = [timedelta(seconds=5), *(timedelta(minutes=m) for m in (5, 30, 120, 300, 600, 840, 1200, 1440))]


@dataclass(frozen=True)
class Taken:
    """One delivery that this worker does now."""

    key: UUID
    url: str
    body: bytes


def signature(*, key: str, message_id: str, at: datetime, body: bytes) -> str:
    """The `webhook-signature` of a body sent at a moment."""
    text = f"{message_id}.{int(at.timestamp())}.".encode() + body
    found = hmac.new(base64.b64decode(key.removeprefix("whsec_")), text, sha256).digest()
    return "v1," + base64.b64encode(found).decode()


def _said(enrolment: Enrolment, step: SequenceStep, now: datetime) -> dict[str, Any]:
    data = {
        "candidate": {"id": str(enrolment.candidate_id), "name": enrolment.candidate.name},
        "enrolment": str(enrolment.pk),
        "sequence": {"id": str(enrolment.sequence_id), "name": enrolment.sequence.name},
        "step": str(step.pk),
    }
    return {"type": TYPE, "timestamp": now.isoformat(), "data": data}


def queue(*, step: SequenceStep, enrolments: Row[Enrolment], now: datetime) -> None:
    """A row for each person, once for each enrolment; in the transaction of the step."""
    url = str(step.settings.get("url") or "")
    rows = [
        WebhookCall(enrolment=one, step=step, url=url, body=_said(one, step, now), next_at=now) for one in enrolments
    ]
    WebhookCall.objects.bulk_create(rows if url else [], ignore_conflicts=True, batch_size=500)


def queue_for_rule(*, url: str, runs: Row[RuleRun], names: Mapping[UUID, str], now: datetime) -> None:
    """A row for each run of an automation, in its transaction; `names` are those of the people."""

    def body(run: RuleRun) -> dict[str, Any]:
        data = {
            "candidate": {"id": str(run.candidate_id), "name": names.get(run.candidate_id, "")},
            "automation": {"id": str(run.rule_id), "name": run.rule.name},
            "run": str(run.pk),
        }
        return {"type": RULE_TYPE, "timestamp": now.isoformat(), "data": data}

    rows = [WebhookCall(run=one, url=url, body=body(one), next_at=now) for one in runs]
    WebhookCall.objects.bulk_create(rows, batch_size=500)


def tenants_with_due() -> list[UUID]:
    """Active tenants in which a delivery is due."""
    return tenants_with("outreach_webhookcall", "w.state = 'waiting' AND w.next_at <= now()", oldest="next_at")


@transaction.atomic
def _take(now: datetime) -> list[Taken]:
    """Due rows, out of sight of other workers until the lease is over."""
    due = WebhookCall.objects.filter(state=CallState.WAITING, next_at__lte=now).order_by("next_at", "pk")
    rows = list(due.select_for_update(skip_locked=True)[:BATCH])
    WebhookCall.objects.filter(pk__in=[row.pk for row in rows]).update(next_at=now + LEASE)
    return [Taken(row.pk, row.url, json.dumps(row.body, separators=(",", ":")).encode()) for row in rows]


@dataclass(frozen=True)
class Outcome:
    """What a try met with; `code` is the HTTP status of an answer."""

    is_delivered: bool
    is_worth_more: bool
    words: str
    code: int | None = None


def _signatures(keys: Row[str], message_id: str, at: datetime, body: bytes) -> str:
    """One for each key, with spaces between, as Standard Webhooks has it for a change of keys."""
    return " ".join(signature(key=key, message_id=message_id, at=at, body=body) for key in keys)


def _post(keys: Row[str], taken: Taken, now: datetime) -> Outcome:
    message_id = f"msg_{taken.key.hex}"
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": _signatures(keys, message_id, now, taken.body),
    }
    try:
        answer = safe_http.request("POST", taken.url, headers=headers, body=taken.body)
    except NoAnswer as error:
        return Outcome(False, True, str(error))
    except RequestError as error:
        return Outcome(False, False, str(error))
    return Outcome(answer.ok, answer.status != 410, f"Answered {answer.status}.", answer.status)


def _settle(taken: Taken, outcome: Outcome, now: datetime) -> None:
    row = WebhookCall.objects.select_for_update().filter(pk=taken.key, state=CallState.WAITING).first()
    if row is None:
        return
    row.answer, row.answer_code, row.tried_at = outcome.words[:300], outcome.code, now
    if outcome.is_delivered:
        row.state = CallState.DELIVERED
    elif outcome.is_worth_more and row.attempts < len(PAUSES):
        row.next_at = now + PAUSES[row.attempts]
    else:
        row.state = CallState.FAILED
    row.attempts += 1
    row.save(update_fields=["state", "next_at", "attempts", "answer", "answer_code", "tried_at"])


def deliver_due(*, tenant_id: UUID, now: datetime) -> int:
    """Deliver up to BATCH due rows; returns how many were tried. Call it outside of any transaction.

    No transaction is open while another system is waited for; a worker that dies is followed after LEASE.
    """
    with open_tenant(tenant_id):
        rows, keys = _take(now), webhook_secrets.keys(now)
    for taken in rows:
        outcome = _post(keys, taken, now)
        with open_tenant(tenant_id):
            _settle(taken, outcome, now)
    return len(rows)


class NotSentAgain(ValueError):
    """This delivery is not to be tried again; the message says why."""


def deliveries(*, state: str = "", after: UUID | None = None) -> list[WebhookCall]:
    """Deliveries, the newest first, one more than a page; what told them, and the people, are loaded."""
    loaded = ("enrolment__sequence", "enrolment__candidate", "run__rule", "run__candidate")
    rows = WebhookCall.objects.select_related(*loaded).order_by("-pk")
    rows = rows.filter(state=state) if state in CallState.values else rows
    return list(rows.filter(pk__lt=after)[: PAGE + 1] if after else rows[: PAGE + 1])


def counts() -> dict[str, int]:
    """{state: deliveries}, every state named."""
    counted = WebhookCall.objects.order_by().values_list("state").annotate(n=Count("pk"))
    return {str(state): 0 for state in CallState} | dict(counted)


@transaction.atomic
def send_again(*, call: WebhookCall, by: Actor, now: datetime) -> WebhookCall:
    """Try it at once, with all its tries before it, to where its step points now. Raises NotSentAgain.

    The `webhook-id` stays the same: a receiver that had it can tell.
    """
    row = WebhookCall.objects.select_for_update(of=("self",)).select_related("step").get(pk=call.pk)
    if row.state == CallState.WAITING and row.next_at <= now + LEASE:
        raise NotSentAgain("It is about to be tried anyway.")
    row.state, row.next_at, row.attempts = CallState.WAITING, now, 0
    row.url = str(row.step.settings.get("url") or row.url) if row.step else row.url
    row.save(update_fields=["state", "next_at", "attempts", "url"])
    audit.record(action="webhook.send_again", by=by, object_type="outreach.webhookcall", object_id=row.pk)
    wake_on_commit(DELIVER, "sync", row.tenant_id)
    return row
