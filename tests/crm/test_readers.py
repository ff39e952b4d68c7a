"""Readers see each event exactly once: out of order, killed, two at a time, some kinds only."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.process import BaseProcess
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from crm.models import Event, ReaderCursor, Tenant
from crm.registry import Reader, registered
from crm.services import readers
from crm.tenancy.context import dispatch
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.models import uuid7
from tests.factories.events import (
    a_reader,
    an_event,
    effects_of,
    let_settle,
    read_to_the_end,
    some_events,
)
from tests.factories.people import a_tenant
from tests.fakes import reader_process
from tests.properties import costly

INSERT = """
INSERT INTO crm_event (id, tenant_id, created_at, kind, occurred_at, actor_kind, actor_label, subject_type, data)
VALUES (%s, app.tenant(), now(), 'x', now(), 'system', '', '', '{}')
"""


class Writer:
    """One connection of the app role that writes events of a tenant and commits when it is told to."""

    def __init__(self, connection: psycopg.Connection[tuple[object, ...]], tenant_id: UUID) -> None:
        self.connection, self.tenant_id, self.written = connection, tenant_id, list[UUID]()

    def write(self) -> None:
        self.connection.execute("SELECT set_config('app.tenant', %s, true)", [str(self.tenant_id)])
        self.written.append(uuid7())
        self.connection.execute(INSERT, [self.written[-1]])

    def end(self, commit: bool) -> list[UUID]:
        """Commit or roll back; the events that are there for good."""
        (self.connection.commit if commit else self.connection.rollback)()
        ended, self.written = self.written, []
        return ended if commit else []


def connect() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        **{k: v for k, v in connections["default"].get_connection_params().items() if k in PARAMETERS}
    )


PARAMETERS = ("dbname", "user", "password", "host", "port")


STEPS = st.lists(st.tuples(st.sampled_from(["write", "commit", "rollback", "read"]), st.integers(0, 3)), max_size=40)


@costly(30)
@given(steps=STEPS)
def test_readers_see_each_committed_event_once_however_commits_interleave(
    committed: None, steps: list[tuple[str, int]]
) -> None:
    tenant, reader, expected = a_tenant(f"t-{uuid7().hex[-20:]}"), a_reader(), list[UUID]()

    with ExitStack() as stack:
        writers = [Writer(stack.enter_context(connect()), tenant.pk) for _ in range(4)]
        for step, number in [*steps, *(("commit", n) for n in range(4))]:
            if step == "write":
                writers[number].write()
            elif step == "read":
                readers.run_once(reader=reader, tenant_id=tenant.pk, limit=2)
            else:
                expected += writers[number].end(commit=step == "commit")
    read_to_the_end(reader, tenant.pk)

    with open_tenant(tenant):
        assert effects_of("effects") == Counter(expected)


def test_event_that_commits_late_is_read_although_later_ones_were_committed_first(committed: None) -> None:
    tenant, reader = a_tenant(), a_reader()

    with connect() as slow, connect() as quick:
        early, late = Writer(slow, tenant.pk), Writer(quick, tenant.pk)
        early.write()
        late.write()
        expected = late.end(commit=True)
        held_back = readers.run_once(reader=reader, tenant_id=tenant.pk)
        expected += early.end(commit=True)
    passed = read_to_the_end(reader, tenant.pk)

    with open_tenant(tenant):
        assert (held_back, passed, effects_of("effects")) == (0, 2, Counter(expected))


def start_process(tenant: Tenant) -> BaseProcess:
    return reader_process.start(str(connections["default"].settings_dict["NAME"]), tenant.pk)


def kill(process: BaseProcess) -> None:
    process.kill()
    process.join()


def wait_for_effects(tenant: Tenant, count: int) -> None:
    for _ in range(600):
        with open_tenant(tenant):
            if all(sum(effects_of(name).values()) >= count for name in reader_process.NAMES):
                return
        time.sleep(0.05)
    raise TimeoutError("The readers did not get on.")


def test_readers_killed_at_any_moment_leave_exactly_one_effect_per_event(committed: None) -> None:
    tenant, chance = a_tenant(), random.Random(7)
    with open_tenant(tenant):
        expected = Counter(event.pk for event in some_events(200))

    for _ in range(6):
        process = start_process(tenant)
        time.sleep(0.05 + chance.random() * 0.15)  # it connects first
        kill(process)
    process = start_process(tenant)
    wait_for_effects(tenant, 200)
    kill(process)

    with open_tenant(tenant):
        assert [effects_of(name) for name in reader_process.NAMES] == [expected, expected]


def test_two_processes_on_one_reader_share_the_events(committed: None) -> None:
    tenant = a_tenant()
    processes = [start_process(tenant), start_process(tenant)]

    with open_tenant(tenant):
        expected = Counter(event.pk for event in some_events(300))
    wait_for_effects(tenant, 300)
    for process in processes:
        kill(process)

    with open_tenant(tenant):
        assert [effects_of(name) for name in reader_process.NAMES] == [expected, expected]


def test_readers_in_threads_share_the_events_of_writers_in_threads(
    committed: None, plug: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = a_tenant()
    removed = frozenset({"note_removed"})
    plug(a_reader("first"), a_reader("second"), a_reader("some", kinds=removed), a_reader("none", kinds=frozenset("x")))
    monkeypatch.setattr(readers, "BATCH", 3)

    def write() -> None:
        for number in range(25):
            with open_tenant(tenant):
                some_events(2, "note_added" if number % 3 else "note_removed")
        connections["default"].close()

    def read() -> None:
        for _ in range(40):
            readers.run_all(tenant.pk)
        connections["default"].close()

    threads = [threading.Thread(target=target) for target in (write, write, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    let_settle()
    readers.run_all(tenant.pk)

    with open_tenant(tenant):
        expected = Counter(Event.objects.values_list("pk", flat=True))
        assert (len(expected), effects_of("first"), effects_of("second")) == (100, expected, expected)
        assert effects_of("some") == Counter(Event.objects.filter(kind="note_removed").values_list("pk", flat=True))
        ends = set(ReaderCursor.objects.values_list("xact_id", "event_id"))
        assert (effects_of("none"), len(ends)) == (Counter(), 1)


def test_reader_gets_only_its_kinds_and_its_cursor_passes_the_others(
    tenant: Tenant, run_readers: Callable[[], int], plug: Callable[..., None]
) -> None:
    with open_tenant(tenant):
        wanted, other = an_event("wanted"), an_event("other")
    plug(a_reader(kinds=frozenset({"wanted"})))

    run_readers()

    with open_tenant(tenant):
        assert effects_of("effects") == Counter([wanted.pk])
        assert ReaderCursor.objects.get().event_id == other.pk


def test_events_written_by_a_reader_are_read_too(committed: None, plug: Callable[..., None]) -> None:
    tenant = a_tenant()
    plug(
        Reader("echo", lambda batch: [an_event("echo") for event in batch if event.kind != "echo"] and None), a_reader()
    )
    with open_tenant(tenant):
        some_events(3)

    for _ in range(2):
        let_settle()
        readers.run_all(tenant.pk)

    with open_tenant(tenant):
        assert len(effects_of("effects")) == 6


def test_whoever_has_read_everything_or_wants_nothing_of_it_is_not_asked(
    committed: None, plug: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = a_tenant()
    first, late, other = a_reader("first"), a_reader("late"), a_reader("other", kinds=frozenset({"note_removed"}))
    plug(first, late, other)
    with open_tenant(tenant):
        some_events(1)
    for reader in (first, late, other):
        read_to_the_end(reader, tenant.pk)
    with open_tenant(tenant):
        some_events(3)
    read_to_the_end(first, tenant.pk)
    asked: list[str] = []
    run_once = readers.run_once

    def listening(*, reader: Reader, tenant_id: UUID) -> int:
        asked.append(reader.name)
        return run_once(reader=reader, tenant_id=tenant_id)

    monkeypatch.setattr(readers, "run_once", listening)

    passed = readers.run_all(tenant.pk)

    assert (passed, asked) == (6, ["late"])
    assert readers.tenants_with_unread_events() == []


def test_only_tenants_with_a_reader_behind_are_swept(committed: None, plug: Callable[..., None]) -> None:
    plug(a_reader("first"), a_reader("second"))
    behind, half_read, read, _silent, suspended = (
        a_tenant(slug) for slug in ("behind", "half", "read", "silent", "gone")
    )
    for tenant in (behind, half_read, read, suspended):
        with open_tenant(tenant):
            some_events(2)
    for name, tenant in (("first", read), ("second", read), ("first", half_read)):
        read_to_the_end(registered.readers[name], tenant.pk)
    Tenant.objects.filter(pk=suspended.pk).update(status=Tenant.Status.SUSPENDED)

    assert set(readers.tenants_with_unread_events()) == {behind.pk, half_read.pk}


def test_sweep_sees_no_content_of_events(committed: None) -> None:
    with open_tenant(a_tenant()):
        an_event()

    with pytest.raises(Exception, match="permission denied"), dispatch(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT kind FROM crm_event")
