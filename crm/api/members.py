"""Members and invitations in the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.serializers import InvitationSerializer, MemberChange, MemberSerializer, NewInvitation
from crm.api.views import TenantAPIView
from crm.models import Member
from crm.permissions import Permission
from crm.services import invitations, members

MANAGE = Permission.MEMBER_MANAGE


class MemberList(TenantAPIView):
    """Everybody in the workspace."""

    permissions = {"GET": MANAGE}

    @extend_schema(responses=MemberSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response({"results": MemberSerializer(members.of(self.tenant), many=True).data})


class MemberDetail(TenantAPIView):
    """One member: the role, and whether they may enter."""

    permissions = {"GET": MANAGE, "PATCH": MANAGE}

    def load(self, pk: UUID) -> Member:
        return load(members.of(self.tenant), pk)

    @extend_schema(responses=MemberSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(MemberSerializer(self.load(pk)).data)

    @extend_schema(request=MemberChange, responses=MemberSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        member, change = self.load(pk), MemberChange(data=request.data)
        change.is_valid(raise_exception=True)
        try:
            self.apply(member, change.validated_data)
        except members.MemberProblem as problem:
            raise ValidationError({"role": [str(problem)]}) from problem
        return Response(MemberSerializer(member).data)

    def apply(self, member: Member, wanted: dict[str, Any]) -> None:
        if "role" in wanted:
            members.change_role(member=member, role=wanted["role"], by=self.actor, by_role=self.role)
        if "is_active" in wanted:
            act = members.reactivate if wanted["is_active"] else members.deactivate
            act(member=member, by=self.actor, by_role=self.role, now=timezone.now())


class InvitationList(TenantAPIView):
    """Invitations that wait, and a new one. Its link comes with the answer to POST, once."""

    permissions = {"GET": MANAGE, "POST": MANAGE}

    @extend_schema(responses=InvitationSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response({"results": InvitationSerializer(invitations.waiting(), many=True).data})

    @extend_schema(request=NewInvitation, responses={201: InvitationSerializer})
    def post(self, request: Request) -> Response:
        wanted = NewInvitation(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            invitation, link = invitations.create(
                workspace=self.tenant, by=self.actor, by_role=self.role, now=timezone.now(), **wanted.validated_data
            )
        except invitations.InvitationProblem as problem:
            raise ValidationError({"email": [str(problem)]}) from problem
        return Response({**InvitationSerializer(invitation).data, "link": link}, status=201)


class InvitationDetail(TenantAPIView):
    """One invitation that waits."""

    permissions = {"DELETE": MANAGE}

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        invitations.revoke(invitation=load(invitations.waiting(), pk), by=self.actor)
        return Response(status=204)
