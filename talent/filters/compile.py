"""A tree as a query over the fenced candidates.

Leaves on columns rest on the candidate's indexes (GIN for skills, tags and titles), leaves on other tables are EXISTS.
"Not" is carried down to the leaves, each of which knows its opposite, so that no index is lost behind a negation.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from talent.filters import catalogue
from talent.filters.clock import Clock
from talent.filters.leaves import NOBODY, leaf
from talent.filters.tree import All, Any, Condition, Node, Not
from talent.models import FencedCandidate


def _every(nodes: Sequence[Node], clock: Clock, truth: bool) -> Q:
    return reduce(operator.and_, (where(one, clock, truth) for one in nodes), Q())


def _some(nodes: Sequence[Node], clock: Clock, truth: bool) -> Q:
    return reduce(operator.or_, (where(one, clock, truth) for one in nodes)) if nodes else NOBODY


def where(node: Node, clock: Clock, truth: bool = True) -> Q:
    """The people for whom the tree is `truth`, as a condition on `FencedCandidate`."""
    match node:
        case All(nodes):
            return _every(nodes, clock, truth) if truth else _some(nodes, clock, truth)
        case Any(nodes):
            return _some(nodes, clock, truth) if truth else _every(nodes, clock, truth)
        case Not(inner):
            return where(inner, clock, not truth)
        case Condition():
            return leaf(node, clock, truth)


def candidates(tree: Node, now: datetime, zone: ZoneInfo) -> QuerySet[FencedCandidate]:
    """The people of the current tenant who match, unordered.

    `now` is an aware moment; "days" are whole days of `zone`, the tenant's: "in the last 7 days" begins at midnight
    seven days ago. Raises TenantError outside `with tenant(...)`.
    """
    with catalogue.remembering_if_alone():
        return FencedCandidate.objects.filter(where(tree, Clock(now, zone)))
