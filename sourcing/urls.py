"""Addresses of the ways in below `/o/<tenant>/`."""

from __future__ import annotations

from django.urls import path

from sourcing.views import imports, resumes, tables

app_name = "sourcing"

urlpatterns = [
    path("imports/", imports.listing, name="import-list"),
    path("imports/<uuid:pk>/", imports.show, name="import"),
    path("imports/<uuid:pk>/progress/", imports.progress, name="import-progress"),
    path("imports/<uuid:pk>/refused.csv", imports.refused, name="import-refused"),
    path("imports/tables/new/", tables.new, name="table-new"),
    path("imports/<uuid:pk>/columns/", tables.columns, name="import-columns"),
    path("imports/<uuid:pk>/check/", tables.check, name="import-check"),
    path("imports/<uuid:pk>/run/", tables.run, name="import-run"),
    path("resumes/upload/", resumes.upload, name="resume-upload"),
    path("resumes/<uuid:pk>/", resumes.show, name="resume"),
    path("resumes/<uuid:pk>/state/", resumes.state, name="resume-state"),
]
