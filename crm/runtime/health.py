"""`/healthz`: does the process answer? `/readyz`: can it do its work? For load balancers and people on call."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.models import Heartbeat

OLDEST_BEAT = timedelta(seconds=60)


class NotReady(Exception):
    """A check found something wrong; the message says what, without secrets: everybody may read it."""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: touches neither database nor broker, so that their failures do not make anybody restart the web server."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Each check with `ok` and `detail`; 503 when one fails. `sandbox` is told, never failing."""
    checks = {name: _outcome(check) for name, check in CHECKS.items()}
    ready = all(bool(check["ok"]) for check in checks.values())
    return JsonResponse({"ready": ready, "checks": checks, "sandbox": sandbox()}, status=200 if ready else 503)


def check_database() -> str:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "answers"


def check_migrations() -> str:
    """Every migration on the disk is recorded as applied."""
    missing = _known_migrations() - set(MigrationRecorder(connection).applied_migrations())
    if missing:
        raise NotReady(f"{len(missing)} not applied; run: python manage.py migrate")
    return "all applied"


def check_broker() -> str:
    """The broker answers."""
    with redis.Redis.from_url(settings.ENV.redis_url, socket_connect_timeout=2, socket_timeout=2) as client:
        client.ping()
    return "answers"


def check_beat() -> str:
    """The scheduler's last tick has come through the broker and a worker less than a minute ago."""
    return beat_age(Heartbeat.objects.filter(name="beat").values_list("at", flat=True).first(), timezone.now())


def beat_age(last: datetime | None, now: datetime) -> str:
    """The age of the last tick in whole seconds; NotReady when there is none or it is too old."""
    if last is None:
        raise NotReady("no tick yet: scheduler or worker have not started")
    age = now - last
    if age >= OLDEST_BEAT:
        raise NotReady(f"last tick {age.total_seconds():.0f} s ago: scheduler, broker or worker are away")
    return f"last tick {max(age.total_seconds(), 0):.0f} s ago"


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "migrations": check_migrations,
    "broker": check_broker,
    "beat": check_beat,
}


@cache
def sandbox() -> str:
    """Where files from outside are parsed: in `bubblewrap` where it works, else in a process with `limits` alone."""
    program = shutil.which("bwrap")
    if program is None:
        return "limits"
    trial = [program, "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "true"]
    try:
        works = subprocess.run(trial, capture_output=True, timeout=5, check=False).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        works = False
    return "bubblewrap" if works else "limits"


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _outcome(check: Callable[[], str]) -> dict[str, object]:
    try:
        return {"ok": True, "detail": check()}
    except NotReady as reason:
        return {"ok": False, "detail": str(reason)}
    except (DatabaseError, redis.RedisError, OSError) as error:
        return {"ok": False, "detail": f"does not answer ({type(error).__name__})"}
