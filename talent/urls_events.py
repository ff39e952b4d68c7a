"""Addresses of recruiting events and of who comes to them."""

from __future__ import annotations

from django.urls import URLPattern, path

from talent.views import check_in, recruiting_events

EVENTS: list[URLPattern] = [
    path("events/", recruiting_events.listing, name="event-list"),
    path("events/new/", recruiting_events.new, name="event-new"),
    path("events/<uuid:pk>/", recruiting_events.detail, name="event-detail"),
    path("events/<uuid:pk>/edit/", recruiting_events.edit, name="event-edit"),
    path("events/<uuid:pk>/delete/", recruiting_events.delete, name="event-delete"),
    path("events/<uuid:pk>/register/", recruiting_events.register, name="event-register"),
    path("events/<uuid:pk>/no-shows/", recruiting_events.who_did_not_come, name="event-no-shows"),
    path("events/<uuid:pk>/check-in/", check_in.listing, name="event-check-in"),
    path("events/<uuid:pk>/walk-in/", check_in.walk_in, name="event-walk-in"),
    path("check-in/<str:token>/", check_in.scanned, name="check-in"),
    path("attendances/<uuid:pk>/check-in/", check_in.check_in, name="attendance-check-in"),
    path("attendances/<uuid:pk>/check-out/", check_in.check_out, name="attendance-check-out"),
    path("waitlist/<uuid:pk>/let-in/", check_in.let_in, name="waitlist-let-in"),
    path("waitlist/<uuid:pk>/seat/", recruiting_events.give_place, name="waitlist-seat"),
    path("waitlist/<uuid:pk>/remove/", recruiting_events.leave_line, name="waitlist-remove"),
    path("attendances/undo/<str:token>/", recruiting_events.take_back, name="attendance-take-back"),
    path("attendances/unmark/<str:token>/", recruiting_events.take_marks_back, name="marks-take-back"),
    path("attendances/<uuid:pk>/mark/", recruiting_events.mark, name="attendance-mark"),
    path("attendances/<uuid:pk>/remove/", recruiting_events.remove, name="attendance-remove"),
]
