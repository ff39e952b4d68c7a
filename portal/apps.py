"""The app `portal`."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Owns what docs/architecture says of `portal`."""

    name = "portal"
