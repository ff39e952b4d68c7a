"""The pen of the event log."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

from crm import events, tasks
from crm.actors import SYSTEM, Actor
from crm.events import Same, Subject
from crm.models import Event
from crm.registry import registered
from crm.services import readers
from crm.tenancy.context import TenantError
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.models import uuid7
from tests.factories.events import NOON, a_reader, an_event, some_events
from tests.factories.people import a_tenant


def test_publish_writes_everything_it_is_told(inside: UUID) -> None:
    candidate, subject, member = uuid7(), Subject("outreach.enrolment", uuid7()), Actor("member", uuid7(), "Ada")

    events.publish("enrolled", candidate=candidate, occurred_at=NOON, actor=member, subject=subject, data={"step": 2})

    row = Event.objects.values().get()
    assert (row["kind"], row["candidate_id"], row["occurred_at"], row["data"]) == (
        "enrolled",
        candidate,
        NOON,
        {"step": 2},
    )
    assert (row["actor_kind"], row["actor_id"], row["actor_label"]) == ("member", member.id, "Ada")
    assert (row["subject_type"], row["subject_id"], row["tenant_id"]) == ("outreach.enrolment", subject.id, inside)


def test_what_is_the_same_for_many_is_told_of_each(inside: UUID) -> None:
    ann, bea, segment = uuid7(), uuid7(), Subject("talent.segment", uuid7())
    entered, left = Same("entered", [ann, bea], segment, {"cause": "data"}), Same("left", [ann])

    events.publish_same([entered, left], occurred_at=NOON, actor=SYSTEM)

    rows = Event.objects.filter(occurred_at=NOON).values_list("kind", "candidate_id", "subject_id", "data__cause")
    assert set(rows) == {
        ("entered", ann, segment.id, "data"),
        ("entered", bea, segment.id, "data"),
        ("left", ann, None, None),
    }


def test_publish_outside_a_tenant_is_refused(db: None) -> None:
    with pytest.raises(TenantError):
        events.publish("enrolled", candidate=None, occurred_at=NOON, actor=SYSTEM)


def test_event_that_rolls_back_never_was(committed: None) -> None:
    tenant = a_tenant()

    with open_tenant(tenant):
        an_event()
        transaction.set_rollback(True)

    with open_tenant(tenant):
        assert Event.objects.count() == 0


def test_events_of_one_transaction_are_ordered_as_they_were_made(inside: UUID) -> None:
    made = [event.pk for event in some_events(2500)] + [an_event().pk for _ in range(20)]

    assert list(Event.objects.order_by("xact_id", "id").values_list("pk", flat=True)) == made


def test_keys_rise_in_each_thread_while_others_make_keys() -> None:
    """Readers order events of one transaction by key: each key must be greater than the one before, to the last bit."""
    made: list[list[UUID]] = []
    threads = [threading.Thread(target=lambda: made.append([uuid7() for _ in range(20_000)])) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(keys == sorted(keys) for keys in made)
    assert len({key for keys in made for key in keys}) == 80_000


def test_publish_asks_for_the_readers_once_per_burst(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant, asked = a_tenant(), []
    monkeypatch.setattr(tasks, "nudge", lambda task, *args, **kwargs: asked.append((task.name, *args)))

    with open_tenant(tenant):
        some_events(3)
        an_event()
    with open_tenant(tenant):
        an_event()

    assert asked == [("crm.tasks.run_readers", tenant.pk)]


def test_publish_works_without_a_broker_and_the_sweep_finds_the_tenant(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = a_tenant()
    monkeypatch.setattr(registered, "readers", {"effects": a_reader()})

    def broken(*args: object, **kwargs: object) -> None:
        raise BrokerError("connection refused")

    monkeypatch.setattr(tasks.run_readers, "apply_async", broken)
    with open_tenant(tenant):
        an_event()

    assert readers.tenants_with_unread_events() == [tenant.pk]
