"""The saved views in a member's rail, for machines that act for a member."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.strict import StrictSerializer
from talent.api.lists import VIEW, ViewBase, ViewRow
from talent.api.pool_shapes import WAYS
from talent.services import saved_views
from talent.services.saved_views import TooManyPins


class PinMove(StrictSerializer):
    """By one place."""

    shift = serializers.ChoiceField(WAYS)


class PinnedViews(ViewBase):
    """The views of one's own rail, in their order."""

    permissions = {"GET": VIEW}

    @extend_schema(operation_id="views_pinned", responses=ViewRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(ViewRow(saved_views.pinned(self.member()), many=True).data)


class ViewPinned(ViewBase):
    """A view's place in one's own rail."""

    permissions = {"PUT": VIEW, "PATCH": VIEW, "DELETE": VIEW}

    @extend_schema(operation_id="views_pin", request=None, responses={204: None})
    def put(self, request: Request, pk: UUID) -> Response:
        """Pinned as the last one; 400 when the rail is full."""
        view = self.view(pk)
        try:
            saved_views.pin(view=view, member=self.member(), is_pinned=True)
        except TooManyPins as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(status=204)

    @extend_schema(operation_id="views_pin_move", request=PinMove, responses={204: None})
    def patch(self, request: Request, pk: UUID) -> Response:
        """One place earlier or later; at the end, or when it is not pinned, nothing changes."""
        view, said = self.view(pk), PinMove(data=request.data).sent()
        saved_views.move(view=view, member=self.member(), by=1 if said["shift"] == "later" else -1)
        return Response(status=204)

    @extend_schema(operation_id="views_unpin", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        view = self.view(pk)
        saved_views.pin(view=view, member=self.member(), is_pinned=False)
        return Response(status=204)
