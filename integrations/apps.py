"""The app `integrations`."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """The configuration of `integrations`; what it owns stands in the README's map."""

    name = "integrations"
