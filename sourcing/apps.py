"""The app `sourcing`."""

from django.apps import AppConfig


class SourcingConfig(AppConfig):
    """The configuration of `sourcing`; what it owns stands in the README's map."""

    name = "sourcing"
