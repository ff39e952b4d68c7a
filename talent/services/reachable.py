"""Whom a colleague may write to: everybody else is left out where people are looked for."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from talent.models import ContactBan, FencedCandidate
from talent.services import off_limits


def only(people: QuerySet[FencedCandidate], now: datetime) -> QuerySet[FencedCandidate]:
    """Of these people, those whom neither a ban on everything or on mail nor what is off limits keeps us from.

    Exceptions that a manager made for one person have no say: who looks for somebody else is not to meet them here.
    """
    bans = ContactBan.objects.in_force(now).against_writing().fenced()
    return off_limits.without(people.filter(~Exists(bans.filter(candidate_id=OuterRef("pk")))), now)
