"""The event log on another server."""

from __future__ import annotations

from collections import Counter

from django.core.management import call_command
from django.db import connections

from crm.models import Event, Tenant
from crm.services import event_log, readers
from crm.tenancy.context import tenant as open_tenant
from tests.factories.events import a_reader, effects_of, let_settle, read_to_the_end, some_events
from tests.factories.people import a_tenant

FAR_AHEAD = 5_000_000_000


def move_to_a_younger_server() -> None:
    """Leave the rows as a dump restored elsewhere has them: with transaction numbers that are yet to come."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE crm_event SET xact_id = xact_id + %s", [FAR_AHEAD])
        cursor.execute("UPDATE crm_readercursor SET xact_id = xact_id + %s", [FAR_AHEAD])


def half_read_log() -> Tenant:
    tenant = a_tenant()
    with open_tenant(tenant):
        some_events(4)
    let_settle()
    readers.run_once(reader=a_reader(), tenant_id=tenant.pk, limit=2)
    return tenant


def test_log_restored_on_a_younger_server_is_read_to_its_end_and_new_events_too(committed: None) -> None:
    tenant = half_read_log()
    move_to_a_younger_server()

    call_command("migrate", verbosity=0)
    with open_tenant(tenant):
        some_events(2)
    for name in ("effects", "newcomer"):
        read_to_the_end(a_reader(name), tenant.pk)

    with open_tenant(tenant):
        expected = Counter(Event.objects.values_list("pk", flat=True))
        assert (len(expected), effects_of("effects"), effects_of("newcomer")) == (6, expected, expected)


def test_log_of_this_server_is_left_alone(committed: None) -> None:
    tenant = half_read_log()
    with open_tenant(tenant):
        before = list(Event.objects.order_by("pk").values_list("xact_id", flat=True))

    shift = event_log.settle_in()

    with open_tenant(tenant):
        assert (shift, list(Event.objects.order_by("pk").values_list("xact_id", flat=True))) == (0, before)
