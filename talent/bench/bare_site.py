"""Addresses of the bare views: what pages are held against where both are served."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path

from crm.models import Tenant
from talent.bench import bare


@cache
def _list_of(tenant: UUID) -> bare.View:
    return bare.list_view(Tenant.objects.get(pk=tenant))


def people(request: HttpRequest, tenant: UUID) -> HttpResponse:
    """The newest fifty of a tenant."""
    return _list_of(tenant)(request)


@cache
def _person(tenant: UUID, key: UUID, size: int) -> bare.View:
    return bare.person_view(Tenant.objects.get(pk=tenant), key, size)


def person(request: HttpRequest, tenant: UUID, key: UUID, size: int) -> HttpResponse:
    """Somebody, in so many bytes."""
    return _person(tenant, key, size)(request)


urlpatterns = [path("people/<uuid:tenant>/", people), path("person/<uuid:tenant>/<uuid:key>/<int:size>/", person)]
