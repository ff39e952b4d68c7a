"""Addresses of lists: acts on many people, saved views, exports."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.views import bulk, bulk_operations, exports, list_tools, saved_views

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

VIEWS: list[URLPattern] = [
    path("candidates/columns/", list_tools.choose_columns, name="list-columns"),
    path("candidates/advanced/", list_tools.advanced, name="list-advanced"),
    path("views/", saved_views.listing, name="view-list"),
    path("views/new/", saved_views.new, name="view-new"),
    path("views/<uuid:pk>/edit/", saved_views.edit, name="view-edit"),
    path("views/<uuid:pk>/save/", saved_views.save, name="view-save"),
    path("views/<uuid:pk>/archive/", saved_views.archive, name="view-archive"),
    path("views/<uuid:pk>/restore/", saved_views.archive, {"back": True}, name="view-restore"),
    path("views/<uuid:pk>/delete/", saved_views.delete, name="view-delete"),
    path("views/<uuid:pk>/pin/", saved_views.pin, name="view-pin"),
    path("views/<uuid:pk>/unpin/", saved_views.pin, {"is_pinned": False}, name="view-unpin"),
    path("views/<uuid:pk>/up/", saved_views.move, {"by": -1}, name="view-up"),
    path("views/<uuid:pk>/down/", saved_views.move, {"by": 1}, name="view-down"),
]

EXPORTS: list[URLPattern] = [
    path("exports/", exports.listing, name="export-list"),
    path("exports/new/", exports.new, name="export-new"),
    path("exports/<uuid:pk>/download/", exports.download, name="export-download"),
]

LISTS: list[URLPattern] = [*MANY, *VIEWS, *EXPORTS]
