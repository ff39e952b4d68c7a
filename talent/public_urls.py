"""Addresses of the talent community outside of any workspace's pages; a secret in them says whose they are."""

from __future__ import annotations

from django.urls import path

from talent.views import calendar

app_name = "talent-public"

urlpatterns = [path("calendar/<slug:tenant>/<str:token>/", calendar.calendar, name="calendar")]
