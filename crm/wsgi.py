"""The web server's entry."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from crm.runtime.entry import prepare_process

prepare_process()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
application = get_wsgi_application()
