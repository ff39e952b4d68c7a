"""The same Django without the product around it: its site is the bare views, its database connection the owner's."""

from __future__ import annotations

from crm.settings import *  # noqa: F403
from crm.settings import DATABASES

ROOT_URLCONF = "talent.bench.bare_site"
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]  # the app does not start without; 0.02 ms
DATABASES["owner"] |= {"CONN_MAX_AGE": None}
