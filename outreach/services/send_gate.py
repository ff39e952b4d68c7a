"""The send gate: an old database, restored or promoted, never sends old mail again (see `outreach.models.SendGate`)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from outreach.models import SendGate


@dataclass(frozen=True)
class Cluster:
    """Which PostgreSQL this is: the cluster's identifier and its timeline (8 hexadecimal digits)."""

    system_identifier: str
    timeline: str


@dataclass(frozen=True)
class Standing:
    """The live cluster beside the one that sending was allowed for."""

    live: Cluster
    opened: SendGate | None

    @property
    def is_open(self) -> bool:
        gate = self.opened
        return gate is not None and Cluster(gate.system_identifier, gate.timeline) == self.live


def live_cluster() -> Cluster:
    """What the server says now. The timeline comes from the WAL file's name: `pg_control_checkpoint()` lags behind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (pg_control_system()).system_identifier::text, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
        )
        row = cursor.fetchone()
    assert row is not None
    return Cluster(*row)


def standing() -> Standing:
    """Is sending allowed on this cluster? Read anew each time: a fail-over may have happened a moment ago."""
    return Standing(live=live_cluster(), opened=SendGate.objects.order_by("-pk").first())


@transaction.atomic
def open_gate(*, by: str) -> SendGate:
    """Allow sending on the live cluster. `by` is the operator's name; the rows are the record of who opened when."""
    live = live_cluster()
    return SendGate.objects.create(system_identifier=live.system_identifier, timeline=live.timeline, opened_by=by)
