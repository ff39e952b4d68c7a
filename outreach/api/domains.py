"""Sending domains for machines: what the DNS says of them, and how much they send."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.models import SendingDomain
from outreach.services import pace_words, sending_domains
from outreach.services.clock import database_now


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


def _row(domain: str) -> SendingDomain:
    row = sending_domains.known(domain)
    if row is None:
        raise NotFound("No mailbox sends from this domain.")
    return row


class DomainList(TenantAPIView):
    """The domains that mails leave from."""

    permissions = {"GET": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="sending_domain_list", responses=DomainRow(many=True))
    def get(self, request: Request) -> Response:
        return Response(DomainRow(sending_domains.every(), many=True).data)


class DomainCap(TenantAPIView):
    """How many mails a day leave the mailboxes of a domain together; null: any number."""

    permissions = {"PATCH": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="sending_domain_cap", request=DomainRow, responses=DomainRow)
    def patch(self, request: Request, domain: str) -> Response:
        row = _row(domain)
        cap = DomainRow(row, data=request.data, partial=True).sent().get("daily_cap", row.daily_cap)
        return Response(DomainRow(sending_domains.set_cap(row=row, cap=cap, by=self.actor)).data)


class DomainCheck(TenantAPIView):
    """Asks the DNS about a domain now."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="sending_domain_check", request=None, responses=DomainRow)
    def post(self, request: Request, domain: str) -> Response:
        sending_domains.check(row=_row(domain), now=database_now())
        return Response(DomainRow(_row(domain)).data)


class DomainRenewKey(TenantAPIView):
    """Makes a new DKIM key, to be published; until it is seen in the DNS, mails are not signed."""

    permissions = {"POST": Permission.TENANT_MANAGE}

    @extend_schema(operation_id="sending_domain_renew_key", request=None, responses=DomainRow)
    def post(self, request: Request, domain: str) -> Response:
        return Response(DomainRow(sending_domains.renew_key(row=_row(domain), by=self.actor)).data)
