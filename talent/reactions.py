"""What the talent community does when something happened, or when time has passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from crm.models import Event
from talent.choices import MembershipCause
from talent.events import FIELDS_CHANGED, SEGMENT_CHANGED, SEGMENT_ENTERED, SEGMENT_LEFT
from talent.services import (
    bulk_prune,
    consents,
    endings,
    engagement,
    kept_rules,
    membership,
    merges,
    pool_feeds,
    segment_watches,
    seniority,
    upkeep,
)


def keep_membership(events: Sequence[Event]) -> None:
    """Reader: judge the people whom something happened to by every segment, and everybody by segments whose rule is
    new or asks for what changed of many."""
    now = timezone.now()
    changed = {e.subject_id for e in events if e.kind == SEGMENT_CHANGED and e.subject_id}
    by_rule = {s.pk for s in membership.with_dependents(changed)} if changed else set()
    asking = _asking([e for e in events if e.kind == FIELDS_CHANGED])
    for segment in membership.with_dependents(by_rule | asking) if by_rule | asking else []:
        cause = MembershipCause.RULE if segment.pk in by_rule else MembershipCause.DATA
        membership.refresh(segment=segment, cause=cause, now=now)
    people = {e.candidate_id for e in events if e.candidate_id and e.kind not in (SEGMENT_ENTERED, SEGMENT_LEFT)}
    upkeep.keep(people=people, now=now)


def _asking(events: Sequence[Event]) -> set[UUID]:
    """The segments that ask for what these events say has changed."""
    told = {(tuple(e.data.get("fields", ())), tuple(e.data.get("words", ()))) for e in events}
    return set().union(*(membership.asking(fields, words) for fields, words in told))


def keep_engagement(events: Sequence[Event]) -> None:
    """Reader: sum up anew the evidence about people of whom there is new evidence."""
    engagement.refresh(people={e.candidate_id for e in events if e.candidate_id}, now=timezone.now())


def walk_engagement() -> None:
    """Sweep: sum up everybody after the weights have changed."""
    engagement.walk_tenants(now=timezone.now())


def keep_seniority() -> None:
    """Sweep: read the level of everybody anew, once a day: years pass."""
    seniority.keep_tenants(now=timezone.now())


def refresh_by_time() -> None:
    """Sweep: judge again by the rules that time alone changes."""
    membership.refresh_by_time(now=timezone.now())


def feed_pools(events: Sequence[Event]) -> None:
    """Reader: who entered a segment is proposed to the pools that it feeds; who left it again is not."""
    moves: dict[tuple[UUID, str], set[UUID]] = defaultdict(set)
    for event in events:
        if event.subject_id and event.candidate_id:
            moves[event.subject_id, event.kind].add(event.candidate_id)
    now = timezone.now()
    for (segment, kind), people in moves.items():
        if kind == SEGMENT_ENTERED:
            pool_feeds.segment_brought(segment=segment, people=people, now=now)
    for (segment, kind), people in moves.items():
        if kind == SEGMENT_LEFT:
            pool_feeds.segment_lost(segment=segment, people=people)


def tell_watchers(events: Sequence[Event]) -> None:
    """Reader: who watches a segment hears of those who entered it."""
    entered: dict[UUID, datetime] = {}
    for event in events:
        if event.subject_id and event.data.get("cause") in segment_watches.NEWS:
            first = entered.get(event.subject_id, event.occurred_at)
            entered[event.subject_id] = min(first, event.occurred_at)
    if entered:
        segment_watches.tell(entered=entered)


def tell_expired_consents() -> None:
    """Sweep: consents that ran out are an event, once each."""
    consents.tell_expired_everywhere(now=timezone.now())


def tell_what_ended() -> None:
    """Sweep: bans and off-limits entries whose time is over are an event, once each."""
    endings.tell_everywhere(now=timezone.now())


def prune_bulk() -> None:
    """Sweep: an act on many people that can no longer be undone forgets whom it reached."""
    bulk_prune.prune(now=timezone.now())


def forget_old_merges() -> None:
    """Sweep: a merge that can no longer be taken back keeps no journal."""
    merges.forget_old(now=timezone.now())


def forget_kept_rules() -> None:
    """Sweep: rules of addresses that nobody has opened for long."""
    kept_rules.forget_old(now=timezone.now())
