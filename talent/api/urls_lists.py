"""Addresses of lists in the API: acts on many people, saved views, exports."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.api import bulk

MANY: list[URLPattern] = [
    path("bulk-operations/", bulk.OperationList.as_view(), name="bulk-list"),
    path("bulk-operations/preview/", bulk.OperationPreview.as_view(), name="bulk-preview"),
    path("bulk-operations/<uuid:pk>/", bulk.OperationDetail.as_view(), name="bulk-detail"),
    path("bulk-operations/<uuid:pk>/left-out/", bulk.OperationLeftOut.as_view(), name="bulk-left-out"),
    path("bulk-operations/<uuid:pk>/undo/", bulk.OperationUndo.as_view(), name="bulk-undo"),
    path("bulk-operations/<uuid:pk>/stop/", bulk.OperationStop.as_view(), name="bulk-stop"),
    path("bulk-operations/<uuid:pk>/resume/", bulk.OperationResume.as_view(), name="bulk-resume"),
]

LISTS: list[URLPattern] = [*MANY]
