"""Addresses of the portal's API below `/o/<tenant>/api/v1/`."""

from __future__ import annotations

from django.urls import path

from portal.api import links

urlpatterns = [
    path("candidates/<uuid:pk>/portal-links/", links.PortalLinkList.as_view(), name="link-list"),
]
