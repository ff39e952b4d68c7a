"""The addresses that load balancers and people on call ask."""

from __future__ import annotations

from django.urls import path

from crm.access import public
from crm.runtime import health

urlpatterns = [
    path("healthz", public(health.healthz), name="healthz"),
    path("readyz", public(health.readyz), name="readyz"),
]
