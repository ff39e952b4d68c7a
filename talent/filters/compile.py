"""A tree as a query over the fenced candidates.

Leaves on columns rest on the candidate's indexes (GIN for skills, tags and titles), leaves on other tables are EXISTS.
What must hold together is gathered first: skills, states and countries are one question to one index (`skilled`).
"Not" is carried down to the leaves, each of which knows its opposite, so that no index is lost behind a negation.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from talent.filters import catalogue, skilled
from talent.filters.clock import Clock
from talent.filters.leaves import NOBODY
from talent.filters.skilled import Held
from talent.filters.tree import All, Any, Condition, Node, Not
from talent.models import FencedCandidate


def _some(nodes: Sequence[Node], truth: bool, clock: Clock) -> Q:
    return reduce(operator.or_, (where(one, clock, truth) for one in nodes)) if nodes else NOBODY


def _held(node: Node, truth: bool) -> Iterator[Held | tuple[Sequence[Node], bool]]:
    """What must hold for the node to be `truth`: conditions, and groups of which one node is to be so."""
    match node:
        case Condition():
            yield Held(node, truth)
        case Not(inner):
            yield from _held(inner, not truth)
        case All(nodes) | Any(nodes) if isinstance(node, All) is truth:
            for one in nodes:
                yield from _held(one, truth)
        case All(nodes) | Any(nodes):
            yield nodes, truth


def where(node: Node, clock: Clock, truth: bool = True) -> Q:
    """The people for whom the tree is `truth`, as a condition on `FencedCandidate`."""
    held = list(_held(node, truth))
    conditions = [one for one in held if isinstance(one, Held)]
    groups = (_some(*one, clock) for one in held if not isinstance(one, Held))
    return reduce(operator.and_, groups, skilled.every(conditions, clock))


def candidates(tree: Node, now: datetime, zone: ZoneInfo) -> QuerySet[FencedCandidate]:
    """The people of the current tenant who match, unordered.

    `now` is an aware moment; "days" are whole days of `zone`, the tenant's: "in the last 7 days" begins at midnight
    seven days ago. Raises TenantError outside `with tenant(...)`.
    """
    with catalogue.remembering_if_alone():
        return FencedCandidate.objects.filter(where(tree, Clock(now, zone)))
