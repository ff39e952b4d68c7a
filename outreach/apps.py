"""The app `outreach`."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """The configuration of `outreach`; what it owns stands in the README's map."""

    name = "outreach"
