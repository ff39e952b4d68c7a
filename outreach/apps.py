"""The app `outreach`."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Owns what docs/architecture says of `outreach`."""

    name = "outreach"
