"""Addresses of the hub's API below `/o/<tenant>/api/v1/`."""

from __future__ import annotations

from django.urls import path

from inbox.api import letters, meetings, views

urlpatterns = [
    path("threads/", views.ThreadListView.as_view(), name="thread-list"),
    path("threads/<uuid:pk>/", views.ThreadView.as_view(), name="thread"),
    path("threads/<uuid:pk>/done/", views.ThreadDoneView.as_view(), name="thread-done"),
    path("threads/<uuid:pk>/reply/", letters.ThreadReplyView.as_view(), name="thread-reply"),
    path("received-messages/", views.MessageListView.as_view(), name="message-list"),
    path("received-messages/<uuid:pk>/", views.MessageView.as_view(), name="message"),
    path("received-texts/", views.TextListView.as_view(), name="text-list"),
    path("received-texts/<uuid:pk>/", views.TextView.as_view(), name="text"),
    path("candidates/<uuid:pk>/timeline/", views.TimelineView.as_view(), name="timeline"),
    path("candidates/<uuid:pk>/mails/", letters.FirstMailView.as_view(), name="first-mail"),
    path("candidates/<uuid:pk>/meetings/", meetings.MeetingList.as_view(), name="meeting-list"),
    path("meetings/<uuid:pk>/", meetings.MeetingDetail.as_view(), name="meeting"),
    path("outgoing/<uuid:pk>/", letters.PlannedMessageView.as_view(), name="planned-message"),
    path("inbound/", views.InboundView.as_view(), name="inbound"),
]
