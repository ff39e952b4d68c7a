"""Addresses of the talent community's API below `/o/<tenant>/api/v1/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.api import segments

SEGMENTS: list[URLPattern] = [
    path("segments/", segments.SegmentList.as_view(), name="segment-list"),
    path("segments/preview/", segments.SegmentPreview.as_view(), name="segment-preview"),
    path("segments/<uuid:pk>/", segments.SegmentDetail.as_view(), name="segment-detail"),
    path("segments/<uuid:pk>/members/", segments.SegmentMembers.as_view(), name="segment-members"),
    path("segments/<uuid:pk>/explain/", segments.SegmentExplain.as_view(), name="segment-explain"),
]

urlpatterns = [*SEGMENTS]
