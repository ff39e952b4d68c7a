"""What became of text messages, as their provider tells it."""

from __future__ import annotations

from datetime import datetime

from outreach.services import evidence, texting


def take(*, sid: str, status: str, code: str, now: datetime) -> bool:
    """Note a status; False for a message that is not ours. The same one again, or an older one, changes nothing."""
    message = texting.message_of(sid)
    if message is None:
        return False
    if status in ("sent", "queued", "accepted", "sending"):
        evidence.settle_by_evidence(message_id=message.pk, note="Twilio reported that it has it.", now=now)
    elif status in ("delivered", "read"):
        evidence.record_delivered(message_id=message.pk, now=now)
    elif status in ("failed", "undelivered"):
        words = f"Twilio could not deliver it (error {code})." if code else "Twilio could not deliver it."
        evidence.record_bounce(message_id=message.pk, cause=texting.cause_of(code), note=words, now=now)
    return True
