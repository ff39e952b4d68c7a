"""Settings of the tests: the real ones, without the manifest of built files and with quick passwords."""

import os
from pathlib import Path

from crm.runtime.entry import prepare_process
from crm.runtime.places import ROOT

# A server of its own for each process of pytest-xdist: snapshots span all databases of a server, so a long transaction
# of one process would hold up the event readers that another one tests.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
_data = Path(os.environ.get("DATA_DIR") or ROOT / ".data" / "test")
os.environ["DATA_DIR"] = str(_data / _worker if _worker and _data.name != _worker else _data)
os.environ.setdefault("RAPPORT_DURABLE", "0")
prepare_process()

from crm.safe_hosts import Policy  # noqa: E402
from crm.settings import *  # noqa: E402, F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = Path(os.environ["DATA_DIR"]) / "static"  # not the folder that the stage of the journeys is filling
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # a client that finds none warns
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, "fragments": FRAGMENTS}  # noqa: F405
KEPT_IS_CHECKED = True
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = False
SAFE_HTTP = Policy(schemes=("https", "http"), ports=(), networks=("127.0.0.1/32",))  # fakes of outside systems
