"""Events that a reader cannot take in are parked, and can be given to it again; trouble that passes parks none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from uuid import UUID

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, connections

from crm.models import Event, ReaderCursor, ReaderFailure, Tenant
from crm.registry import Reader
from crm.services import readers
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.models import uuid7
from tests.factories.events import (
    a_reader,
    an_event,
    effects_of,
    leave_effects,
    some_events,
)


def poisoned(name: str, bad: set[UUID], error: Exception) -> Reader:
    """Takes in everything but the bad events."""

    def read(batch: Sequence[Event]) -> None:
        leave_effects(name, batch)
        if bad & {event.pk for event in batch}:
            raise error

    return Reader(name, read)


@pytest.mark.parametrize("bad_places", [{0}, {99}, {37, 38}, {0, 50, 99}])
def test_halving_parks_the_poisonous_events_and_takes_in_the_others(
    tenant: Tenant, run_readers: Callable[[], int], plug: Callable[..., None], bad_places: set[int]
) -> None:
    with open_tenant(tenant):
        written = [event.pk for event in some_events(100)]
    bad = {written[place] for place in bad_places}
    plug(poisoned("weak", bad, ValueError("no")), a_reader("strong"))

    run_readers()

    with open_tenant(tenant):
        assert effects_of("weak") == Counter(set(written) - bad)
        assert effects_of("strong") == Counter(written)
        parked = ReaderFailure.objects.values_list("reader", "event", "error", "attempts", "resolved_at")
        assert set(parked) == {("weak", pk, "ValueError('no')", 1, None) for pk in bad}


def test_event_that_breaks_a_deferred_constraint_is_parked(
    tenant: Tenant, run_readers: Callable[[], int], plug: Callable[..., None]
) -> None:
    """Left to the commit, the error would have no event to blame and would stop the reader for ever."""
    with open_tenant(tenant):
        good, bad = (event.pk for event in some_events(2))

    def read(batch: Sequence[Event]) -> None:
        for event in batch:
            refers_to = event.pk if event.pk == good else uuid7()
            ReaderFailure.objects.create(reader="child", event_id=refers_to, error="", traceback="")

    plug(Reader("weak", read))
    run_readers()

    with open_tenant(tenant):
        assert ReaderFailure.objects.get(reader="weak").event_id == bad
        assert ReaderFailure.objects.get(reader="child").event_id == good


def test_event_too_large_for_an_index_is_parked(
    tenant: Tenant, run_readers: Callable[[], int], plug: Callable[..., None]
) -> None:
    """PostgreSQL's class 54 is an OperationalError in Python, but another try will meet it again."""
    with open_tenant(tenant):
        event = an_event()

    def read(batch: Sequence[Event]) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT " + "(" * 20_000 + "1" + ")" * 20_000)

    plug(Reader("weak", read))
    run_readers()

    with open_tenant(tenant):
        assert ReaderFailure.objects.get().event_id == event.pk


@pytest.mark.parametrize("error", [OperationalError("the connection was lost"), SoftTimeLimitExceeded()])
def test_passing_trouble_parks_nothing_moves_no_cursor_and_holds_up_no_other_reader(
    tenant: Tenant, run_readers: Callable[[], int], plug: Callable[..., None], error: Exception
) -> None:
    with open_tenant(tenant):
        event = an_event()
    plug(a_reader("before"), poisoned("weak", {event.pk}, error))

    with pytest.raises(type(error)):
        run_readers()

    with open_tenant(tenant):
        assert (effects_of("before"), effects_of("weak")) == (Counter([event.pk]), Counter())
        assert ReaderFailure.objects.count() == 0
        assert list(ReaderCursor.objects.values_list("reader", flat=True)) == ["before"]


def test_reader_after_a_failing_one_still_runs(
    tenant: Tenant, run_readers: Callable[[], int], plug: Callable[..., None]
) -> None:
    with open_tenant(tenant):
        event = an_event()
    plug(poisoned("weak", {event.pk}, OperationalError("deadlock")), a_reader("after"))

    with pytest.raises(OperationalError):
        run_readers()

    with open_tenant(tenant):
        assert effects_of("after") == Counter([event.pk])


@pytest.fixture
def parked(tenant: Tenant, run_readers: Callable[[], int], plug: Callable[..., None]) -> UUID:
    """An event that the reader `effects` could not take in."""
    with open_tenant(tenant):
        event = an_event()
    plug(poisoned("effects", {event.pk}, ValueError("no")))
    run_readers()
    return event.pk


def test_replay_takes_the_event_in_and_resolves_the_failure(
    tenant: Tenant, parked: UUID, plug: Callable[..., None]
) -> None:
    plug(a_reader())
    with open_tenant(tenant):
        failure = ReaderFailure.objects.get()
        outcomes = [readers.replay(failure=failure), readers.replay(failure=failure)]

        assert outcomes == [True, True]
        assert effects_of("effects") == Counter([parked])
        assert ReaderFailure.objects.get().resolved_at is not None


def test_replay_that_fails_again_counts_the_attempt(tenant: Tenant, parked: UUID) -> None:
    with open_tenant(tenant):
        outcome = readers.replay(failure=ReaderFailure.objects.get())

        failure = ReaderFailure.objects.get()
        assert (outcome, failure.attempts, failure.resolved_at, effects_of("effects")) == (False, 2, None, Counter())


def test_replay_of_a_reader_that_is_gone_says_so(tenant: Tenant, parked: UUID, plug: Callable[..., None]) -> None:
    plug()

    with open_tenant(tenant), pytest.raises(readers.ReaderGone):
        readers.replay(failure=ReaderFailure.objects.get())
