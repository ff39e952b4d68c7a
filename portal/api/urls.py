"""Addresses of the portal's API below `/o/<tenant>/api/v1/`."""

from __future__ import annotations

from django.urls import path

from portal.api import content, links

urlpatterns = [
    path("candidates/<uuid:pk>/portal-links/", links.PortalLinkList.as_view(), name="link-list"),
    path("content/", content.ContentList.as_view(), name="content-list"),
    path("content/<uuid:pk>/", content.ContentDetail.as_view(), name="content-detail"),
    path("content/<uuid:pk>/publish/", content.ContentPublish.as_view(), name="content-publish"),
    path("content/<uuid:pk>/withdraw/", content.ContentWithdraw.as_view(), name="content-withdraw"),
]
