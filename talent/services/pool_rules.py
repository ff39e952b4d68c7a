"""Segments that ask about pools: what changes a pool as a whole is an event for none of its people."""

from __future__ import annotations

from django.utils import timezone

from crm import events
from crm.actors import Actor
from crm.events import Subject
from talent.events import SEGMENT_CHANGED
from talent.filters import tree
from talent.models import Segment
from talent.services import membership

FIELDS = ("pool", "pool_stage")


def judge_again(by: Actor) -> None:
    """Judge anew, moments later, by every rule that asks who is in a pool or at a stage.

    For a pool that is hidden, shown or deleted, and for stages that are renamed or taken away.
    """
    for segment, rule in membership.in_order(Segment.objects.all()):
        if any(condition.field in FIELDS for condition in tree.conditions(rule)):
            events.publish(
                SEGMENT_CHANGED,
                candidate=None,
                occurred_at=timezone.now(),
                actor=by,
                subject=Subject("talent.segment", segment.pk),
                data={"segment": segment.name},
            )
