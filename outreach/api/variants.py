"""Variants of mails, and the hold-out of a sequence, for machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.models import Sequence, StepVariant
from outreach.services import hold_out, overview, variants
from outreach.services.clock import database_now
from outreach.services.variants import NotAVariant


class IntervalSerializer(serializers.Serializer[Any]):
    """A share, or a difference of shares, and where it may really lie, with 95 % confidence."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class VariantSerializer(StrictSerializer):
    """Another wording of a mail: B to F."""

    id = serializers.UUIDField(read_only=True)
    letter = serializers.CharField(read_only=True)
    subject = serializers.CharField(
        max_length=300, allow_blank=True, help_text="Empty in the thread of an earlier mail: the thread's goes."
    )
    body = serializers.CharField(max_length=20_000)
    is_paused = serializers.BooleanField(read_only=True)


class CountSerializer(serializers.Serializer[Any]):
    """What came of one wording; A is the step's own."""

    letter = serializers.CharField()
    subject = serializers.CharField()
    sent = serializers.IntegerField()
    replied = serializers.IntegerField()
    rate = IntervalSerializer()
    is_paused = serializers.BooleanField()


class JudgementSerializer(serializers.Serializer[Any]):
    """`winner` is empty while nothing is decided; `chosen` is what everybody gets, by somebody's decision."""

    counts = CountSerializer(many=True)
    least_people = serializers.IntegerField()
    chosen = serializers.CharField(allow_blank=True)
    winner = serializers.CharField(allow_blank=True)
    words = serializers.CharField()
    difference = IntervalSerializer(allow_null=True)


class ChoiceSerializer(StrictSerializer):
    """A letter; empty to try all of them again."""

    letter = serializers.CharField(max_length=1, allow_blank=True)


class LeastSerializer(StrictSerializer):
    """20 to 10,000 people."""

    least_people = serializers.IntegerField(min_value=20, max_value=10_000)


def _done(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except NotAVariant as error:
        raise ValidationError({"detail": str(error)}) from error


def _said(request: Request, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    said = kind(data=request.data)
    said.is_valid(raise_exception=True)
    values: dict[str, Any] = said.validated_data
    return values


class VariantList(TenantAPIView):
    """The other wordings of a mail; a new one."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "POST": Permission.OUTREACH_EDIT}

    @extend_schema(responses=VariantSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        test = variants.test_of(load(overview.steps_with_sequence(), pk))
        return Response(VariantSerializer(test.variants.all() if test else [], many=True).data)

    @extend_schema(request=VariantSerializer, responses={201: VariantSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        step, values = load(overview.steps_with_sequence(), pk), _said(request, VariantSerializer)
        made = _done(lambda: variants.add(step=step, by=self.actor, **values))
        return Response(VariantSerializer(made).data, status=201)


class VariantJudgement(TenantAPIView):
    """What came of each wording, and whether that decides anything."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(responses=JudgementSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        step = load(overview.steps_with_sequence(), pk)
        found = variants.judgement(step) or variants.nothing(step)
        return Response(JudgementSerializer(found).data)


class VariantChoose(TenantAPIView):
    """Give everybody one wording from now on."""

    permissions = {"POST": Permission.OUTREACH_SEND}

    @extend_schema(request=ChoiceSerializer, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        step, values = load(overview.steps_with_sequence(), pk), _said(request, ChoiceSerializer)
        _done(lambda: variants.choose(step=step, by=self.actor, now=database_now(), **values))
        return Response(status=204)


class VariantPause(TenantAPIView):
    """Gives one wording to nobody more (POST), and again (DELETE). A is the step's own."""

    permissions = {"POST": Permission.OUTREACH_SEND, "DELETE": Permission.OUTREACH_SEND}

    @extend_schema(operation_id="variant_pause", request=None, responses={204: None})
    def post(self, request: Request, pk: UUID, letter: str) -> Response:
        return self._set(pk, letter, is_paused=True)

    @extend_schema(operation_id="variant_resume", responses={204: None})
    def delete(self, request: Request, pk: UUID, letter: str) -> Response:
        return self._set(pk, letter, is_paused=False)

    def _set(self, pk: UUID, letter: str, *, is_paused: bool) -> Response:
        step = load(overview.steps_with_sequence(), pk)
        _done(lambda: variants.pause(step=step, letter=letter, is_paused=is_paused, by=self.actor))
        return Response(status=204)


class VariantLeast(TenantAPIView):
    """How many people each wording must have gone to before anything is decided."""

    permissions = {"PUT": Permission.OUTREACH_EDIT}

    @extend_schema(operation_id="variant_least", request=LeastSerializer, responses={204: None})
    def put(self, request: Request, pk: UUID) -> Response:
        step, people = load(overview.steps_with_sequence(), pk), _said(request, LeastSerializer)["least_people"]
        _done(lambda: variants.set_least(step=step, people=people, by=self.actor))
        return Response(status=204)


class VariantDetail(TenantAPIView):
    """One wording. It changes, and can be deleted, until somebody has got it."""

    permissions = {
        "GET": Permission.OUTREACH_VIEW,
        "PUT": Permission.OUTREACH_EDIT,
        "DELETE": Permission.OUTREACH_EDIT,
    }

    @extend_schema(responses=VariantSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(VariantSerializer(load(StepVariant, pk)).data)

    @extend_schema(request=VariantSerializer, responses=VariantSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        row, values = load(variants.with_test(), pk), _said(request, VariantSerializer)
        return Response(VariantSerializer(_done(lambda: variants.change(variant=row, by=self.actor, **values))).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        row = load(variants.with_test(), pk)
        _done(lambda: variants.delete(variant=row, by=self.actor))
        return Response(status=204)


class GroupSerializer(serializers.Serializer[Any]):
    """How many of a group did it."""

    people = serializers.IntegerField()
    did = serializers.IntegerField()
    rate = IntervalSerializer()


class LineSerializer(serializers.Serializer[Any]):
    """One outcome in both groups, within 90 days, and what may be said of it."""

    outcome = serializers.CharField(source="label")
    inside = GroupSerializer()
    control = GroupSerializer()
    difference = IntervalSerializer()
    words = serializers.CharField()


class HoldOutSerializer(serializers.Serializer[Any]):
    """What a sequence does, against the people whom it leaves alone."""

    percent = serializers.IntegerField()
    inside = serializers.IntegerField()
    control = serializers.IntegerField()
    since = serializers.DateTimeField(allow_null=True)
    waits = serializers.CharField(allow_blank=True)
    lines = LineSerializer(many=True)


class HoldOut(TenantAPIView):
    """The control group of a sequence; `lines` are empty where there never was one."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(responses=HoldOutSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        sequence = load(Sequence, pk)
        found = hold_out.report(sequence, database_now()) or hold_out.NOTHING
        values = {name: getattr(found, name) for name in ("inside", "control", "since", "waits", "lines")}
        return Response(HoldOutSerializer({"percent": sequence.hold_out_percent, **values}).data)
