"""The app `analytics`."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """The configuration of `analytics`; what it owns stands in the README's map."""

    name = "analytics"
