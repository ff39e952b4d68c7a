"""The app `crm`: the floor. When it is ready it connects what the apps above plug in."""

import gc
from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

# Containers made before the youngest are looked through; and how often that leads to a look at the older ones.
GARBAGE_THRESHOLDS = (50_000, 20, 100)


class CrmConfig(AppConfig):
    """The floor's app."""

    name = "crm"

    def ready(self) -> None:
        import_module("crm.celery")  # or tasks asked for by web processes go to Celery's default broker
        import_module(settings.WIRING).connect()
        look_for_garbage_less_often()


def look_for_garbage_less_often() -> None:
    """What is loaded stays loaded: it is never looked through again, and the rest more rarely than by default.

    With Python's own thresholds a fifth of the time of a page went into looks that found nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
