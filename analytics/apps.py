"""The app `analytics`."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """Owns what docs/architecture says of `analytics`."""

    name = "analytics"
