"""Addresses of the candidates' own pages, outside of any workspace's staff pages."""

from __future__ import annotations

from django.urls import path

from portal.views import articles, doors, gatherings, mails, profile

app_name = "portal-public"

urlpatterns = [
    path("p/<slug:tenant>/", doors.ask, name="ask"),
    path("p/<slug:tenant>/enter/", doors.enter, name="enter"),
    path("p/<slug:tenant>/code/", doors.code, name="code"),
    path("p/<slug:tenant>/log-out/", doors.log_out, name="log-out"),
    path("p/<slug:tenant>/me/", profile.home, name="home"),
    path("p/<slug:tenant>/me/edit/", profile.edit, name="edit"),
    path("p/<slug:tenant>/me/known/", profile.known, name="known"),
    path("p/<slug:tenant>/me/mails/", mails.choose, name="mails"),
    path("p/<slug:tenant>/me/mails/counting/", mails.counting, name="mails-counting"),
    path("p/<slug:tenant>/me/messages/stop/", profile.stop_messages, name="messages-stop"),
    path("p/<slug:tenant>/me/messages/allow/", profile.allow_messages, name="messages-allow"),
    path("p/<slug:tenant>/me/events/<uuid:pk>/call-off/", profile.call_off, name="call-off"),
    path("p/<slug:tenant>/c/<slug:slug>/", articles.article, name="content"),
    path("p/<slug:tenant>/c/<slug:slug>/thanks/<str:ticket>/", articles.thanks, name="content-thanks"),
    path("p/<slug:tenant>/c/<slug:slug>/file/<str:ticket>/", articles.file, name="content-file"),
    path("p/<slug:tenant>/e/<uuid:pk>/", gatherings.event, name="event"),
    path("p/<slug:tenant>/e/<uuid:pk>/thanks/", gatherings.thanks, name="event-thanks"),
    path("p/<slug:tenant>/ticket/<str:token>/", gatherings.ticket, name="ticket"),
]
