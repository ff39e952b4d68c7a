"""People register themselves for an event: the form, the place it keeps, who they are."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.safestring import SafeString

from crm import qr
from crm.actors import Actor
from crm.background import wake_on_commit
from crm.models import Tenant
from crm.tenancy.context import current_tenant_id
from portal.models import EventRequest
from portal.services import visitors
from talent.choices_events import AttendanceOrigin, AttendanceState
from talent.models import Attendance, Candidate, ConsentWording, RecruitingEvent
from talent.services import attendance, seats
from talent.services.attendance import WrongStep
from talent.services.check_in import Code, code_of

TAKE_IN_TASK = "portal.tasks.take_in_registration"
FORM = Actor("system", None, "Event form")
SOURCE = "Event registrations"


class Full(ValueError):
    """Every place is given away."""


def offered(pk: UUID, now: datetime) -> RecruitingEvent | None:
    """The event of a public page, as long as people may register themselves for it."""
    return RecruitingEvent.objects.offered(now).filter(pk=pk).first()


def address(event: RecruitingEvent) -> str:
    """The absolute address of its page for everybody."""
    return f"{settings.BASE_URL}{reverse('portal-public:event', args=[event.tenant.slug, event.pk])}"


def promised(event: RecruitingEvent) -> int:
    """Places that forms keep which nobody has handled yet."""
    return EventRequest.objects.filter(event=event, is_waiting=False).count()


@transaction.atomic
def ask(*, event: RecruitingEvent, name: str, email: str, agreed_to: ConsentWording | None) -> EventRequest:
    """Somebody filled the form in: they have a place from now on, or wait for one where people may. Raises Full.

    Who they are is found out in the background; known and unknown addresses take the same work here.
    """
    row = seats.locked(event.pk)
    waits = seats.must_wait(row)
    if waits and not row.has_waiting_list:
        raise Full("Every place is taken.")
    asked = EventRequest.objects.create(event=row, name=name, email=email, wording=agreed_to, is_waiting=waits)
    wake_on_commit(TAKE_IN_TASK, "interactive", current_tenant_id(), asked.pk)
    return asked


def ticket_address(code: Code, tenant: Tenant) -> str:
    """The absolute address of the page that shows a code, to whoever has the address."""
    return f"{settings.BASE_URL}{reverse('portal-public:ticket', args=[tenant.slug, code.token])}"


def ticket(code: Code, tenant: Tenant) -> SafeString:
    """What a colleague at the door scans."""
    return qr.svg(code.address(tenant.slug), "Your code for the entrance")


@dataclass(frozen=True)
class Coming:
    """An event to come that somebody registered for, or waits for; `ticket`: for its door, until they are inside."""

    event: RecruitingEvent
    is_waiting: bool = False
    is_here: bool = False
    ticket: SafeString | None = None


def _coming(row: Attendance, tenant: Tenant) -> Coming:
    code, is_here = code_of(row), row.state == AttendanceState.ATTENDED
    return Coming(row.event, is_here=is_here, ticket=ticket(code, tenant) if code and not is_here else None)


def of(person: Candidate, tenant: Tenant, now: datetime) -> list[Coming]:
    """The person's events that are not over, the next first."""
    has = [_coming(row, tenant) for row in attendance.of_person(person.pk) if not row.event.is_over(now)]
    waits = [Coming(row.event, is_waiting=True) for row in seats.waited_for(person.pk)]
    told = {one.event.pk: one for one in (*waits, *has) if not one.event.is_over(now)}
    return sorted(told.values(), key=lambda one: one.event.starts_at)


@transaction.atomic
def call_off(*, person: Candidate, event_id: UUID, by: Actor, now: datetime) -> RecruitingEvent | None:
    """They cannot come: the place, or the one in the line, is somebody else's. None where they had neither."""
    row = Attendance.objects.expected().filter(candidate=person, event=event_id).first()
    if row is not None:
        attendance.remove(attendance=row, by=by, now=now)
    left = seats.leave(event_id=event_id, people=[person.pk], by=by)
    return RecruitingEvent.objects.filter(pk=event_id).first() if row is not None or left else None


@transaction.atomic
def take_in(*, request_id: UUID, now: datetime) -> Candidate | None:
    """Find or make the person of a form, and put them on the list. None when it was done before.

    An event that was cancelled meanwhile gets nobody more; what the person agreed to counts all the same.
    """
    rows = EventRequest.objects.select_related("event", "wording").select_for_update(of=("self",))
    asked = rows.filter(pk=request_id).first()
    if asked is None:
        return None
    person = visitors.recognise(asked=asked, form=asked.event.name, source=SOURCE, by=FORM, now=now)
    asked.delete()
    with suppress(WrongStep):
        attendance.register(
            event=asked.event,
            people=[person.pk],
            by=visitors.themselves(person),
            now=min(asked.created_at, now),
            origin=AttendanceOrigin.FORM,
            is_promised=not asked.is_waiting,
            is_waiting=asked.is_waiting,
        )
    Attendance.objects.filter(event=asked.event, candidate=person).update(ticket=request_id)
    return person
