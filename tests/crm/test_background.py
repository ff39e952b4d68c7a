"""Each task waits in the queue that its definition names."""

from __future__ import annotations

from uuid import uuid4

import pytest
from celery import Celery, current_app
from django.core.cache import cache

from crm import background
from crm.background import QUEUE_OF, QUEUES
from crm.tasks import beat, run_readers
from crm.tenancy.keys import cache_key


def queue_of(app: Celery, name: str, **options: str) -> str:
    return str(app.amqp.router.route(options, name)["queue"].name)


@pytest.fixture
def app() -> Celery:
    return current_app._get_current_object()


def test_every_tenant_task_goes_to_its_queue(app: Celery) -> None:
    assert len(QUEUE_OF) > 20
    assert {name: queue_of(app, name) for name in QUEUE_OF} == QUEUE_OF
    assert set(QUEUE_OF.values()) <= set(QUEUES)


def test_tasks_of_no_tenant_go_to_the_default_one(app: Celery) -> None:
    assert queue_of(app, beat.name) == "interactive"


def test_who_sends_it_may_name_another(app: Celery) -> None:
    assert queue_of(app, run_readers.name, queue="bulk") == "bulk"


def test_what_is_sent_lies_in_its_queue(app: Celery, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.connection_for_write() as connection:
        name = next(name for name, queue in QUEUE_OF.items() if queue == "bulk")
        app.tasks[name].apply_async(args=("x",), connection=connection)
        waiting = connection.SimpleQueue("bulk")

        assert waiting.get(timeout=1).headers["task"] == name


def test_first_to_ask_is_told_until_the_task_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, tenant = [100.0], uuid4()
    monkeypatch.setattr("crm.background.time.monotonic", lambda: clock[0])

    def is_first() -> bool:
        return background.is_first(tenant, "of-a-test", lasts=60, begins=1)

    assert [is_first(), is_first()] == [True, False]
    cache.delete(cache_key(tenant, "of-a-test"))  # as the task does when it begins, a second later
    clock[0] += 1

    assert [is_first(), background.is_first(uuid4(), "of-a-test", lasts=60, begins=1)] == [True, True]


def test_who_was_not_the_first_asks_the_cache_each_time() -> None:
    tenant = uuid4()
    cache.add(cache_key(tenant, "of-a-test"), 1, timeout=60)  # by another process

    assert not background.is_first(tenant, "of-a-test", lasts=60, begins=1)
    cache.delete(cache_key(tenant, "of-a-test"))
    assert background.is_first(tenant, "of-a-test", lasts=60, begins=1)
