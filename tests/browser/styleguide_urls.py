"""Addresses of the style guide alone, for tests of the components."""

from django.urls import include, path

urlpatterns = [path("styleguide/", include("crm.styleguide"))]
