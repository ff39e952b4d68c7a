"""The sandbox: mails are put into the product's own mailbox, byte for byte, and nothing leaves this system."""

from __future__ import annotations

from django.db.models.functions import Now

from crm.tenancy.context import tenant as open_tenant
from outreach.choices import MessageState
from outreach.models import OutboundMessage, SandboxMessage
from outreach.transports.base import Answer, Envelope, HandOver, Meanwhile, Result, nothing


class SandboxSession:
    """Puts mails into the sandbox mailbox of their tenant."""

    def send(self, envelope: Envelope, hand_over: HandOver, _: Meanwhile = nothing, /) -> Answer:
        if not hand_over():
            return Answer(Result.WITHHELD)
        with open_tenant(envelope.tenant_id):
            # Only under this claim: a worker that slept past its lease must not put in what others gave up.
            held = OutboundMessage.objects.filter(
                pk=envelope.outbound_id, claim=envelope.claim, state=MessageState.HANDED_OVER
            ).select_for_update()
            if not held.exists():
                return Answer(Result.UNKNOWN, text="The lease of this message was over.")
            SandboxMessage.objects.create(
                outbound_id=envelope.outbound_id,
                candidate_id=envelope.candidate_id,
                to_address=envelope.to_address,
                subject=envelope.subject,
                raw=envelope.raw,
                received_at=Now(),
            )
        return Answer(Result.ACCEPTED, 250, "Kept in the sandbox mailbox.", is_delivered=True)

    def close(self) -> None:
        """There is no connection."""


class SandboxTransport:
    """The way out of a tenant in test mode."""

    name = "sandbox"
    most_connections = 1

    def open(self) -> SandboxSession:
        return SandboxSession()
