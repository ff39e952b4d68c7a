"""The floor's tables in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from crm.admin.options import MemberTableAdmin, OperatorModelAdmin, TenantModelAdmin
from crm.admin.site import tenant_admin_site
from crm.models import ApiKey, AuditEntry, Event, Invitation, Member, ReaderFailure, StoredFile, Tenant
from crm.services import readers, tenants


@admin.register(Tenant, site=tenant_admin_site)
class TenantAdmin(OperatorModelAdmin):
    """Workspaces, for operators: state and counts."""

    list_display = ["name", "slug", "status", "mail_mode", "sending_stopped", "members", "created_at"]
    list_filter = ["status", "mail_mode", "is_demo", "sending_stopped"]
    search_fields = ["name", "slug"]
    actions = ["suspend", "reactivate"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(member_count=Count("members"))

    @admin.display(ordering="member_count")
    def members(self, tenant: Any) -> int:
        return int(tenant.member_count)

    @admin.action(description="Suspend: nobody can enter, nothing runs")
    def suspend(self, request: HttpRequest, queryset: QuerySet[Tenant]) -> None:
        for workspace in queryset:
            tenants.suspend(workspace=workspace)

    @admin.action(description="Reactivate")
    def reactivate(self, request: HttpRequest, queryset: QuerySet[Tenant]) -> None:
        for workspace in queryset:
            tenants.reactivate(workspace=workspace)


@admin.register(Member, site=tenant_admin_site)
class MemberAdmin(MemberTableAdmin):
    list_display = ["user", "email", "role", "is_active", "last_active_on"]
    list_filter = ["role", "is_active"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    fields = ["user", "email", "role", "is_active", "last_active_on", "created_at"]
    readonly_fields = ["email"]

    @admin.display(description="e-mail address", ordering="user__email")
    def email(self, member: Member) -> str:
        return member.user.email


@admin.register(Invitation, site=tenant_admin_site)
class InvitationAdmin(TenantModelAdmin):
    list_display = ["email", "role", "invited_by", "expires_at", "accepted_at"]
    exclude = ["token_hash"]


@admin.register(ApiKey, site=tenant_admin_site)
class ApiKeyAdmin(TenantModelAdmin):
    list_display = ["name", "prefix", "role", "last_used_on", "expires_at", "revoked_at"]
    exclude = ["secret_hash"]


@admin.register(AuditEntry, site=tenant_admin_site)
class AuditEntryAdmin(TenantModelAdmin):
    list_display = ["action", "actor_label", "object_type", "object_id", "occurred_at"]
    ordering = ["-occurred_at", "-id"]
    search_fields = ["action"]


@admin.register(Event, site=tenant_admin_site)
class EventAdmin(TenantModelAdmin):
    list_display = ["kind", "candidate_id", "actor_label", "occurred_at"]
    ordering = ["-xact_id", "-id"]
    search_fields = ["kind"]


@admin.register(ReaderFailure, site=tenant_admin_site)
class ReaderFailureAdmin(TenantModelAdmin):
    list_display = ["reader", "error", "attempts", "created_at", "resolved_at"]
    list_filter = [("resolved_at", admin.EmptyFieldListFilter)]
    list_select_related = ["event"]
    actions = ["replay"]

    @admin.action(description="Replay: give the event to its reader again")
    def replay(self, request: HttpRequest, queryset: QuerySet[ReaderFailure]) -> None:
        failures = queryset.filter(resolved_at=None).select_related("event")
        taken = sum(readers.replay(failure=failure) for failure in failures)
        self.message_user(request, f"{taken} of the selected events were taken in.")


@admin.register(StoredFile, site=tenant_admin_site)
class StoredFileAdmin(TenantModelAdmin):
    list_display = ["name", "content_type", "size", "created_at"]
    search_fields = ["name"]
