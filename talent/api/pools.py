"""Pools for machines: list, make, change, delete; who is in them."""

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
from crm.permissions import Permission
from talent.api import shapes
from talent.api.candidates import EDIT, PAGING, limit_of
from talent.models import Candidate, PoolMembership, TalentPool
from talent.services import pools
from talent.services.pools import PoolExists


class PoolList(TenantAPIView):
    """All pools; a new one."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "POST": EDIT}

    @extend_schema(responses=shapes.PoolRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(shapes.PoolRow(TalentPool.objects.with_sizes(), many=True).data)

    @extend_schema(request=shapes.PoolIn, responses={201: shapes.PoolRow})
    def post(self, request: Request) -> Response:
        said = shapes.PoolIn(data=request.data).sent()
        try:
            pool = pools.create(by=self.actor, **said)
        except PoolExists as error:
            raise ValidationError({"name": [str(error)]}) from error
        return Response(shapes.pool(load(TalentPool.objects.with_sizes(), pool.pk)), status=201)


class PoolDetail(TenantAPIView):
    """One pool."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(responses=shapes.PoolRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(shapes.pool(load(TalentPool.objects.with_sizes(), pk)))

    @extend_schema(request=shapes.PoolChange, responses=shapes.PoolRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        pool = load(TalentPool.objects.with_sizes(), pk)
        said = {"name": pool.name, "purpose": pool.purpose} | shapes.PoolChange(data=request.data).sent()
        try:
            pools.edit(pool=pool, by=self.actor, **said)
        except PoolExists as error:
            raise ValidationError({"name": [str(error)]}) from error
        return Response(shapes.pool(pool))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        pools.delete(pool=load(TalentPool, pk), by=self.actor)
        return Response(status=204)


class PoolMembers(TenantAPIView):
    """Who is in a pool, the newest first; more people for it."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "POST": EDIT}

    @extend_schema(parameters=PAGING, responses=shapes.PoolMemberPage)
    def get(self, request: Request, pk: UUID) -> Response:
        members, limit = PoolMembership.objects.of(load(TalentPool, pk)), limit_of(request)
        try:
            page = paging.page(members, pools.LATEST, after=request.query_params.get("after", ""), limit=limit)
        except BadCursor as error:
            raise ValidationError({"after": [str(error)]}) from error
        return Response(shapes.PoolMemberPage({"results": page.rows, "next": page.after or None}).data)

    @extend_schema(request=shapes.PoolMembersIn, responses=shapes.Added)
    def post(self, request: Request, pk: UUID) -> Response:
        pool, said = load(TalentPool, pk), shapes.PoolMembersIn(data=request.data).sent()
        people = list(Candidate.objects.filter(pk__in=said["candidates"]))
        if len(people) < len(set(said["candidates"])):
            raise ValidationError({"candidates": ["Some of these people do not exist in this workspace."]})
        added = pools.add(pool=pool, candidates=people, by=self.actor, now=timezone.now(), reason=said["reason"])
        return Response({"added": added})


class PoolMemberDetail(TenantAPIView):
    """One person's place in a pool."""

    permissions = {"PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(request=shapes.StageIn, responses=shapes.PoolMemberRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        place = load(PoolMembership.objects.select_related("pool", "candidate"), pk)
        said = shapes.StageIn(data=request.data).sent()
        pools.move(membership=place, stage=said["stage"], by=self.actor, now=timezone.now())
        return Response(shapes.PoolMemberRow(place).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        place = load(PoolMembership.objects.select_related("pool", "candidate"), pk)
        pools.remove(pool=place.pool, candidates=[place.candidate], by=self.actor, now=timezone.now())
        return Response(status=204)
