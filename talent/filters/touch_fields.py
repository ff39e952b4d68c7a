"""When a colleague last had to do with people: one field for each colleague.

Segments and rules are everybody's, and computed by nobody: “me” would be another one for each who looks. So the
colleague is named. It counts what they sent, said, wrote down and got done; not what a whole team may not know of.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from crm.models import Event, Member
from crm.tenancy.context import current_tenant_id
from talent import events
from talent.filters import phrases
from talent.filters.catalogue import Field
from talent.filters.clock import Clock
from talent.models import Note, Touchpoint
from talent.services import visibility

SENT = "message_sent"  # of the apps above, known by its name only
TOUCHES = (
    SENT,
    events.NOTE_ADDED,
    events.NOTE_EDITED,
    events.TASK_DONE,
    events.APPLICATION_MADE,
    events.APPLICATION_MOVED,
    events.APPLICATION_DECIDED,
    events.TOUCHPOINT_LOGGED,
)


def _touches(member_id: UUID) -> QuerySet[Event]:
    rows = Event.objects.filter(kind__in=TOUCHES, actor_kind="member", actor_id=member_id, candidate_id__isnull=False)
    open_notes = Note.objects.open_to_all().fenced().filter(pk=OuterRef("subject_id"))
    kept = Touchpoint.objects.fenced().filter(pk=OuterRef("subject_id"))  # what was taken back did not happen
    rows = rows.filter(~Q(kind=events.TOUCHPOINT_LOGGED) | Exists(kept))
    return rows.filter(~Q(subject_type=visibility.NOTE) | Exists(open_notes))


def _last(rows: QuerySet[Any], clock: Clock) -> QuerySet[Any]:
    """One row for each person, with the `last` time."""
    return rows.order_by().values("candidate_id").annotate(last=Max("occurred_at"))


def _field(member_id: UUID, name: str) -> Field:
    says = phrases.moment(
        f"touched by {name}",
        f"last touched by {name}",
        never=f"never touched by {name}",
        ever=f"touched by {name} at least once",
    )
    return Field(
        f"{Touches.prefix}{member_id}",
        f"Last touched by {name}",
        "moment",
        says,
        rows=partial(_touches, member_id),
        as_of=_last,
        column="last",
        group="Touched by a colleague",
    )


class Touches:
    """A field for each colleague, those who no longer work here included: rules name them."""

    prefix = "touched_by:"

    def find(self, name: str) -> Field | None:
        try:
            key = UUID(name.removeprefix(self.prefix))
        except ValueError:
            return None
        if name != f"{self.prefix}{key}":
            return None
        member = Member.objects.of_tenant(current_tenant_id()).filter(pk=key).first()
        return _field(key, member.user.display_name) if member else None

    def every(self) -> list[Field]:
        return [_field(m.pk, m.user.display_name) for m in Member.objects.of_tenant(current_tenant_id())]
