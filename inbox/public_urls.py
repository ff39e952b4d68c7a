"""Addresses for machines that deliver mail; the secret says that they may."""

from __future__ import annotations

from django.urls import path

from inbox.views import hooks, texts

app_name = "inbox-public"

urlpatterns = [
    path("hooks/texts/<uuid:tenant>/<uuid:pk>/", texts.take, name="text"),
    path("hooks/inbound/<slug:tenant>/", hooks.mail, name="hook"),
    path("hooks/inbound/<slug:tenant>/<slug:name>/", hooks.provider, name="hook-provider"),
]
