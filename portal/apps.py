"""The app `portal`."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The configuration of `portal`; what it owns stands in the README's map."""

    name = "portal"
