"""The app `inbox`."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The configuration of `inbox`; what it owns stands in the README's map."""

    name = "inbox"
