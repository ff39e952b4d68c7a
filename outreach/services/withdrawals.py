"""What outreach gives up in the same moment in which somebody takes their consent back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crm.actors import Actor
from outreach.choices import ExclusionReason, StopReason
from outreach.models import OutboundMessage
from outreach.services import enrolments, planning
from talent.choices import Channel, ConsentPurpose

BY_HAND = (Channel.PHONE, Channel.LINKEDIN)  # nothing is planned to go that way: colleagues do it themselves


def give_up(*, candidate: UUID, purpose: str, channel: str, by: Actor, now: datetime) -> None:
    """Before the withdrawal is committed: their sequences end, and what was planned for them is taken back.

    `channel` is the one that they spoke of, empty: of all; a word about calls alone stops no mail.
    """
    if purpose == ConsentPurpose.CONTACT and channel not in BY_HAND:
        enrolments.stop_people(candidates=[candidate], reason=StopReason.EXCLUDED, now=now, by=by)
        planned = OutboundMessage.objects.filter(candidate_id=candidate, is_proactive=True)
        words = "They took their consent back."
        planning.exclude_planned(planned, reason=ExclusionReason.NO_CONSENT, words=words, now=now)
