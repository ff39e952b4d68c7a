"""What every page of the admin has in common: who may, whose rows, and the audit line of each change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse

from crm.admin.membership import membership
from crm.models import Member
from crm.services import audit
from crm.tenancy.context import current_tenant_id


class MemberFilter(admin.RelatedFieldListFilter):
    """A filter by member that offers the members of this tenant only: members live in a directory table."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(member.pk), str(member)) for member in Member.objects.of_tenant(current_tenant_id())]


class TenantModelAdmin(admin.ModelAdmin):
    """Rows of one tenant, for its administrators. Looking is always possible; the rest must be switched on.

    Writes belong to services: switch on `may_change` only for tables that a plain form may edit. What is done is
    written in the tenant's audit log, not in Django's, which knows no tenants.
    """

    may_add = False
    may_change = False
    may_delete = False
    view_on_site = False
    show_full_result_count = False
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return membership(request) is not None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return membership(request) is not None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and membership(request) is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and membership(request) is not None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and membership(request) is not None

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Member:
            kwargs["queryset"] = Member.objects.of_tenant(current_tenant_id())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [(n, MemberFilter) if self._is_member(n) else n for n in super().get_list_filter(request)]

    def _is_member(self, name: Any) -> bool:
        fields = {f.name: f for f in self.model._meta.get_fields()}
        return isinstance(name, str) and name in fields and fields[name].related_model is Member

    # --- the audit log instead of django_admin_log
    def construct_change_message(self, request: HttpRequest, form: BaseForm, formsets: Any, add: bool = False) -> Any:
        return list(form.changed_data)

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:  # type: ignore[override]
        self._record(request, "admin.add", obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:  # type: ignore[override]
        self._record(request, "admin.change", obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        for obj in queryset:
            self._record(request, "admin.delete", obj, [])

    def _record(self, request: HttpRequest, action: str, obj: models.Model, fields: Any) -> None:
        member = membership(request)
        assert member is not None
        names = [name for name in fields if isinstance(name, str)]
        label = obj._meta.label_lower
        audit.record(action=action, by=member.actor, object_type=label, object_id=obj.pk, fields=names)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404("Changes are in the audit log of the workspace's settings.")


class MemberTableAdmin(TenantModelAdmin):
    """For the directory table of members, which row-level security does not narrow: the query does."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).filter(tenant_id=current_tenant_id())


class OperatorModelAdmin(admin.ModelAdmin):
    """Directory tables for operators of the platform: to look at, and to act on by actions."""

    view_on_site = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404("Changes are in the audit log of the workspace.")
