"""Mailboxes as they stand, sending domains and tracking, for machines. Secrets never come out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.models import Mailbox, SendingDomain, TrackingPolicy
from outreach.services import connecting, mailbox_health, mailboxes, pace_words, sending_domains, tracking
from outreach.services.clock import database_now
from talent.models import Candidate


class HealthRow(serializers.Serializer[Any]):
    """The last 7 days, or since it was resumed."""

    sent = serializers.IntegerField()
    dead = serializers.IntegerField(help_text="Of those, mails to addresses that do not exist.")
    complaints = serializers.IntegerField(help_text="Of those, mails reported as spam.")


class MailboxRow(serializers.ModelSerializer[Mailbox]):
    """An address or number that mails or text messages leave from."""

    owner = serializers.UUIDField(source="owner_id", allow_null=True)
    health = serializers.SerializerMethodField()
    rights = serializers.SerializerMethodField(help_text="Of a connected one: enough, lacking (sent mail), unknown.")

    class Meta:
        model = Mailbox
        fields = ["id", "name", "is_default", "transport", "provider", "from_address", "from_name", "owner"]
        fields += ["reply_domain", "host", "port", "encryption", "username", "options"]
        fields += ["tested_at", "stopped_at", "stopped_reason", "health", "rights"]

    @extend_schema_field(HealthRow)
    def get_health(self, mailbox: Mailbox) -> dict[str, int]:
        found = mailbox_health.health(mailbox, database_now())
        return {"sent": found.sent, "dead": found.dead, "complaints": found.complaints}

    @extend_schema_field(serializers.ChoiceField(choices=[one.value for one in connecting.Rights]))
    def get_rights(self, mailbox: Mailbox) -> str:
        return str(connecting.rights_of(mailbox))


class WhyStopped(StrictSerializer):
    """Why nothing may leave from it."""

    reason = serializers.CharField(max_length=300)


class MailboxStop(TenantAPIView):
    """Nothing leaves from this mailbox until somebody resumes it; what is due from it waits."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="mailbox_stop", request=WhyStopped, responses=MailboxRow)
    def post(self, request: Request, pk: UUID) -> Response:
        mailbox = load(Mailbox, pk)
        said = WhyStopped(data=request.data)
        said.is_valid(raise_exception=True)
        mailboxes.stop(mailbox=mailbox, reason=said.validated_data["reason"], by=self.actor, now=database_now())
        return Response(MailboxRow(load(Mailbox, pk)).data)


class MailboxResume(TenantAPIView):
    """Mails leave from it again, those that waited first; its rates are counted anew."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="mailbox_resume", request=None, responses=MailboxRow)
    def post(self, request: Request, pk: UUID) -> Response:
        mailboxes.resume(mailbox=load(Mailbox, pk), by=self.actor, now=database_now())
        return Response(MailboxRow(load(Mailbox, pk)).data)


class FindingRow(serializers.Serializer[Any]):
    """One thing that the DNS was asked. `publish`: the record to make at `name`, where one is missing or wrong."""

    what = serializers.CharField(help_text="SPF, DKIM, DMARC or MX.")
    state = serializers.CharField(help_text="good, weak, bad or unknown.")
    words = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    found = serializers.CharField()
    publish = serializers.CharField()


class DomainRow(StrictSerializer, serializers.ModelSerializer[SendingDomain]):
    """A domain that mails come from, what the DNS said of it when it was last asked, and how much it sends a day.

    `today` is where it stands against `daily_cap` now, in words.
    """

    findings = FindingRow(many=True, read_only=True)
    today = serializers.SerializerMethodField()

    class Meta:
        model = SendingDomain
        fields = ["domain", "selector", "public_key", "published_at", "checked_at", "findings", "daily_cap", "today"]
        read_only_fields = ["domain", "selector", "public_key", "published_at", "checked_at"]

    def get_today(self, row: SendingDomain) -> str:
        return str(pace_words.of_domain(row, database_now()))


class DomainList(TenantAPIView):
    """The domains that were checked."""

    permissions = {"GET": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="sending_domain_list", responses=DomainRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(DomainRow(SendingDomain.objects.all()[:200], many=True).data)


class DomainCap(TenantAPIView):
    """How many mails a day leave the mailboxes of a domain together; null: any number."""

    permissions = {"PATCH": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="sending_domain_cap", request=DomainRow, responses=DomainRow)
    def patch(self, request: Request, domain: str) -> Response:
        row = sending_domains.known(domain)
        if row is None:
            raise NotFound("No mailbox sends from this domain.")
        said = DomainRow(row, data=request.data, partial=True)
        said.is_valid(raise_exception=True)
        cap = said.validated_data.get("daily_cap", row.daily_cap)
        stored = sending_domains.set_cap(row=row, cap=cap, by=self.actor)
        return Response(DomainRow(stored).data)


class TrackingRow(serializers.ModelSerializer[TrackingPolicy]):
    """Whether opens and clicks are counted, the countries where they are not (ISO 3166-1 alpha-2), and the domain."""

    class Meta:
        model = TrackingPolicy
        fields = ["is_on", "countries_off", "domain", "domain_seen_at"]


class Tracking(TenantAPIView):
    """The policy in force. It is changed on its page, where a domain can be tried."""

    permissions = {"GET": Permission.OUTREACH_VIEW}

    @extend_schema(operation_id="tracking_retrieve", responses=TrackingRow)
    def get(self, request: Request) -> Response:
        return Response(TrackingRow(tracking.policy()).data)


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
        said = CountedRow(data=request.data)
        said.is_valid(raise_exception=True)
        tracking.count(candidate=candidate, is_on=said.validated_data["is_on"], by=self.actor)
        return Response({"is_on": tracking.is_counted(candidate)})
