"""The app `talent`."""

from django.apps import AppConfig


class TalentConfig(AppConfig):
    """Owns what docs/architecture says of `talent`."""

    name = "talent"
