"""Addresses of the ways in below `/o/<tenant>/api/v1/`."""

from __future__ import annotations

from django.urls import path

from sourcing.api import imports, resumes

urlpatterns = [
    path("imports/", imports.ImportListView.as_view(), name="import-list"),
    path("imports/<uuid:pk>/", imports.ImportView.as_view(), name="import"),
    path("imports/<uuid:pk>/run/", imports.ImportRunView.as_view(), name="import-run"),
    path("resumes/", resumes.ResumeListView.as_view(), name="resume-list"),
    path("resumes/<uuid:pk>/", resumes.ResumeView.as_view(), name="resume"),
]
