"""Addresses of the portal's pages for colleagues, below `/o/<tenant>/`; their namespace is `portal`."""

from __future__ import annotations

from django.urls import path

from portal.views import invitations

urlpatterns = [
    path("candidates/<uuid:pk>/portal/invite/", invitations.invite, name="invite"),
]
