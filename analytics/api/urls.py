"""Addresses of the metrics' API below `/o/<tenant>/api/v1/`."""

from __future__ import annotations

from django.urls import path

from analytics.api import metrics

urlpatterns = [
    path("metrics/", metrics.MetricList.as_view(), name="metric-list"),
    path("metrics/<slug:name>/", metrics.MetricDetail.as_view(), name="metric-detail"),
]
