"""Talent pools: curated, owned groups of people for a kind of need, and who may know of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, Window
from django.db.models.functions import Greatest, RowNumber

from crm.models import Member
from crm.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from crm.viewing import Viewer, viewer
from talent.choices import PoolVisibility, ProposalState
from talent.models.candidate import Candidate
from talent.models.segments import Segment


def _known(who: Viewer) -> Q:
    """Whether a pool is known to people who look."""
    known = Q(visibility=PoolVisibility.SHARED)
    if who.member_id is not None:
        guests = PoolGuest.objects.filter(pool_id=OuterRef("pk"), member_id=who.member_id).fenced()
        known |= Q(owner_id=who.member_id) | Q(Q(visibility=PoolVisibility.CONFIDENTIAL), Exists(guests))
    return known


class _NoneOf(Func):
    """Whether a value is none of those of a subquery, which is asked once, before everything else."""

    template, arg_joiner = "%(expressions)s)", " <> ALL ("
    output_field = BooleanField()


class TalentPoolQuerySet(TenantQuerySet["TalentPool"]):
    """Pools of the current tenant."""

    def visible(self) -> TalentPoolQuerySet:
        """Those that whoever looks may know of (see `crm.viewing`)."""
        return self if viewer().is_machinery else self.filter(_known(viewer()))

    def hidden(self) -> TalentPoolQuerySet:
        """The others."""
        return self.none() if viewer().is_machinery else self.filter(~_known(viewer()))

    def with_sizes(self) -> TalentPoolQuerySet:
        """With `size`, the number of people, `unreviewed` proposals, and the owner."""
        waiting = Q(proposals__state=ProposalState.WAITING)
        counted = self.annotate(
            size=Count("memberships", distinct=True), unreviewed=Count("proposals", filter=waiting, distinct=True)
        )
        return counted.select_related("owner__user", "fed_by").order_by("name")


class TalentPoolManager(TenantManager.from_queryset(TalentPoolQuerySet)):  # type: ignore[misc]
    """Pools of the current tenant that whoever looks may know of."""

    BY_VIEWER = True

    def beginning(self, rows: TalentPoolQuerySet) -> TalentPoolQuerySet:
        return rows.visible()


class OfPoolManager(TenantManager):
    """Rows of pools that whoever looks may know of."""

    BY_VIEWER = True

    def beginning(self, rows: TenantQuerySet[Any]) -> TenantQuerySet[Any]:
        if viewer().is_machinery:
            return rows
        # Through the fenced view: rules about pools are to keep the indexes of what else they ask. And not "in those
        # that are known": all tenants together, a pool has few people, so the planner would walk through all of them.
        hidden = TalentPool.whole_table.order_by().hidden().fenced().values("pk")
        return rows.filter(_NoneOf(F("pool_id"), ArraySubquery(hidden)))


class TalentPool(TenantModel):
    """A pool; who is in it is decided by people. A segment may feed it with proposals."""

    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300, blank=True)
    owner = TenantForeignKey(Member, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    visibility = models.CharField(max_length=12, choices=PoolVisibility, default=PoolVisibility.SHARED)
    fed_by = TenantForeignKey(Segment, on_delete=models.SET_NULL, related_name="fed_pools", null=True, blank=True)

    objects: ClassVar[TalentPoolManager] = TalentPoolManager()
    # For Django's own joins and deletions, and to tell what is hidden.
    whole_table: ClassVar[Any] = TenantManager.from_queryset(TalentPoolQuerySet)()

    class Meta(TenantModel.Meta):
        base_manager_name = "whole_table"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"], condition=Q(visibility="shared"), name="pool_name_once_shared"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.visibility == PoolVisibility.SHARED

    def may_be_shared_by(self, member_id: UUID | None) -> bool:
        """Who sees a pool is decided by its owner; of one without an owner by any colleague."""
        return member_id is not None and self.owner_id in (None, member_id)


class PoolGuest(TenantModel):
    """A colleague who may see a confidential pool."""

    pool = TenantForeignKey(TalentPool, on_delete=models.CASCADE, related_name="guests", db_index=False)
    member = TenantForeignKey(Member, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "pool", "member"], name="pool_guest_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.pool_id}"


class PoolStage(TenantModel):
    """A step of courtship in one pool, in the order of `position`."""

    pool = TenantForeignKey(TalentPool, on_delete=models.CASCADE, related_name="stages", db_index=False)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()

    objects: ClassVar[OfPoolManager] = OfPoolManager()
    whole_table = TenantManager()  # for Django's own joins and deletions

    class Meta(TenantModel.Meta):
        base_manager_name = "whole_table"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["tenant", "pool", "name"], name="pool_stage_name_once")]

    def __str__(self) -> str:
        return self.name


class PoolMembershipQuerySet(TenantQuerySet["PoolMembership"]):
    """Places in pools of the current tenant."""

    def of(self, pool: TalentPool) -> PoolMembershipQuerySet:
        return self.filter(pool=pool).select_related("candidate", "stage")

    def in_stage(self, stage: UUID | None) -> PoolMembershipQuerySet:
        """Those in one stage; all of them when none is named."""
        return self.filter(stage_id=stage) if stage else self.all()

    def with_last_activity(self) -> PoolMembershipQuerySet:
        """With `active_at`: the last message either way, talk, or move in the pool, whichever came last."""
        contact = [F(f"candidate__last_{what}_at") for what in ("contacted", "replied", "two_way")]
        return self.annotate(active_at=Greatest(F("moved_at"), *contact))

    def longest_quiet(self, limit: int) -> PoolMembershipQuerySet:
        """The first `limit` of each stage, those with whom nothing happened for longest on top."""
        order = [F("active_at").asc(), F("pk").asc()]
        place = Window(RowNumber(), partition_by=F("stage_id"), order_by=order)
        return self.with_last_activity().annotate(place=place).filter(place__lte=limit).order_by(*order)


class PoolMembershipManager(OfPoolManager.from_queryset(PoolMembershipQuerySet)):  # type: ignore[misc]
    """Places in pools that whoever looks may know of."""


class PoolMembership(TenantModel):
    """A person's place in a pool."""

    pool = TenantForeignKey(TalentPool, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="pool_memberships", db_index=False)
    stage = TenantForeignKey(PoolStage, on_delete=models.RESTRICT, related_name="memberships", db_index=False)
    added_by = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)
    moved_at = models.DateTimeField(help_text="When the person came into this stage.")

    objects: ClassVar[PoolMembershipManager] = PoolMembershipManager()
    whole_table = TenantManager()  # for Django's own joins and deletions

    class Meta(TenantModel.Meta):
        base_manager_name = "whole_table"
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["tenant", "pool", "candidate"], name="pool_membership_once")]
        indexes = [
            models.Index(fields=["tenant", "candidate"], name="pool_membership_by_person"),
            models.Index(fields=["tenant", "stage"], name="pool_membership_by_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} in {self.pool_id}"


class PoolProposalQuerySet(TenantQuerySet["PoolProposal"]):
    """Proposals of the current tenant."""

    def waiting(self) -> PoolProposalQuerySet:
        return self.filter(state=ProposalState.WAITING)

    def decide(self, state: str, *, by: str, now: datetime) -> int:
        return self.update(state=state, decided_by=by[:120], decided_at=now)


class PoolProposalManager(OfPoolManager.from_queryset(PoolProposalQuerySet)):  # type: ignore[misc]
    """Proposals for pools that whoever looks may know of."""


class PoolProposal(TenantModel):
    """Somebody whom the segment that feeds a pool has brought; a decision is remembered, so that nobody asks twice."""

    pool = TenantForeignKey(TalentPool, on_delete=models.CASCADE, related_name="proposals", db_index=False)
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=ProposalState, default=ProposalState.WAITING)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)

    objects: ClassVar[PoolProposalManager] = PoolProposalManager()
    whole_table = TenantManager()  # for Django's own joins and deletions

    class Meta(TenantModel.Meta):
        base_manager_name = "whole_table"
        constraints = [models.UniqueConstraint(fields=["tenant", "pool", "candidate"], name="pool_proposal_once")]
        indexes = [models.Index(fields=["tenant", "pool", "state", "-proposed_at"], name="pool_proposal_by_state")]

    def __str__(self) -> str:
        return f"{self.candidate_id} for {self.pool_id}"
