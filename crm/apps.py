"""The app `crm`: the floor. When it is ready it connects what the apps above plug in."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class CrmConfig(AppConfig):
    """The floor's app."""

    name = "crm"

    def ready(self) -> None:
        import_module("crm.celery")  # or tasks asked for by web processes go to Celery's default broker
        import_module(settings.WIRING).connect()
