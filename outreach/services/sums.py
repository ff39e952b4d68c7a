"""Counts of the ledger that always add up: whoever was meant to get a message got it, or there is a reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from outreach.choices import ACCEPTED_STATES, OPEN_STATES, ExclusionReason, MessageState
from outreach.models import OutboundMessage


@dataclass(frozen=True)
class Sums:
    """planned = waiting + accepted + refused + unknown + excluded. Delivered, bounced and complained are accepted."""

    planned: int
    waiting: int
    accepted: int
    refused: int
    unknown: int
    excluded: int
    delivered: int
    bounced: int
    complained: int
    reasons: tuple[tuple[str, str, int], ...] = ()  # (reason, its words, how many), most first

    @property
    def adds_up(self) -> bool:
        return self.planned == self.waiting + self.accepted + self.refused + self.unknown + self.excluded


def of(rows: QuerySet[OutboundMessage]) -> Sums:
    """The sums of any set of ledger rows, in two queries."""
    by_state = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    excluded = rows.filter(state=MessageState.EXCLUDED).order_by()
    reasons = excluded.values_list("excluded_reason").annotate(n=Count("pk")).order_by("-n", "excluded_reason")
    return Sums(
        planned=sum(by_state.values()),
        waiting=sum(by_state.get(s, 0) for s in OPEN_STATES),
        accepted=sum(by_state.get(s, 0) for s in ACCEPTED_STATES),
        refused=by_state.get(MessageState.REFUSED, 0),
        unknown=by_state.get(MessageState.UNKNOWN, 0),
        excluded=by_state.get(MessageState.EXCLUDED, 0),
        delivered=by_state.get(MessageState.DELIVERED, 0),
        bounced=by_state.get(MessageState.BOUNCED, 0),
        complained=by_state.get(MessageState.COMPLAINED, 0),
        reasons=tuple((reason, str(ExclusionReason(reason).label), n) for reason, n in reasons),
    )
