"""Acts on many people: counted before, done in the background, taken back as a whole.

Each batch is a transaction that also moves the operation on, so whoever is killed, each person is come to once.
Small operations are done at once, in the caller's transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from crm.actors import Actor
from crm.background import RETRYABLE, wake_on_commit
from crm.models import Tenant
from crm.services import audit
from crm.tenancy.context import current_tenant_id, dispatch
from crm.tenancy.context import tenant as open_tenant
from talent.models import BulkItem, BulkOperation, Candidate, FencedCandidate
from talent.models.candidate import display_names
from talent.services import bulk_acts, bulk_steps, kept_rules, listing
from talent.services.bulk_acts import Act, ActRefused, Forecast
from talent.services.listing import NotReadable

RUN_TASK = "talent.tasks.run_bulk"
AT_ONCE = 200  # so many people do not wait for a worker
UNDO_DAYS = 30
MOST_NAMED = 1000
State = BulkOperation.State
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chosen:
    """Whom an act is for: these keys, or everybody whom the list shows for a query string."""

    ids: Sequence[UUID] = ()
    query: str | None = None


@dataclass(frozen=True)
class LeftOut:
    """Somebody to whom it was not done, or not undone, and why."""

    candidate_id: UUID
    name: str
    reason: str


class TooMany(ValueError):
    """More people than can be named one by one; the message says how many can."""


class CannotUndo(ValueError):
    """The operation cannot be taken back; the message says why."""


def _zone() -> str:
    return Tenant.objects.values_list("time_zone", flat=True).get(pk=current_tenant_id())


def people(chosen: Chosen, *, now: datetime, zone: str = "") -> QuerySet[FencedCandidate]:
    """The people who are meant, unordered: of a query those who were there at `now`. Raises ActRefused."""
    if chosen.query is None:
        return FencedCandidate.objects.filter(pk__in=list(dict.fromkeys(chosen.ids)))
    try:
        asked = listing.acted_on(chosen.query, zone or _zone())
    except NotReadable as error:
        raise ActRefused(str(error)) from error
    return listing.matching(asked, now).filter(created_at__lte=now)


def ticked(ids: Sequence[UUID]) -> list[Candidate]:
    """The people of these keys that exist in the current tenant. Raises TooMany beyond MOST_NAMED."""
    wanted = set(ids)
    if len(wanted) > MOST_NAMED:
        raise TooMany(f"Up to {MOST_NAMED:,} people can be named at a time.")
    return list(Candidate.objects.filter(pk__in=wanted))


def act_named(name: str) -> Act:
    """The act of this name. Raises ActRefused."""
    if name not in bulk_acts.acts:
        raise ActRefused(f"There is no act “{name}”.")
    return bulk_acts.acts[name]


def forecast(*, act: Act, chosen: Chosen, values: Mapping[str, str], by: Actor, now: datetime) -> tuple[Forecast, str]:
    """What it would do, counted, and its title; changes nothing. Raises ActRefused."""
    parameters, title = act.prepare(values, by)
    meant = people(chosen, now=now)
    return (act.forecast(meant, parameters) if act.forecast else Forecast(meant.count())), title


@transaction.atomic
def start(*, act: Act, chosen: Chosen, values: Mapping[str, str], by: Actor, now: datetime) -> BulkOperation:
    """Begin an operation: a small one is done when this returns, a large one goes on in the background.

    Raises ActRefused, also when nobody is meant.
    """
    parameters, title = act.prepare(values, by)
    operation = BulkOperation.objects.create(
        act=act.name,
        parameters=parameters,
        title=title[:200],
        selection=_selection(chosen, now),
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
        started_at=now,
        undo_until=now + timedelta(days=UNDO_DAYS) if act.undo else None,
    )
    audit.record(action="bulk.start", by=by, object_type="talent.bulkoperation", object_id=operation.pk)
    if people(chosen, now=now)[: AT_ONCE + 1].count() > AT_ONCE:
        wake_on_commit(RUN_TASK, "bulk", current_tenant_id(), operation.pk)
        return operation
    return _work_through(operation, now)


def _selection(chosen: Chosen, now: datetime) -> dict[str, Any]:
    if chosen.query is None:
        return {"ids": [str(key) for key in dict.fromkeys(chosen.ids)], "at": now.isoformat()}
    return {"query": kept_rules.spelled_out(chosen.query), "zone": _zone(), "at": now.isoformat()}


def _work_through(operation: BulkOperation, now: datetime) -> BulkOperation:
    while operation.is_open:
        _step(operation, now)
    return operation


def _step(operation: BulkOperation, now: datetime) -> None:
    """One transaction's work on an operation whose row is held, or new."""
    match operation.state:
        case State.WAITING:
            _freeze(operation)
        case State.RUNNING:
            bulk_steps.do_batch(operation, now)
        case State.UNDOING:
            bulk_steps.undo_batch(operation, now)


_FREEZE = """
INSERT INTO talent_bulkitem (id, tenant_id, created_at, operation_id, candidate_id, state, reason)
SELECT gen_random_uuid(), %s, now(), %s, meant.id, 'waiting', '' FROM ({meant}) AS meant (id)
ON CONFLICT DO NOTHING
"""


def _freeze(operation: BulkOperation) -> None:
    """Write down who is meant, in one statement: from now on, what changes about people does not change that."""
    kept, at = operation.selection, datetime.fromisoformat(operation.selection["at"])
    chosen = Chosen([UUID(key) for key in kept.get("ids", ())], kept.get("query"))
    try:
        meant, params = people(chosen, now=at, zone=kept.get("zone", "")).values("pk").query.sql_with_params()
    except EmptyResultSet:
        meant, params = "SELECT NULL::uuid WHERE false", ()
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE.format(meant=meant), [operation.tenant_id, operation.pk, *params])
        operation.total = cursor.rowcount
    operation.state = State.RUNNING
    operation.save(update_fields=["total", "state"])


def _held(operation_id: object) -> BulkOperation | None:
    """The operation, its row locked; None while another worker has it, or when there is nothing left to do."""
    row = BulkOperation.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=operation_id).first()
    return row if row is not None and row.is_open else None


def run(*, tenant: Tenant, operation_id: object) -> None:
    """Work on an operation, a batch a transaction, until it is finished, stopped or held by another worker."""
    going = True
    while going:
        try:
            with open_tenant(tenant):
                operation = _held(operation_id)
                going = operation is not None
                if operation is not None:
                    _step(operation, timezone.now())
        except RETRYABLE:
            raise
        except Exception as error:
            logger.exception("bulk operation %s failed", operation_id)
            with open_tenant(tenant):
                _fail(operation_id, error)
            return


def _fail(operation_id: object, error: Exception) -> None:
    words = str(error) if isinstance(error, ActRefused) else "Something went wrong on our side. What was done is kept."
    BulkOperation.objects.filter(pk=operation_id).update(
        state=State.FAILED, problem=words[:300], finished_at=timezone.now()
    )


@transaction.atomic
def stop(*, operation: BulkOperation, by: Actor, now: datetime) -> BulkOperation:
    """End a running operation where it stands; what was done can be undone."""
    row = BulkOperation.objects.select_for_update().get(pk=operation.pk)
    if row.state in (State.WAITING, State.RUNNING):
        row.state, row.finished_at = State.STOPPED, now
        row.save(update_fields=["state", "finished_at"])
        audit.record(action="bulk.stop", by=by, object_type="talent.bulkoperation", object_id=row.pk)
    return row


@transaction.atomic
def resume(*, operation: BulkOperation, by: Actor) -> BulkOperation:
    """Let a stopped or failed operation go on where it stands."""
    row = BulkOperation.objects.select_for_update().get(pk=operation.pk)
    if row.state in (State.STOPPED, State.FAILED):
        row.state = State.RUNNING if row.total else State.WAITING
        row.problem, row.finished_at, row.position = "", None, None
        row.save(update_fields=["state", "problem", "finished_at", "position"])
        audit.record(action="bulk.resume", by=by, object_type="talent.bulkoperation", object_id=row.pk)
        wake_on_commit(RUN_TASK, "bulk", current_tenant_id(), row.pk)
    return row


@transaction.atomic
def undo(*, operation: BulkOperation, by: Actor, now: datetime) -> BulkOperation:
    """Take an operation back as a whole, except for whom somebody has changed since. Raises CannotUndo."""
    row = BulkOperation.objects.select_for_update().get(pk=operation.pk)
    if not row.can_be_undone(now):
        raise CannotUndo("This can no longer be undone.")
    row.state, row.position, row.worked, row.undone_by = State.UNDOING, None, 0, by.label
    row.save(update_fields=["state", "position", "worked", "undone_by"])
    audit.record(action="bulk.undo", by=by, object_type="talent.bulkoperation", object_id=row.pk)
    if row.total <= AT_ONCE:
        return _work_through(row, now)
    wake_on_commit(RUN_TASK, "bulk", current_tenant_id(), row.pk)
    return row


def waiting_work(limit: int = 100) -> list[tuple[UUID, UUID]]:
    """(tenant, operation) of everything that is open, in all tenants: what a lost wake-up left."""
    with dispatch(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, id FROM talent_bulkoperation WHERE state IN ('waiting', 'running', 'undoing') LIMIT %s",
            [limit],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


# --- reading


def recently(*, limit: int = 50, before: UUID | None = None) -> list[BulkOperation]:
    """The operations begun last, the latest first; `before` is the last one of the page before."""
    rows = BulkOperation.objects.recent()
    return list((rows.filter(pk__lt=before) if before else rows)[:limit])


def left_out(operation: BulkOperation, *, limit: int = 100) -> list[LeftOut]:
    """Some of those to whom it was not done or not undone, with the reason."""
    states = [BulkItem.State.SKIPPED, BulkItem.State.KEPT]
    rows = list(BulkItem.objects.filter(operation=operation, state__in=states).order_by("candidate_id")[:limit])
    names = display_names([row.candidate_id for row in rows])
    return [LeftOut(row.candidate_id, names.get(row.candidate_id, "Deleted since"), row.reason) for row in rows]


def reasons(operation: BulkOperation) -> list[tuple[str, int]]:
    """Why people were left out, the most people first."""
    rows = BulkItem.objects.filter(operation=operation, state__in=[BulkItem.State.SKIPPED, BulkItem.State.KEPT])
    counted = rows.order_by().values_list("reason").annotate(people=Count("pk")).order_by(F("people").desc(), "reason")
    return list(counted)


def only_person(chosen: Chosen) -> Candidate | None:
    """The one person who is meant, when it is one."""
    ids = set(chosen.ids) if chosen.query is None else set()
    return Candidate.objects.filter(pk__in=ids).first() if len(ids) == 1 else None
