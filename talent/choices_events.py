"""Words of recruiting events and of who comes to them that the database keeps."""

from __future__ import annotations

from django.db import models


class EventKind(models.TextChoices):
    """What people come to."""

    CAREER_FAIR = "career_fair", "Career fair"
    MEETUP = "meetup", "Meet-up"
    WEBINAR = "webinar", "Webinar"
    CONFERENCE = "conference", "Conference"
    OTHER = "other", "Other event"


class EventState(models.TextChoices):
    """How a recruiting event stands."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open for registration"
    CLOSED = "closed", "Registration closed"
    CANCELLED = "cancelled", "Cancelled"


class AttendanceState(models.TextChoices):
    """What became of a registration."""

    REGISTERED = "registered", "Registered"
    ATTENDED = "attended", "Attended"
    NO_SHOW = "no_show", "No-show"


class AttendanceOrigin(models.TextChoices):
    """Who put somebody on the list."""

    COLLEAGUE = "colleague", "A colleague"
    FORM = "form", "Themselves, by the form"
