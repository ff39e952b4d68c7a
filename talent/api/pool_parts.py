"""The stages of pools, and the people whom segments propose for them, for machines."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm import paging
from crm.access import load
from crm.api.pages import limit_of, one_of
from crm.api.views import TenantAPIView
from crm.services.undo import NothingToUndo
from talent.api import pool_shapes as shapes
from talent.api.candidates import EDIT, PAGING
from talent.api.pools import VIEW
from talent.choices import ProposalState
from talent.models import PoolStage, TalentPool
from talent.services import pool_feeds, pool_stages, pool_undo
from talent.services.pool_stages import BadStage


class StageList(TenantAPIView):
    """The stages of a pool in their order; one more."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(operation_id="pools_stages_list", responses=shapes.StageRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(shapes.StageRow(pool_stages.of(load(TalentPool, pk)), many=True).data)

    @extend_schema(request=shapes.StageIn, responses={201: shapes.StageRow})
    def post(self, request: Request, pk: UUID) -> Response:
        pool, said = load(TalentPool, pk), shapes.StageIn(data=request.data).sent()
        try:
            stage = pool_stages.add(pool=pool, name=said["name"], by=self.actor)
        except BadStage as error:
            raise ValidationError({"name": [str(error)]}) from error
        return Response(shapes.StageRow(stage).data, status=201)


class StageDetail(TenantAPIView):
    """One stage; when it goes, its people go to the one before it."""

    permissions = {"PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(request=shapes.StageChange, responses=shapes.StageRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        stage, said = load(PoolStage, pk), shapes.StageChange(data=request.data).sent()
        try:
            if "name" in said:
                pool_stages.rename(stage=stage, name=said["name"], by=self.actor)
        except BadStage as error:
            raise ValidationError({"name": [str(error)]}) from error
        if "shift" in said:
            pool_stages.shift(stage=stage, by=self.actor, later=said["shift"] == "later")
        return Response(shapes.StageRow(load(PoolStage, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        try:
            pool_stages.remove(stage=load(PoolStage, pk), by=self.actor, now=timezone.now())
        except BadStage as error:
            raise ValidationError({"stage": [str(error)]}) from error
        return Response(status=204)


class StageCopy(TenantAPIView):
    """The stages of another pool for this one."""

    permissions = {"POST": EDIT}

    @extend_schema(operation_id="pools_stages_copy", request=shapes.StagesFrom, responses=shapes.StageRow(many=True))
    def post(self, request: Request, pk: UUID) -> Response:
        pool, said = load(TalentPool, pk), shapes.StagesFrom(data=request.data).sent()
        source = TalentPool.objects.filter(pk=said["pool_id"]).first()
        if source is None:
            raise ValidationError({"pool_id": ["There is no such pool in this workspace."]})
        pool_stages.copy(pool=pool, source=source, by=self.actor, now=timezone.now())
        return Response(shapes.StageRow(pool_stages.of(pool), many=True).data)


class PoolUndo(TenantAPIView):
    """Take back a decision about proposals, within the hour."""

    permissions = {"POST": EDIT}

    @extend_schema(operation_id="pools_undo", request=shapes.PoolUndoIn, responses=shapes.PoolUndone)
    def post(self, request: Request) -> Response:
        token = shapes.PoolUndoIn(data=request.data).sent()["undo"]
        try:
            return Response({"said": pool_undo.take_back(token=token, by=self.actor, now=timezone.now())})
        except NothingToUndo as error:
            raise ValidationError({"undo": [str(error)]}) from error


STATE = OpenApiParameter("state", str, enum=ProposalState.values, description="Without it, those who wait.")


class ProposalList(TenantAPIView):
    """Who waits for a decision, or was decided upon, the latest first; decide."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(operation_id="pools_proposals_list", parameters=[*PAGING, STATE], responses=shapes.ProposalPage)
    def get(self, request: Request, pk: UUID) -> Response:
        pool, limit = load(TalentPool, pk), limit_of(request)
        state = one_of(request, "state", ProposalState.values) or ProposalState.WAITING
        rows = pool_feeds.proposals(pool, state)
        page = paging.page(rows, pool_feeds.LATEST, after=request.query_params.get("after", ""), limit=limit)
        return Response(shapes.ProposalPage({"results": page.rows, "next": page.after or None}).data)

    @extend_schema(request=shapes.DecisionIn, responses=shapes.Decided)
    def post(self, request: Request, pk: UUID) -> Response:
        pool, said = load(TalentPool, pk), shapes.DecisionIn(data=request.data).sent()
        rows, now = list(pool_feeds.unreviewed(pool).filter(pk__in=said["proposals"])), timezone.now()
        stage = next((s for s in pool_stages.of(pool) if s.pk == said["stage_id"]), None)
        if said["stage_id"] and stage is None:
            raise ValidationError({"stage_id": ["There is no such stage in this pool."]})
        if not rows:
            return Response({"decided": 0, "undo": ""})
        if said["accept"]:
            token = pool_feeds.accept(pool=pool, proposals=rows, by=self.actor, now=now, stage=stage)
        else:
            token = pool_feeds.decline(pool=pool, proposals=rows, by=self.actor, now=now)
        return Response({"decided": len(rows), "undo": token})
