"""The map of addresses: which app answers where. An app that is merged adds a line to each table it has pages for."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import autodiscover_modules

from crm import styleguide
from crm.admin import tenant_admin_site
from crm.api import schema
from crm.views import home

# Every app's `admin` module registers its tables before the admin's addresses are made.
autodiscover_modules("admin")

Address = URLPattern | URLResolver
handler404 = "crm.views.missing.not_found"

# Namespace -> module with the patterns below `/o/<tenant>/`.
PAGES = {
    "crm": "crm.pages",
    "talent": "talent.urls",
    "outreach": "outreach.urls",
    "sourcing": "sourcing.urls",
    "inbox": "inbox.urls",
    "portal": "portal.urls",
    "analytics": "analytics.urls",
}
# The same below `/o/<tenant>/api/v1/`; the namespace gets `-api` at its end.
APIS: dict[str, str] = {
    "crm": "crm.api.urls",
    "talent": "talent.api.urls",
    "outreach": "outreach.api.urls",
    "sourcing": "sourcing.api.urls",
    "inbox": "inbox.api.urls",
    "portal": "portal.api.urls",
    "analytics": "analytics.api.urls",
}
# Modules with addresses outside of any tenant.
OUTSIDE: list[str] = [
    "crm.runtime.urls",
    "outreach.public_urls",
    "inbox.public_urls",
    "portal.public_urls",
    "talent.public_urls",
]


def _pages() -> list[Address]:
    return [path("o/<slug:tenant>/", include((module, name))) for name, module in PAGES.items()]


def _apis() -> list[Address]:
    return [path("o/<slug:tenant>/api/v1/", include((module, f"{name}-api"))) for name, module in APIS.items()]


urlpatterns: list[Address] = [
    path("", home.index, name="index"),
    path("workspaces/new/", home.workspace_new, name="workspace-new"),
    path("accounts/", include("allauth.urls")),
    path("admin/", tenant_admin_site.urls),
    path("api/v1/openapi.json", schema.Document.as_view(), name="openapi"),
    *_apis(),
    *_pages(),
    *[path("", include(module)) for module in OUTSIDE],
    *([path("styleguide/", include(styleguide))] if settings.DEBUG else []),
]
