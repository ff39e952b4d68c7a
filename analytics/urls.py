"""Addresses of analytics below `/o/<tenant>/`; their namespace is `analytics`."""

from __future__ import annotations

from django.urls import path

from analytics.views import lists, report

urlpatterns = [
    path("analytics/", report.report, name="report"),
    path("analytics/messages/", lists.message_list, name="message-list"),
    path("analytics/newcomers/", lists.newcomer_list, name="newcomer-list"),
    path("analytics/members/", lists.member_list, name="member-list"),
    path("analytics/<slug:name>.csv", report.export, name="export"),
]
