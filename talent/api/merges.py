"""Merging two records of one person, for machines: look, merge, list, take back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.api import shapes
from talent.api.shapes_person import WishesShape
from talent.models import Candidate, MergeOperation
from talent.services import dossier, duplicates, merge_compare, merge_later, merges, telling_apart, unmerge
from talent.services.merges import MERGED, SURVIVOR, NotMergeable
from talent.services.telling_apart import NotApart

Shape = serializers.Serializer[Any]
EDIT = Permission.CANDIDATE_EDIT
RECORDS = [SURVIVOR, MERGED]


class MergeField(Shape):
    """A field in which the two differ, in words; `default` is the record whose value stays without a decision."""

    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    survivor = serializers.CharField()
    merged = serializers.CharField()
    default = serializers.ChoiceField(RECORDS)


class MovingRows(Shape):
    """How many rows of a kind come over."""

    kind = serializers.CharField()
    count = serializers.IntegerField()


class MergePreview(Shape):
    """What a merge would do."""

    survivor_id = serializers.UUIDField()
    merged_id = serializers.UUIDField()
    differences = MergeField(many=True)
    moves = MovingRows(many=True)
    preferences = WishesShape(
        allow_null=True, help_text="As they will hold; null where the record that goes asked for nothing."
    )
    warnings = serializers.ListField(child=serializers.CharField())


class MergeIn(StrictSerializer):
    """Whose value stays, field by field; the preview's `default` where nothing is said."""

    decisions = serializers.DictField(child=serializers.ChoiceField(RECORDS), required=False)


class MergeRow(Shape):
    """A merge: the record `merged_id` became part of `survivor_id` (null when that one was deleted since)."""

    id = serializers.UUIDField()
    survivor_id = serializers.UUIDField(allow_null=True)
    merged_id = serializers.UUIDField()
    merged_name = serializers.CharField()
    merged_by = serializers.CharField()
    merged_at = serializers.DateTimeField()
    undone_by = serializers.CharField()
    undone_at = serializers.DateTimeField(allow_null=True)


class LaterRow(Shape):
    """Something that came after the merge."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    at = serializers.DateTimeField()


class MergeWhole(MergeRow):
    """A merge with what an undo would ask about; `obstacle` says why there is none."""

    obstacle = serializers.CharField()
    later = LaterRow(many=True)


class MergeUndoIn(StrictSerializer):
    """Of what came after the merge, the rows that go to the record that comes back; the rest stays."""

    to_merged = serializers.ListField(child=serializers.UUIDField(), required=False)


class HintRow(Shape):
    """Somebody who may be the same person, and why."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())


class ApartRow(Shape):
    """Somebody who looks like them and is not: who said so, and when."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    said_by = serializers.CharField()
    said_at = serializers.DateTimeField()


class DuplicatesOf(Shape):
    """Who may be the same person, and who was told apart from them."""

    hints = HintRow(many=True)
    not_same = ApartRow(many=True)


class Duplicates(TenantAPIView):
    """Other records that may be of the same person."""

    permissions = {"GET": Permission.CANDIDATE_VIEW}

    @extend_schema(operation_id="candidates_duplicates", responses=DuplicatesOf)
    def get(self, request: Request, pk: UUID) -> Response:
        found = {"hints": duplicates.hints(load(Candidate, pk)), "not_same": telling_apart.of(pk)}
        return Response(DuplicatesOf(found).data)


class NotSame(TenantAPIView):
    """The records `id` and `other` are of two people."""

    permissions = {"PUT": EDIT, "DELETE": EDIT}

    @extend_schema(operation_id="candidates_tell_apart", request=None, responses={204: None})
    def put(self, request: Request, pk: UUID, other: UUID) -> Response:
        """Remembered both ways; saying it again changes nothing."""
        try:
            telling_apart.say(one=load(Candidate, pk), other=load(Candidate, other), by=self.actor, now=timezone.now())
        except NotApart as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(status=204)

    @extend_schema(operation_id="candidates_may_be_same", responses={204: None})
    def delete(self, request: Request, pk: UUID, other: UUID) -> Response:
        one, twin = load(Candidate, pk), load(Candidate, other)
        telling_apart.take_back(one=one, other=twin, by=self.actor, now=timezone.now())
        return Response(status=204)


class Merge(TenantAPIView):
    """The record `other` into the record `id`."""

    permissions = {"GET": EDIT, "POST": EDIT}

    @extend_schema(operation_id="candidates_merge_preview", responses=MergePreview)
    def get(self, request: Request, pk: UUID, other: UUID) -> Response:
        """What a merge would do; nothing happens yet."""
        survivor, merged = load(dossier.people(), pk), load(dossier.people(), other)
        found = merge_compare.compare(survivor=survivor, merged=merged, now=timezone.now())
        fields = [
            {"field": one.name, "label": one.label}
            | {side.record: side.words for side in one.sides}
            | {"default": next(side.record for side in one.sides if side.is_preset)}
            for one in found.fields
        ]
        moves = [{"kind": kind, "count": count} for kind, count in found.moves]
        wishes = WishesShape(asdict(found.wishes)).data if found.wishes else None
        said = {"differences": fields, "moves": moves, "preferences": wishes, "warnings": found.warnings}
        return Response({"survivor_id": pk, "merged_id": other, **said})

    @extend_schema(operation_id="candidates_merge", request=MergeIn, responses={201: MergeRow})
    def post(self, request: Request, pk: UUID, other: UUID) -> Response:
        """Make them one. Everything that hangs on `other` comes over; the strictest consent and every ban hold."""
        said = MergeIn(data=request.data).sent()
        survivor, merged = load(Candidate, pk), load(Candidate, other)
        decisions = said.get("decisions", {})
        try:
            row = merges.merge(survivor=survivor, merged=merged, decisions=decisions, by=self.actor, now=timezone.now())
        except NotMergeable as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(MergeRow(row).data, status=201)


class MergeList(TenantAPIView):
    """The merges that made a record what it is, newest first, those that were taken back as well."""

    permissions = {"GET": Permission.CANDIDATE_VIEW}

    @extend_schema(responses=MergeRow(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(MergeRow(merges.history(load(Candidate, pk).pk), many=True).data)


class MergeDetail(TenantAPIView):
    """One merge."""

    permissions = {"GET": EDIT}

    @extend_schema(responses=MergeWhole)
    def get(self, request: Request, pk: UUID) -> Response:
        row = load(MergeOperation, pk)
        later = [asdict(one) for one in merge_later.asked(row)]
        more = {"obstacle": unmerge.obstacle(row, timezone.now()), "later": LaterRow(later, many=True).data}
        return Response({**MergeRow(row).data, **more})


class MergeUndo(TenantAPIView):
    """Two records again, every row as it was."""

    permissions = {"POST": EDIT}

    @extend_schema(operation_id="merges_undo", request=MergeUndoIn, responses=shapes.CandidateWhole)
    def post(self, request: Request, pk: UUID) -> Response:
        """The record that is back. Possible for 30 days, and the latest merge of a record first."""
        said, row = MergeUndoIn(data=request.data).sent(), load(MergeOperation, pk)
        try:
            back = unmerge.undo(operation=row, to_merged=said.get("to_merged", ()), by=self.actor, now=timezone.now())
        except NotMergeable as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(shapes.whole(back, self.role))
