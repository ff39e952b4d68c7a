"""The addresses that load balancers and people on call ask."""

from __future__ import annotations

from django.urls import path

from crm.runtime import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
