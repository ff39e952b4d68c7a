"""Outreach's tables in the admin; operators open the send gate here."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from crm.admin import OperatorModelAdmin, TenantModelAdmin, tenant_admin_site
from outreach.models import Enrolment, Mailbox, MessageTemplate, OutboundMessage, SendGate, Sequence
from outreach.services import send_gate


@admin.register(SendGate, site=tenant_admin_site)
class SendGateAdmin(OperatorModelAdmin):
    """Openings of the send gate, the newest first. After a restore or a fail-over a person opens it here."""

    list_display = ["opened_at", "opened_by", "system_identifier", "timeline", "is_in_force"]
    actions = ["open_here"]

    @admin.display(boolean=True, description="this database")
    def is_in_force(self, gate: SendGate) -> bool:
        live = send_gate.live_cluster()
        return (gate.system_identifier, gate.timeline) == (live.system_identifier, live.timeline)

    @admin.action(description="Open the send gate for the database as it is now")
    def open_here(self, request: HttpRequest, queryset: QuerySet[SendGate]) -> None:
        if send_gate.standing().is_open:
            self.message_user(request, "The gate is open for this database already.", messages.INFO)
            return
        send_gate.open_gate(by=request.user.get_username())
        self.message_user(request, "The gate is open: sending goes on.", messages.SUCCESS)


@admin.register(Sequence, site=tenant_admin_site)
class SequenceAdmin(TenantModelAdmin):
    list_display = ["name", "status", "activated_at", "updated_at"]
    list_filter = ["status"]
    search_fields = ["name"]


@admin.register(MessageTemplate, site=tenant_admin_site)
class MessageTemplateAdmin(TenantModelAdmin):
    list_display = ["name", "subject", "used_count", "updated_at"]
    search_fields = ["name", "subject"]


@admin.register(Enrolment, site=tenant_admin_site)
class EnrolmentAdmin(TenantModelAdmin):
    list_display = ["candidate", "sequence", "state", "stop_reason", "next_due_at"]
    list_filter = ["state", "stop_reason"]
    list_select_related = ["candidate", "sequence"]


@admin.register(OutboundMessage, site=tenant_admin_site)
class OutboundMessageAdmin(TenantModelAdmin):
    list_display = ["candidate", "subject", "state", "due_at", "handed_over_at", "excluded_reason"]
    list_filter = ["state", "excluded_reason", "purpose"]
    list_select_related = ["candidate"]
    search_fields = ["subject", "to_address"]


@admin.register(Mailbox, site=tenant_admin_site)
class MailboxAdmin(TenantModelAdmin):
    list_display = ["from_address", "transport", "host", "is_default", "tested_at"]
