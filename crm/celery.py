"""The Celery application: wake-ups and ids only; PostgreSQL is the queue of record."""

from __future__ import annotations

import os

from celery import Celery
from django.apps import apps

from crm.runtime.entry import prepare_process

if not apps.apps_ready:  # Celery's own processes come in here; in all others Django is up already
    prepare_process()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

app = Celery("rapport")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
