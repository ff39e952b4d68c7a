"""Addresses of the portal's pages for colleagues, below `/o/<tenant>/`; their namespace is `portal`."""

from __future__ import annotations

from django.urls import path

from portal.views import content, invitations

urlpatterns = [
    path("candidates/<uuid:pk>/portal/invite/", invitations.invite, name="invite"),
    path("content/", content.listing, name="content-list"),
    path("content/new/<slug:kind>/", content.new, name="content-new"),
    path("content/<uuid:pk>/edit/", content.edit, name="content-edit"),
    path("content/<uuid:pk>/publish/", content.publish, name="content-publish"),
    path("content/<uuid:pk>/withdraw/", content.withdraw, name="content-withdraw"),
    path("content/<uuid:pk>/delete/", content.delete, name="content-delete"),
    path("content/<uuid:pk>/file/", content.file, name="content-file"),
]
