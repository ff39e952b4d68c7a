"""The app `sourcing`."""

from django.apps import AppConfig


class SourcingConfig(AppConfig):
    """Owns what docs/architecture says of `sourcing`."""

    name = "sourcing"
