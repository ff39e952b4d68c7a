"""Addresses of recruiting events in the API."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.api import check_in, recruiting_events

EVENTS: list[URLPattern] = [
    path("events/", recruiting_events.EventList.as_view(), name="event-list"),
    path("events/<uuid:pk>/", recruiting_events.EventDetail.as_view(), name="event-detail"),
    path("events/<uuid:pk>/attendances/", recruiting_events.EventAttendances.as_view(), name="event-attendances"),
    path("events/<uuid:pk>/check-ins/", check_in.EventCheckIns.as_view(), name="event-check-ins"),
    path("events/<uuid:pk>/walk-ins/", check_in.EventWalkIns.as_view(), name="event-walk-ins"),
    path("events/<uuid:pk>/no-shows/", recruiting_events.EventNoShows.as_view(), name="event-no-shows"),
    path("events/<uuid:pk>/waitlist/", recruiting_events.EventWaitlist.as_view(), name="event-waitlist"),
    path("waitlist/<uuid:pk>/", recruiting_events.WaitlistDetail.as_view(), name="waitlist-detail"),
    path("attendances/<uuid:pk>/", recruiting_events.AttendanceDetail.as_view(), name="attendance-detail"),
    path(
        "candidates/<uuid:pk>/attendances/", recruiting_events.CandidateAttendances.as_view(), name="candidate-events"
    ),
]
