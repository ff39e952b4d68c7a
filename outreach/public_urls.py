"""Addresses in our mails, outside of any tenant's path: the token says whose they are."""

from __future__ import annotations

from django.urls import path

from outreach.views import own_mailbox, provider_hooks, public, text_hooks, why

app_name = "outreach-public"

urlpatterns = [
    path("t/o/<str:token>.gif", public.opened, name="open"),
    path("t/c/<str:token>/", public.clicked, name="click"),
    path("hooks/provider/<slug:tenant>/<uuid:pk>/", provider_hooks.take, name="provider-hook"),
    path("hooks/texts/<uuid:tenant>/<uuid:pk>/status/", text_hooks.status, name="text-status"),
    path("mail-oauth/", own_mailbox.returned, name="mail-oauth"),
    path("u/<str:token>/", public.unsubscribe, name="unsubscribe"),
    path("w/<str:token>/", why.explain, name="why"),
    path("w/<str:token>/counting/", why.counting, name="why-counting"),
]
