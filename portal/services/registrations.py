"""People register themselves for an event: the form, the place it keeps, who they are."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from crm.actors import Actor
from crm.background import wake_on_commit
from crm.tenancy.context import current_tenant_id
from portal.models import EventRequest
from portal.services import visitors
from talent.choices_events import AttendanceOrigin
from talent.models import Candidate, ConsentWording, RecruitingEvent
from talent.services import attendance, recruiting_events
from talent.services.attendance import WrongStep

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


def places_left(event: RecruitingEvent) -> int | None:
    """Places that neither a registration nor a form keeps; None: no limit."""
    return recruiting_events.places_left(event, promised=EventRequest.objects.filter(event=event).count())


@transaction.atomic
def ask(*, event: RecruitingEvent, name: str, email: str, agreed_to: ConsentWording | None) -> EventRequest:
    """Somebody filled the form in: they have a place from now on. Raises Full.

    Who they are is found out in the background; known and unknown addresses take the same work here.
    """
    row = recruiting_events.locked(event.pk)
    if places_left(row) == 0:
        raise Full("Every place is taken.")
    asked = EventRequest.objects.create(event=row, name=name, email=email, wording=agreed_to)
    wake_on_commit(TAKE_IN_TASK, "interactive", current_tenant_id(), asked.pk)
    return asked


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
    with suppress(WrongStep):
        attendance.register(
            event=asked.event,
            people=[person.pk],
            by=visitors.themselves(person),
            now=min(asked.created_at, now),
            origin=AttendanceOrigin.FORM,
            is_promised=True,
        )
    asked.delete()
    return person
