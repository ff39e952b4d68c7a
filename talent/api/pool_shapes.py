"""What the API takes and gives about pools."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from crm.api.strict import StrictSerializer
from talent.choices import PoolVisibility, ProposalState

Shape = serializers.Serializer[Any]
WAYS = ["earlier", "later"]


class StageRow(Shape):
    """A stage of a pool."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    position = serializers.IntegerField()


class PoolRow(Shape):
    """A pool. Keys see shared pools only; members also their own and those they were let into."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    owner_id = serializers.UUIDField(allow_null=True)
    visibility = serializers.ChoiceField(PoolVisibility.choices)
    fed_by_id = serializers.UUIDField(allow_null=True, help_text="The segment whose people are proposed.")
    size = serializers.IntegerField()
    unreviewed = serializers.IntegerField(help_text="Proposals that wait for a decision.")
    created_at = serializers.DateTimeField()


class PoolIn(StrictSerializer):
    """A pool to make. One that is not shared needs a member's session: a key owns nothing."""

    name = serializers.CharField(max_length=120)
    purpose = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    visibility = serializers.ChoiceField(PoolVisibility.choices, required=False, default=PoolVisibility.SHARED)
    stages_of = serializers.UUIDField(required=False, allow_null=True, default=None)


class PoolChange(StrictSerializer):
    """What to change of a pool; `fed_by_id` null ends the feeding."""

    name = serializers.CharField(max_length=120, required=False)
    purpose = serializers.CharField(max_length=300, required=False, allow_blank=True)
    fed_by_id = serializers.UUIDField(required=False, allow_null=True)


class PoolSharing(StrictSerializer):
    """Who may know of a pool."""

    visibility = serializers.ChoiceField(PoolVisibility.choices)
    members = serializers.ListField(child=serializers.UUIDField(), max_length=500, required=False, default=list)
    owner_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class PoolMemberRow(Shape):
    """A person's place in a pool."""

    id = serializers.UUIDField()
    candidate_id = serializers.UUIDField()
    name = serializers.CharField(source="candidate.name")
    stage_id = serializers.UUIDField()
    stage = serializers.CharField(source="stage.name")
    reason = serializers.CharField()
    added_by = serializers.CharField()
    moved_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class PoolMemberPage(Shape):
    """A page of a pool's people."""

    results = PoolMemberRow(many=True)
    next = serializers.CharField(allow_null=True)


class PoolMembersIn(StrictSerializer):
    """People to put into a pool, at its first stage unless told."""

    candidates = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=1000)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    stage_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class MoveIn(StrictSerializer):
    """The stage to move to."""

    stage_id = serializers.UUIDField()


class StageIn(StrictSerializer):
    """The name of a stage."""

    name = serializers.CharField(max_length=60)


class StageChange(StrictSerializer):
    """Another name, or another place in the order."""

    name = serializers.CharField(max_length=60, required=False)
    shift = serializers.ChoiceField(WAYS, required=False, help_text="By one place; at the end nothing changes.")


class StagesFrom(StrictSerializer):
    """The pool whose stages are taken over; people keep a stage of the same name, the others go to the first."""

    pool_id = serializers.UUIDField()


class PoolShared(Shape):
    """Who may know of a pool: `members` are those let into a confidential one, besides its owner."""

    visibility = serializers.ChoiceField(PoolVisibility.choices)
    members = serializers.ListField(child=serializers.UUIDField())
    owner_id = serializers.UUIDField(allow_null=True)


class PoolUndoIn(StrictSerializer):
    """What the decision answered."""

    undo = serializers.CharField(max_length=64)


class PoolUndone(Shape):
    """What is as before, in words."""

    said = serializers.CharField()


class ProposalRow(Shape):
    """Somebody whom the pool's segment has brought."""

    id = serializers.UUIDField()
    candidate_id = serializers.UUIDField()
    name = serializers.CharField(source="candidate.name")
    state = serializers.ChoiceField(ProposalState.choices)
    proposed_at = serializers.DateTimeField()
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)


class ProposalPage(Shape):
    """A page of proposals."""

    results = ProposalRow(many=True)
    next = serializers.CharField(allow_null=True)


class DecisionIn(StrictSerializer):
    """Proposals to decide upon together."""

    proposals = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=1000)
    accept = serializers.BooleanField()
    stage_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class Decided(Shape):
    """How many were decided upon."""

    decided = serializers.IntegerField()
    undo = serializers.CharField(help_text="Takes it back within the hour; empty when nobody was decided upon.")
