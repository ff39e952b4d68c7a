"""The kit for background work: tasks carry ids, enter their tenant, and try again a bounded number of times."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from celery import Task, current_app, shared_task
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, transaction
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.keys import cache_key

P = ParamSpec("P")
RETRYABLE = (OperationalError, InterfaceError, ConnectionError, TimeoutError)
AWAY = (BrokerError, RedisError, OSError)  # of the broker or the cache, after a commit: nothing to fail for
QUEUES = ("interactive", "send", "sync", "parse", "bulk")
QUEUE_OF: dict[str, str] = {}  # by the name of the task
logger = logging.getLogger(__name__)
MOST_ASKED = 10_000
_asked: dict[tuple[UUID, str], float] = {}  # the marks that this process has set: until when nobody looks yet


def tenant_task(
    queue: str, *, enter: bool = True, max_retries: int = 5
) -> Callable[[Callable[Concatenate[Tenant, P], None]], Task[Any, None]]:
    """A task of one tenant: called with (tenant id, ids...), runs with (Tenant, ids...).

    With `enter` the whole task is one transaction inside the tenant; without, its service opens its own
    (`with tenant(...)`), as sending must. A suspended or unknown tenant ends the task. Errors of the connection are
    tried again `max_retries` times, with growing pauses; work must be idempotent.
    """

    def decorate(function: Callable[Concatenate[Tenant, P], None]) -> Task[Any, None]:
        @wraps(function)
        def run(tenant_id: str, *args: P.args, **kwargs: P.kwargs) -> None:
            owner = Tenant.objects.filter(pk=UUID(str(tenant_id)), status=Tenant.Status.ACTIVE).first()
            if owner is None:
                logger.warning("task %s: tenant %s is unknown or suspended", function.__name__, tenant_id)
            elif enter:
                with open_tenant(owner):
                    function(owner, *args, **kwargs)
            else:
                function(owner, *args, **kwargs)

        del run.__wrapped__  # Celery would check calls against the inner signature
        name = f"{function.__module__}.{function.__name__}"
        QUEUE_OF[name] = queue
        return shared_task(
            name=name,
            autoretry_for=RETRYABLE,
            max_retries=max_retries,
            retry_backoff=2,
            retry_backoff_max=300,
            retry_jitter=True,
        )(run)

    return decorate


def route(name: str, *asked: Any, **more: Any) -> dict[str, str] | None:
    """Which queue a task goes to, when whoever sends it names none; Celery asks. None is the default one."""
    return {"queue": QUEUE_OF[name]} if name in QUEUE_OF else None


def nudge(task: Task[Any, Any], *args: Any, countdown: float = 0) -> None:
    """Ask for a task; a broker that is away costs time only, because sweeps find the work by query."""
    try:
        task.apply_async(args=tuple(str(a) for a in args), countdown=countdown, retry=False)
    except AWAY as error:
        logger.warning("broker away, %s is left to the sweep: %s", task.name, error)


def nudge_on_commit(task: Task[Any, Any], *args: Any) -> None:
    """The same, once the running transaction is committed."""
    transaction.on_commit(lambda: nudge(task, *args))


def is_first(tenant_id: UUID, name: str, *, lasts: int, begins: float) -> bool:
    """Whether nobody has asked for this task of a tenant, told after a commit that it is to look at.

    The mark lasts so many seconds, or until the task takes it away before it looks. It `begins` so many seconds after
    the first has asked, no sooner: what this process commits meanwhile is looked at, without the cache being asked.
    """
    now = time.monotonic()
    if now < _asked.get((tenant_id, name), 0) or not _mark(tenant_id, name, lasts):
        return False
    if len(_asked) >= MOST_ASKED:
        _asked.clear()
    _asked[tenant_id, name] = now + begins * 0.8  # clocks of other machines may be a little ahead
    return True


def _mark(tenant_id: UUID, name: str, lasts: int) -> bool:
    """Set the mark that somebody has asked; False where there is one, or the cache is away: the work is committed."""
    try:
        return bool(cache.add(cache_key(tenant_id, name), 1, timeout=lasts))
    except AWAY as error:
        logger.warning("cache away, %s is left to the sweep: %s", name, error)
        return False


def wake(name: str, queue: str, *args: Any, countdown: float = 0) -> None:
    """The same by name, for services, which stand below the tasks that call them."""
    try:
        current_app.send_task(name, args=[str(a) for a in args], queue=queue, retry=False, countdown=countdown)
    except AWAY as error:
        logger.warning("broker away, %s is left to the sweep: %s", name, error)


def wake_on_commit(name: str, queue: str, *args: Any) -> None:
    """Wake a task once the running transaction is committed."""
    transaction.on_commit(lambda: wake(name, queue, *args))
