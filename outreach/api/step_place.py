"""Moving a step of a sequence, for machines."""

from __future__ import annotations

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
from outreach.api.steps import StepSerializer
from outreach.choices import Arm
from outreach.forms.steps import PlaceForm
from outreach.services import overview, steps


class PlaceSerializer(StrictSerializer):
    """A position (from 0): in the main line, or in the arm of a branch."""

    to = serializers.IntegerField(min_value=0)
    branch = serializers.UUIDField(required=False, allow_null=True)
    arm = serializers.ChoiceField(choices=Arm.choices, required=False, allow_blank=True)


class StepPlace(TenantAPIView):
    """Moves a step, with what stands in its arms."""

    permissions = {"POST": Permission.OUTREACH_EDIT}

    @extend_schema(request=PlaceSerializer, responses=StepSerializer(many=True))
    def post(self, request: Request, pk: UUID) -> Response:
        """The steps of the sequence in their new order. One that was started is changed in its draft."""
        step = load(overview.steps_with_sequence(), pk)
        form = PlaceForm(step.sequence, PlaceSerializer(data=request.data).sent())
        if not form.is_valid():
            raise ValidationError({name: [str(m) for m in found] for name, found in form.errors.items()})
        try:
            steps.move(step=step, to=form.cleaned_data["to"], into=form.standing, by=self.actor)
        except steps.NotReady as error:
            raise ValidationError({"detail": str(error)}) from error
        sequence = step.sequence
        sequence.refresh_from_db()
        return Response(StepSerializer(steps.steps_of(sequence, sequence.shown_version), many=True).data)
