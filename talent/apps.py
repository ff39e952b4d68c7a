"""The app `talent`."""

from django.apps import AppConfig


class TalentConfig(AppConfig):
    """The configuration of `talent`; what it owns stands in the README's map."""

    name = "talent"
