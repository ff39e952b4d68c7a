"""The stages of pools, and the people whom segments propose for them, for machines."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm import paging
from crm.access import load
from crm.api.views import TenantAPIView
from crm.paging import BadCursor
from talent.api import pool_shapes as shapes
from talent.api.candidates import EDIT, PAGING, limit_of
from talent.api.pools import VIEW
from talent.models import PoolStage, TalentPool
from talent.services import pool_feeds, pool_stages
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

    @extend_schema(request=shapes.StageIn, responses=shapes.StageRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        stage, said = load(PoolStage, pk), shapes.StageIn(data=request.data).sent()
        try:
            pool_stages.rename(stage=stage, name=said["name"], by=self.actor)
        except BadStage as error:
            raise ValidationError({"name": [str(error)]}) from error
        return Response(shapes.StageRow(stage).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        try:
            pool_stages.remove(stage=load(PoolStage, pk), by=self.actor, now=timezone.now())
        except BadStage as error:
            raise ValidationError({"stage": [str(error)]}) from error
        return Response(status=204)


class ProposalList(TenantAPIView):
    """Who waits for a decision, the latest first; decide."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(operation_id="pools_proposals_list", parameters=PAGING, responses=shapes.ProposalPage)
    def get(self, request: Request, pk: UUID) -> Response:
        rows, limit = pool_feeds.unreviewed(load(TalentPool, pk)), limit_of(request)
        try:
            page = paging.page(rows, pool_feeds.LATEST, after=request.query_params.get("after", ""), limit=limit)
        except BadCursor as error:
            raise ValidationError({"after": [str(error)]}) from error
        return Response(shapes.ProposalPage({"results": page.rows, "next": page.after or None}).data)

    @extend_schema(request=shapes.DecisionIn, responses=shapes.Decided)
    def post(self, request: Request, pk: UUID) -> Response:
        pool, said = load(TalentPool, pk), shapes.DecisionIn(data=request.data).sent()
        rows, now = list(pool_feeds.unreviewed(pool).filter(pk__in=said["proposals"])), timezone.now()
        stage = next((s for s in pool_stages.of(pool) if s.pk == said["stage_id"]), None)
        if said["stage_id"] and stage is None:
            raise ValidationError({"stage_id": ["There is no such stage in this pool."]})
        if said["accept"]:
            pool_feeds.accept(pool=pool, proposals=rows, by=self.actor, now=now, stage=stage)
        else:
            pool_feeds.decline(pool=pool, proposals=rows, by=self.actor, now=now)
        return Response({"decided": len(rows)})
