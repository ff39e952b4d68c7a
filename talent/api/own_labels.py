"""The private labels of the member who asks: all of them, renamed, deleted, taken back."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.permissions import Permission
from crm.services.undo import NothingToUndo
from talent.api.own import OwnView
from talent.api.shapes import NamedRow
from talent.api.shapes_person import RelabelledRow, UndoIn, UndoneRow
from talent.models import PrivateLabel
from talent.services import private_labels
from talent.services.private_labels import LONGEST, LabelRefused

VIEW = Permission.CANDIDATE_VIEW


class LabelRow(NamedRow):
    """A private label and how many people have it."""

    people = serializers.IntegerField()


class LabelIn(StrictSerializer):
    """Another name; that of another label makes the two one."""

    name = serializers.CharField(max_length=LONGEST)


class LabelList(OwnView):
    """One's own labels, by name. They are put on people with the person's `labels`."""

    permissions = {"GET": VIEW}
    what = "Private labels"

    @extend_schema(operation_id="labels_list", responses=LabelRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(LabelRow(private_labels.of_member(self.member()), many=True).data)


class LabelDetail(OwnView):
    """One of one's own labels."""

    permissions = {"PATCH": VIEW, "DELETE": VIEW}
    what = "Private labels"

    def label(self, pk: UUID) -> PrivateLabel:
        """The label, if it is one's own; for an API key there is none."""
        if self.actor.kind != "member":
            raise Http404
        return load(private_labels.of_member(self.member()), pk)

    @extend_schema(request=LabelIn, responses=RelabelledRow)
    def patch(self, request: Request, pk: UUID) -> Response:
        label, said = self.label(pk), LabelIn(data=request.data).sent()
        try:
            return Response(asdict(private_labels.rename(label=label, name=said["name"])))
        except LabelRefused as error:
            raise ValidationError({"name": [str(error)]}) from error

    @extend_schema(responses={200: RelabelledRow})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Off everybody; the answer's `undo` takes it back within the hour."""
        return Response(asdict(private_labels.delete(label=self.label(pk))))


class LabelBack(OwnView):
    """Takes back a rename or a deletion of one's own label, within the hour."""

    permissions = {"POST": VIEW}
    what = "Private labels"

    @extend_schema(request=UndoIn, responses=UndoneRow)
    def post(self, request: Request) -> Response:
        member, said = self.member(), UndoIn(data=request.data).sent()
        try:
            return Response({"people": private_labels.take_back(token=said["undo"], member=member)})
        except NothingToUndo as error:
            raise ValidationError({"undo": [str(error)]}) from error
