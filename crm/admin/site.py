"""The Django admin at /admin/: operators see tenants and health, a tenant's administrators their own tenant's rows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone

from crm.admin.membership import CHOSEN, administered, membership
from crm.admin.options import OperatorModelAdmin, TenantModelAdmin
from crm.models import Heartbeat, Tenant
from crm.services import reader_health, readers
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.models import TenantModel


class RapportAdminSite(admin.AdminSite):
    """One site for two kinds of people. Pages of a tenant's rows run inside that tenant, as the app role.

    The log-in is the product's own, so that its second factors and limits count here as well.
    """

    site_header = "Rapport administration"
    site_title = "Rapport administration"
    index_title = "Administration"
    enable_nav_sidebar = True
    final_catch_all_view = False

    # --- who may enter, and what runs where
    def has_permission(self, request: HttpRequest) -> bool:
        if not request.user.is_active or not request.user.is_authenticated:
            return False
        return request.user.is_superuser or membership(request) is not None

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        guarded = super().admin_view(view, cacheable)
        between_tenants = isinstance(getattr(view, "__self__", None), OperatorModelAdmin) or view == self.health

        def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            member = membership(request)
            if member is None or between_tenants:
                return guarded(request, *args, **kwargs)
            with open_tenant(member.tenant):
                response = guarded(request, *args, **kwargs)
                return response.render() if isinstance(response, TemplateResponse) else response

        return update_wrapper(inside, view)

    # --- registering
    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Tables of tenants get TenantModelAdmin; another class than one derived from it is refused."""
        many = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        chosen = admin_class or TenantModelAdmin
        _require_fitting(many, chosen)
        super().register(many, chosen, **options)

    # --- pages of its own
    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [
            path("workspace/", self.admin_view(self.workspace), name="workspace"),
            path("health/", self.admin_view(self.health), name="health"),
        ]
        return own + [u for u in super().get_urls() if getattr(u, "name", "") != "view_on_site"]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "admin_member": membership(request)}

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if not self.has_permission(request):
            raise PermissionDenied("The administration is for owners, admins and operators.")
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def workspace(self, request: HttpRequest) -> HttpResponse:
        """Which of one's own workspaces to administer."""
        mine = administered(request)
        if request.method == "POST":
            chosen = next((m for m in mine if str(m.tenant_id) == request.POST.get("tenant")), None)
            if chosen is None:
                raise PermissionDenied("You do not administer this workspace.")
            request.session[CHOSEN] = str(chosen.tenant_id)
            return redirect("admin:index")
        words = {**self.each_context(request), "title": "Choose a workspace", "memberships": mine}
        return TemplateResponse(request, "admin/workspace.html", words)

    def health(self, request: HttpRequest) -> HttpResponse:
        """Signs of life, parked events and unread events by tenant: numbers only, never people."""
        if not request.user.is_superuser:
            raise PermissionDenied("Only operators see the health of all workspaces.")
        parked = reader_health.open_failures_by_tenant()
        behind = set(readers.tenants_with_unread_events())
        rows = [
            {"tenant": one, "parked": parked.get(one.pk, 0), "behind": one.pk in behind}
            for one in Tenant.objects.filter(pk__in=behind | set(parked))
        ]
        words = {"title": "Health", "beats": Heartbeat.objects.order_by("name"), "rows": rows, "now": timezone.now()}
        return TemplateResponse(request, "admin/health.html", {**self.each_context(request), **words})


def _require_fitting(many: Iterable[type[models.Model]], admin_class: type) -> None:
    for model in many:
        if issubclass(model, TenantModel) and not issubclass(admin_class, TenantModelAdmin):
            raise ImproperlyConfigured(f"{model.__name__} belongs to tenants: register it with a TenantModelAdmin.")
        if not issubclass(admin_class, TenantModelAdmin | OperatorModelAdmin):
            raise ImproperlyConfigured(f"{admin_class.__name__} is neither for a tenant's rows nor for operators.")


tenant_admin_site = RapportAdminSite()
