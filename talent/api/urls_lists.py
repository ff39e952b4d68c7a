"""Addresses of lists in the API: acts on many people, saved views, exports, long rules."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.api import bulk, kept_rules, lists, offered, view_pins

MANY: list[URLPattern] = [
    path("bulk-operations/", bulk.OperationList.as_view(), name="bulk-list"),
    path("bulk-operations/acts/", offered.Acts.as_view(), name="bulk-acts"),
    path("bulk-operations/preview/", bulk.OperationPreview.as_view(), name="bulk-preview"),
    path("bulk-operations/<uuid:pk>/", bulk.OperationDetail.as_view(), name="bulk-detail"),
    path("bulk-operations/<uuid:pk>/left-out/", bulk.OperationLeftOut.as_view(), name="bulk-left-out"),
    path("bulk-operations/<uuid:pk>/undo/", bulk.OperationUndo.as_view(), name="bulk-undo"),
    path("bulk-operations/<uuid:pk>/stop/", bulk.OperationStop.as_view(), name="bulk-stop"),
    path("bulk-operations/<uuid:pk>/resume/", bulk.OperationResume.as_view(), name="bulk-resume"),
]

KEPT: list[URLPattern] = [
    path("candidates/rules/", kept_rules.RuleKeep.as_view(), name="rule-keep"),
    path("views/", lists.ViewList.as_view(), name="view-list"),
    path("views/pinned/", view_pins.PinnedViews.as_view(), name="view-pinned"),
    path("views/<uuid:pk>/pin/", view_pins.ViewPinned.as_view(), name="view-pin"),
    path("views/<uuid:pk>/", lists.ViewDetail.as_view(), name="view-detail"),
    path("columns/", offered.Columns.as_view(), name="column-list"),
    path("exports/", lists.ExportList.as_view(), name="export-list"),
    path("exports/<uuid:pk>/", lists.ExportDetail.as_view(), name="export-detail"),
    path("exports/<uuid:pk>/file/", lists.ExportFile.as_view(), name="export-file"),
]

LISTS: list[URLPattern] = [*MANY, *KEPT]
