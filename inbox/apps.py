"""The app `inbox`."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """Owns what docs/architecture says of `inbox`."""

    name = "inbox"
