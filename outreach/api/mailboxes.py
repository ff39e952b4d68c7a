"""Mailboxes as they stand, for machines. Secrets never come out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.access import load
from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from outreach.models import Mailbox
from outreach.services import connecting, mailbox_health, mailboxes
from outreach.services.clock import database_now


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
