"""What is counted of opens and clicks, for machines."""

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
from outreach.forms.tracking import TrackingForm
from outreach.models import TrackingPolicy
from outreach.services import tracking
from outreach.services.clock import database_now
from talent.models import Candidate


class TrackingRow(StrictSerializer, serializers.ModelSerializer[TrackingPolicy]):
    """Whether opens and clicks are counted, the countries where they are not (ISO 3166-1 alpha-2), and the domain.

    `domain_seen_at`: links begin with the domain from then on, when it was tried.
    """

    countries_off = serializers.ListField(child=serializers.CharField(max_length=60), max_length=250, required=False)

    class Meta:
        model = TrackingPolicy
        fields = ["is_on", "countries_off", "domain", "domain_seen_at"]
        read_only_fields = ["domain_seen_at"]


class Tracking(TenantAPIView):
    """The policy in force; PATCH changes what is named, for mails that were sent as well."""

    permissions = {"GET": Permission.OUTREACH_VIEW, "PATCH": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="tracking_retrieve", responses=TrackingRow)
    def get(self, request: Request) -> Response:
        return Response(TrackingRow(tracking.policy()).data)

    @extend_schema(operation_id="tracking_change", request=TrackingRow, responses=TrackingRow)
    def patch(self, request: Request) -> Response:
        rules = tracking.policy()
        said = {**TrackingRow(rules).data, **TrackingRow(rules, data=request.data, partial=True).sent()}
        form = TrackingForm.of(rules, {**said, "countries_off": "\n".join(said["countries_off"])})
        if not form.is_valid():
            raise ValidationError({name: [str(one) for one in found] for name, found in form.errors.items()})
        return Response(TrackingRow(tracking.change(by=self.actor, **form.cleaned_data)).data)


class TrackingDomainCheck(TenantAPIView):
    """Tries whether the domain of the links leads here; links of new mails begin with it once it does."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="tracking_check_domain", request=None, responses=TrackingRow)
    def post(self, request: Request) -> Response:
        rules = tracking.policy()
        if problem := tracking.look_at_domain(rules=rules, now=database_now()):
            raise ValidationError({"domain": [problem]})
        return Response(TrackingRow(rules).data)


class CountedRow(StrictSerializer):
    """Whether this person's opens and clicks may be counted."""

    is_on = serializers.BooleanField()


class CandidateTracking(TenantAPIView):
    """Whether one person's opens and clicks are counted."""

    permissions = {"GET": Permission.CANDIDATE_VIEW, "PUT": Permission.OUTREACH_SEND}

    @extend_schema(operation_id="candidate_tracking_retrieve", responses=CountedRow)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response({"is_on": tracking.is_counted(load(Candidate, pk))})

    @extend_schema(operation_id="candidate_tracking_put", request=CountedRow, responses=CountedRow)
    def put(self, request: Request, pk: UUID) -> Response:
        candidate = load(Candidate, pk)
        is_on = CountedRow(data=request.data).sent()["is_on"]
        tracking.count(candidate=candidate, is_on=is_on, by=self.actor)
        return Response({"is_on": tracking.is_counted(candidate)})
