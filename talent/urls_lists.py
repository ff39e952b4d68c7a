"""Addresses of lists: acts on many people, saved views, exports."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.views import bulk, bulk_operations

MANY: list[URLPattern] = [
    path("candidates/bulk/<slug:act>/", bulk.start, name="bulk-start"),
    path("candidates/bulk/<slug:act>/choose/", bulk.choose, name="bulk-choose"),
    path("candidates/bulk/<slug:act>/check/", bulk.check, name="bulk-check"),
    path("bulk-operations/", bulk_operations.listing, name="bulk-list"),
    path("bulk-operations/<uuid:pk>/", bulk_operations.detail, name="bulk-detail"),
    path("bulk-operations/<uuid:pk>/progress/", bulk_operations.progress, name="bulk-progress"),
    path("bulk-operations/<uuid:pk>/undo/", bulk_operations.undo, name="bulk-undo"),
    path("bulk-operations/<uuid:pk>/stop/", bulk_operations.stop, name="bulk-stop"),
    path("bulk-operations/<uuid:pk>/resume/", bulk_operations.resume, name="bulk-resume"),
]

LISTS: list[URLPattern] = [*MANY]
