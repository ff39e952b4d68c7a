"""The app `integrations`."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Owns what docs/architecture says of `integrations`."""

    name = "integrations"
