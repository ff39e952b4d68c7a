"""Pools for machines: list, make, change, delete; who is in them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm import paging
from crm.access import load
from crm.api.pages import limit_of, uuid_of
from crm.api.versions import VersionedAPIView
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.permissions import Permission
from talent.api import pool_shapes as shapes
from talent.api.candidates import EDIT, PAGING
from talent.api.shapes import Added
from talent.models import Candidate, PoolMembership, PoolStage, Segment, TalentPool
from talent.services import pool_feeds, pool_sharing, pools
from talent.services.pool_sharing import NotTheOwner
from talent.services.pools import PoolExists, WrongStage

VIEW = Permission.CANDIDATE_VIEW
STAGE = OpenApiParameter("stage", UUID, description="Only those in one stage.")


def told(pool_id: UUID) -> dict[str, Any]:
    """A pool as PoolRow, with its numbers."""
    return dict(shapes.PoolRow(load(pools.overview(), pool_id)).data)


class PoolList(TenantAPIView):
    """All pools; a new one."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(responses=shapes.PoolRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(shapes.PoolRow(pools.overview(), many=True).data)

    @extend_schema(request=shapes.PoolIn, responses={201: shapes.PoolRow})
    def post(self, request: Request) -> Response:
        said = shapes.PoolIn(data=request.data).sent()
        source = said.pop("stages_of")
        try:
            pool = pools.create(by=self.actor, stages_of=load(TalentPool, source) if source else None, **said)
        except PoolExists as error:
            raise ValidationError({"name": [str(error)]}) from error
        return Response(told(pool.pk), status=201)


class PoolDetail(VersionedAPIView):
    """One pool."""

    permissions = {"GET": VIEW, "PATCH": EDIT, "DELETE": EDIT}
    kept_by_system = ("size", "unreviewed")

    @extend_schema(responses=shapes.PoolRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(told(pk))

    @extend_schema(request=shapes.PoolChange, responses=shapes.PoolRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        pool, sent = load(TalentPool, pk), shapes.PoolChange(data=request.data).sent()
        said = {"name": pool.name, "purpose": pool.purpose} | {k: v for k, v in sent.items() if k != "fed_by_id"}
        try:
            pools.edit(pool=pool, by=self.actor, **said)
        except PoolExists as error:
            raise ValidationError({"name": [str(error)]}) from error
        if "fed_by_id" in sent:
            segment = load(Segment, sent["fed_by_id"]) if sent["fed_by_id"] else None
            pool_feeds.feed(pool=pool, segment=segment, by=self.actor, now=timezone.now())
        return Response(told(pk))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        pools.delete(pool=load(TalentPool, pk), by=self.actor)
        return Response(status=204)


class PoolSharing(TenantAPIView):
    """Who may know of a pool; its owner decides."""

    permissions = {"GET": EDIT, "PUT": EDIT}

    @extend_schema(operation_id="pools_sharing", responses=shapes.PoolShared)
    def get(self, request: Request, pk: UUID) -> Response:
        pool = load(TalentPool, pk)
        if self.actor.kind != "member" or not pool.may_be_shared_by(self.actor.id):
            raise PermissionDenied("Only the owner of a pool decides who sees it.")
        members = [one.pk for one in pool_sharing.guests(pool)]
        return Response({"visibility": pool.visibility, "members": members, "owner_id": pool.owner_id})

    @extend_schema(request=shapes.PoolSharing, responses={204: None})
    def put(self, request: Request, pk: UUID) -> Response:
        pool, said = load(TalentPool, pk), shapes.PoolSharing(data=request.data).sent()
        team = {m.pk: m for m in Member.objects.of_tenant(pool.tenant_id)}
        if unknown := {*said["members"], said["owner_id"]} - {None} - set(team):
            raise ValidationError({"members": [f"There is no member {one} here." for one in unknown]})
        people = [team[one] for one in said["members"]]
        owner = team.get(said["owner_id"])
        try:
            pool_sharing.share(pool=pool, visibility=said["visibility"], members=people, owner=owner, by=self.actor)
        except NotTheOwner as error:
            raise PermissionDenied(str(error)) from error
        except PoolExists as error:
            raise ValidationError({"visibility": [str(error)]}) from error
        return Response(status=204)


class PoolMembers(TenantAPIView):
    """Who is in a pool, the newest first; more people for it."""

    permissions = {"GET": VIEW, "POST": EDIT}

    @extend_schema(operation_id="pools_members_list", parameters=[*PAGING, STAGE], responses=shapes.PoolMemberPage)
    def get(self, request: Request, pk: UUID) -> Response:
        members, limit = PoolMembership.objects.of(load(TalentPool, pk)), limit_of(request)
        members = members.in_stage(uuid_of(request, "stage"))
        page = paging.page(members, pools.LATEST, after=request.query_params.get("after", ""), limit=limit)
        return Response(shapes.PoolMemberPage({"results": page.rows, "next": page.after or None}).data)

    @extend_schema(request=shapes.PoolMembersIn, responses=Added)
    def post(self, request: Request, pk: UUID) -> Response:
        pool, said = load(TalentPool, pk), shapes.PoolMembersIn(data=request.data).sent()
        people = list(Candidate.objects.filter(pk__in=said["candidates"]))
        if len(people) < len(set(said["candidates"])):
            raise ValidationError({"candidates": ["Some of these people do not exist in this workspace."]})
        stage = PoolStage.objects.filter(pk=said["stage_id"], pool=pool).first()
        if said["stage_id"] and stage is None:
            raise ValidationError({"stage_id": ["There is no such stage in this pool."]})
        facts = {"by": self.actor, "now": timezone.now(), "reason": said["reason"], "stage": stage}
        added = pools.add(pool=pool, candidates=people, **facts)
        return Response({"added": added})


class PoolMemberDetail(TenantAPIView):
    """One person's place in a pool."""

    permissions = {"PATCH": EDIT, "DELETE": EDIT}

    @extend_schema(request=shapes.MoveIn, responses=shapes.PoolMemberRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        place = load(pools.places(), pk)
        stage = PoolStage.objects.filter(pk=shapes.MoveIn(data=request.data).sent()["stage_id"]).first()
        if stage is None:
            raise ValidationError({"stage_id": ["There is no such stage."]})
        try:
            pools.move(membership=place, stage=stage, by=self.actor, now=timezone.now())
        except WrongStage as error:
            raise ValidationError({"stage_id": [str(error)]}) from error
        return Response(shapes.PoolMemberRow(place).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        place = load(pools.places(), pk)
        pools.remove(pool=place.pool, candidates=[place.candidate], by=self.actor, now=timezone.now())
        return Response(status=204)
