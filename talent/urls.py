"""Addresses of the talent community's pages below `/o/<tenant>/`; their namespace is `talent`."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.views import segments, suggestions

SEGMENTS: list[URLPattern] = [
    path("segments/", segments.listing, name="segment-list"),
    path("segments/new/", segments.create, name="segment-new"),
    path("segments/preview/", segments.preview, name="segment-preview"),
    path("segments/<uuid:pk>/", segments.detail, name="segment-detail"),
    path("segments/<uuid:pk>/edit/", segments.edit, name="segment-edit"),
    path("segments/<uuid:pk>/explain/", segments.explain, name="segment-explain"),
    path("segments/<uuid:pk>/delete/", segments.delete, name="segment-delete"),
    path("suggestions/<slug:what>/", suggestions.suggest, name="suggest"),
]

urlpatterns = [*SEGMENTS]
